"""The call-taker's page in a real Chromium: a caller without a phone of their own, by keyboard alone."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from fixtures_people import Person, SignIn
from playwright.sync_api import Page, expect
from web_visitor import DESK, PHONE, Visitor

from maas.identity.model import Role

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def taker(sign_in: SignIn) -> Person:
    return sign_in(Role.CALL_TAKER)


def desk(visitor: Visitor, server: str, taker: Person, lang: str, size: tuple[int, int] = DESK) -> Page:
    page = visitor.open(f"lang={lang}", size)
    page.context.add_cookies(taker.browser_cookies(server))  # type: ignore[arg-type]
    page.goto(f"{server}/desk?lang={lang}")
    expect(page.locator("#caller")).to_be_focused()
    return page


def barriers(page: Page) -> list[str]:
    rules = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
    return [v["id"] for v in Axe().run(page, options=rules).response["violations"]]


def type_place(page: Page, text: str) -> None:
    page.keyboard.type(text)
    expect(page.locator("li[role=option]:visible").first).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")


def test_a_ride_is_booked_for_a_new_caller_by_keyboard_alone(
    visitor: Visitor, server: str, taker: Person
) -> None:
    page = desk(visitor, server, taker, "en")
    page.keyboard.press("Tab")
    page.keyboard.type("Hanako Watanabe")
    page.keyboard.press("Tab")
    page.keyboard.type("043-123-4567")
    page.keyboard.press("Enter")
    expect(page.locator("#from")).to_be_focused()
    expect(page.get_by_text("Claim code")).to_be_visible()
    type_place(page, "kaihin-makuhari")
    type_place(page, "aeon mall")
    # Tomorrow at noon: within the shuttle's hours whenever the tests run.
    page.keyboard.press("ArrowRight")
    expect(page.locator("input[type=datetime-local]")).to_be_visible()
    noon = page.evaluate("new Date(Date.now() + 33 * 36e5).toISOString().slice(0, 10) + 'T12:00'")
    page.locator("input[type=datetime-local]").fill(noon)
    page.locator("input[type=datetime-local]").press("Enter")
    aloud = page.locator(".aloud")
    expect(aloud).to_be_focused(timeout=30_000)
    expect(aloud).to_contain_text("self-driving shuttle")
    expect(aloud).to_contain_text("300")
    assert barriers(page) == []
    page.keyboard.press("Tab")
    expect(page.locator("#confirm")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#print")).to_be_focused(timeout=30_000)
    # The stops' names are in the language of the call, after booking too; which stops hangs on the shuttles.
    expect(aloud).to_contain_text("Claim code", ignore_case=True)
    assert not re.search("[\u3041-\u30ff\u4e00-\u9fff]", aloud.inner_text())
    with page.expect_download() as paper:
        page.keyboard.press("Enter")
    assert paper.value.path().read_bytes().startswith(b"%PDF")
    assert visitor.complaints == []


def test_a_caller_who_calls_again_is_found_and_their_ride_given_back(
    visitor: Visitor, server: str, taker: Person
) -> None:
    page = desk(visitor, server, taker, "ja", PHONE)
    page.keyboard.type("0431234567")
    page.locator("li[role=option]").filter(has_text="Hanako").click()
    expect(page.locator("#from")).to_be_focused()
    row = page.locator("li").filter(has_text="予約済み")
    expect(row).to_have_count(1)
    row.get_by_role("button", name="取り消す").click()
    expect(page.locator("li").filter(has_text="取り消し")).to_have_count(1, timeout=30_000)
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_clinic_and_the_ride_to_it_are_held_together(visitor: Visitor, server: str, taker: Person) -> None:
    page = desk(visitor, server, taker, "ja")
    page.locator("form input").first.fill("通院の人")
    page.get_by_role("button", name="登録する").click()
    expect(page.locator("#from")).to_be_focused()
    type_place(page, "海浜幕張")
    type_place(page, "ベイパーク")
    page.get_by_label("車いす").fill("1")
    page.get_by_label("大人").fill("0")
    page.locator("#service").press_sequentially("内科", delay=5)
    page.locator("li[role=option]").first.click()
    slot = page.locator("#slot")
    expect(slot).to_be_visible()
    slot.select_option(index=min(4, slot.locator("option").count() - 1))
    page.get_by_role("button", name="席を探して").click()
    expect(page.locator(".aloud")).to_contain_text("内科", timeout=30_000)
    expect(page.locator(".aloud")).to_contain_text("自動運転シャトル")
    page.get_by_role("button", name="仮押さえをやめる").click()
    expect(page.locator("#from")).to_be_visible(timeout=30_000)
