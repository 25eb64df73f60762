"""The shops' page in a real Chromium: slots, offers, tables, and the visits of the day."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from fixtures_people import Person, SignIn
from playwright.sync_api import Page, expect
from web_visitor import DESK, Visitor

from maas.identity.model import Role

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def keeper(sign_in: SignIn) -> Person:
    """Somebody who keeps the clinic."""
    return sign_in(Role.SHOP, organisation=PROVIDER)


PROVIDER = "baypark-medical"


def shop(visitor: Visitor, server: str, keeper: Person, tab: str, *, lang: str = "ja", size=DESK) -> Page:  # type: ignore[no-untyped-def]
    page = visitor.open(f"lang={lang}", size)
    page.context.add_cookies(keeper.browser_cookies(server))  # type: ignore[arg-type]
    page.goto(f"{server}/shop?lang={lang}&provider={PROVIDER}&tab={tab}")
    expect(page.locator("#shop-panel h2").first).to_be_visible()
    return page


def barriers(page: Page) -> list[str]:
    rules = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
    return [v["id"] for v in Axe().run(page, options=rules).response["violations"]]


def test_who_has_not_the_role_is_told_so_and_sees_nothing(visitor: Visitor, server: str) -> None:
    page = visitor.open("lang=en")
    page.goto(f"{server}/shop?lang=en")
    expect(page.get_by_role("main")).to_contain_text("Sign in")
    assert page.locator("#shop-panel").count() == 0
    assert httpx.get(f"{server}/v1/providers").status_code == 401


def test_a_keeper_sees_only_their_own_providers(server: str, keeper: Person) -> None:
    listed = httpx.get(f"{server}/v1/providers", cookies=keeper.cookies)
    assert [p["id"] for p in listed.json()] == [PROVIDER]
    other = httpx.get(f"{server}/v1/providers/outlet/offers", cookies=keeper.cookies)
    assert other.status_code == 403


@pytest.mark.parametrize("tab", ["today", "slots", "offers", "table", "money"])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_tab_is_free_of_barriers(
    visitor: Visitor, server: str, keeper: Person, tab: str, lang: str
) -> None:
    page = shop(visitor, server, keeper, tab, lang=lang, size=(320, 720) if lang == "en" else DESK)
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert visitor.complaints == []


def test_a_slot_is_closed_and_gets_another_capacity(visitor: Visitor, server: str, keeper: Person) -> None:
    page = shop(visitor, server, keeper, "slots")
    # A week ahead there are slots whatever the weekday and hour of the tests.
    for _ in range(8):
        day = page.locator("input[type=date]")
        moved = page.evaluate(
            "d => new Date(Date.parse(d + 'T00:00Z') + 864e5).toISOString().slice(0, 10)", day.input_value()
        )
        with page.expect_response(lambda answer: "/slots?" in answer.url):
            day.fill(moved)
        page.wait_for_load_state("networkidle")
        if page.locator("tbody tr button").count():
            break
    row = page.locator("tbody tr").first
    row.get_by_role("button", name="変更").click()
    page.get_by_label("総数").fill("7")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("tbody tr").first.locator("td").nth(1)).to_have_text("7")
    page.locator("tbody tr").first.get_by_role("button", name="受付を止める").click()
    expect(page.locator("tbody tr").first).to_contain_text("受付停止")


def test_a_new_coupon_is_published_and_found_by_residents(
    visitor: Visitor, server: str, keeper: Person
) -> None:
    page = shop(visitor, server, keeper, "offers", lang="en")
    page.get_by_role("button", name="New offer").click()
    page.get_by_label("Id (small").fill("winter-check")
    page.get_by_label("State").select_option("published")
    page.get_by_label("Latitude").fill("35.6480, 140.0415")
    page.get_by_label("Japanese").first.fill("冬の健康相談")
    page.get_by_label("English").first.fill("Winter health advice")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("tbody")).to_contain_text("Winter health advice")
    found = httpx.get(f"{server}/v1/services", params={"q": "冬の健康相談", "lang": "en"}).json()
    assert [offer["name"] for offer in found["offers"]] == ["Winter health advice"]
    # And taken back: other tests count the sample's offers.
    page.get_by_role("button", name="Change: Winter health advice").click()
    page.get_by_label("State").select_option("withdrawn")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_wrong_offer_is_refused_in_words_and_nothing_typed_is_lost(
    visitor: Visitor, server: str, keeper: Person
) -> None:
    page = shop(visitor, server, keeper, "offers", lang="en")
    page.get_by_role("button", name=re.compile("Change")).first.click()
    page.get_by_label("Opening hours").fill("whenever we like")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("hours")
    expect(page.get_by_label("Opening hours")).to_have_value("whenever we like")


def test_a_table_comes_back_mended_and_wrong_rows_are_named(
    visitor: Visitor, server: str, keeper: Person, tmp_path: Path
) -> None:
    page = shop(visitor, server, keeper, "table", lang="en")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    table = download.value.path().read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(table)))
    rows[0]["price_minor"] = "many"
    broken = tmp_path / "broken.csv"
    with broken.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    page.get_by_label("The edited table").set_input_files(broken)
    page.get_by_role("button", name="Hand it in").click()
    expect(page.locator("#shop-panel tbody")).to_contain_text("price_minor")
