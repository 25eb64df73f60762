"""Who rides: an adult and a senior ask, are told their price, book, and change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from fakes.bus_town import before_the_buses, bus_town
from playwright.sync_api import Browser, Page, expect
from web_booker import SOON_MS, held, pay
from web_visitor import DESK, PHONE, Visitor, barriers, press, walk_to

pytestmark = pytest.mark.browser

START, END, NEXT = "35.6,140.0,,Asa", "35.75,140.0,,Dai", "35.65,140.0,,Bora"
WORDS = {
    "en": {
        "who": "Who rides", "senior": "Senior (65+)", "child": "Children (up to 11)", "more": "One more: {}",
        "for": "1 adult, 1 Senior (65+)", "three": "1 adult, 1 Senior (65+), 1 child", "search": "Find a way",
        "pass": "一日券: ride as often as you like until", "covered": "Included in the ticket",
        "here": "To pay here: ¥{}", "change": re.compile("^Change: "), "look": "See what it costs",
        "make": "Change on these terms", "media": "Cash or paper ticket ¥{} · まちカード ¥{} for one adult",
        "differ": "You pay ¥100 more",
    },
    "ja": {
        "who": "乗る人", "senior": "シニア", "child": "子ども（小学生まで）", "more": "{}を1人ふやす",
        "for": "大人1人、シニア1人", "three": "大人1人、シニア1人、子ども1人", "search": "行き方を調べる",
        "pass": "「一日券」：", "covered": "前の乗りものの切符に含まれます", "here": "ここでの支払い：{}円",
        "change": re.compile("^変更する: "), "look": "いくらになるか見る", "make": "この内容で変える",
        "media": "現金・紙の切符 {}円 · まちカード {}円", "differ": "あと100円払います",
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def noon() -> datetime:
    return before_the_buses()


@pytest.fixture(scope="module")
def buses(tmp_path_factory: pytest.TempPathFactory, start_server: Any, noon: datetime) -> Iterator[str]:
    """A server of a town whose buses know seniors."""
    home = tmp_path_factory.mktemp("town")
    with start_server(bus_town(home, noon), home, "--no-simulation") as (url, _):
        yield url


@pytest.fixture
def rider(chromium: Browser, buses: str) -> Iterator[Visitor]:
    rider = Visitor(chromium, buses)
    yield rider
    for context in chromium.contexts:
        context.close()


def asked(rider: Visitor, noon: datetime, lang: str, size: tuple[int, int], to: str) -> Page:
    """The page after somebody has added a senior and asked, by keys alone."""
    words = WORDS[lang]
    query = f"lang={lang}&means=transit&when=depart&at={noon:%Y-%m-%dT%H:%M}&from={START}&to={to}"
    page = rider.open(query, size, named=True)
    expect(page.locator("ol .card").first).to_be_visible(timeout=SOON_MS)
    walk_to(page, page.locator("details.party summary"))
    page.keyboard.press("Enter")
    press(page, str(words["more"]).format(words["senior"]))
    expect(page.locator("details.party summary")).to_contain_text(str(words["for"]))
    expect(page.locator("details.party [role=status]")).to_have_text(str(words["for"]))
    expect(page.get_by_label(str(words["senior"]), exact=True)).to_have_value("1")
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    walk_to(page, page.locator("form button[type=submit]"))
    with page.expect_request("**/v1/journeys") as question:
        page.keyboard.press("Enter")
    party = question.value.post_data_json["party"]
    assert (party["adults"], party["children"], party["categories"]) == (2, 0, {"senior": 1})
    expect(page.locator("ol .card .fare").first).to_contain_text(str(words["for"]), timeout=SOON_MS)
    page.locator("ol .card").first.click()
    expect(page.locator("article h2")).to_be_visible()
    return page


@pytest.mark.parametrize(("lang", "size"), [("en", DESK), ("ja", PHONE)], ids=["en-desk", "ja-phone"])
def test_an_adult_and_a_senior_pay_what_they_were_told(
    rider: Visitor, noon: datetime, lang: str, size: tuple[int, int]
) -> None:
    words = WORDS[lang]
    page = asked(rider, noon, lang, size, END)
    way = page.locator("article")
    # The day pass is said as what it is, by medium, and once; the other rides are ridden with it.
    expect(way.get_by_text(str(words["pass"]))).to_have_count(1)
    expect(way.get_by_text(str(words["covered"]))).to_have_count(2)
    expect(way.get_by_text(str(words["media"]).format(500, 500))).to_be_visible()
    expect(way.get_by_text(str(words["here"]).format(750))).to_be_visible()
    assert barriers(page) == []
    held(page, lang)
    expect(page.get_by_text(str(words["for"]))).to_have_count(3)
    expect(page.get_by_text(str(words["pass"]))).to_have_count(3)
    expect(page.locator("p[role=status] strong")).to_contain_text("750")
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    pay(page, lang, "4242")
    expect(page.locator("[data-state=confirmed]")).to_be_visible(timeout=SOON_MS)
    assert [said for said in rider.complaints if "503" not in said] == [], "this town has no fleet, no more"
    assert rider.outside == []


def test_a_child_joins_a_booking_after_the_difference_was_shown(rider: Visitor, noon: datetime) -> None:
    words = WORDS["en"]
    page = asked(rider, noon, "en", PHONE, NEXT)
    expect(page.locator("article").get_by_text(str(words["media"]).format(210, 200))).to_be_visible()
    expect(page.locator("article .groups li")).to_have_text(["1 adult ¥210", "1 Senior (65+) ¥120"])
    expect(page.get_by_text(str(words["here"]).format(320))).to_be_visible()
    held(page, "en")
    pay(page, "en", "4242")
    expect(page.locator("[data-state=confirmed]")).to_be_visible(timeout=SOON_MS)
    page.get_by_role("button", name=words["change"]).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text(f"For {words['for']}")).to_be_visible()
    expect(dialog.locator("[aria-busy=false]")).to_be_attached(timeout=SOON_MS)
    press(page, str(words["more"]).format(words["child"]), dialog)
    expect(dialog.get_by_role("radio").first).to_be_checked(timeout=SOON_MS)
    dialog.get_by_role("button", name=str(words["look"])).click()
    expect(dialog.locator("[data-difference='100']")).to_have_text(str(words["differ"]), timeout=SOON_MS)
    assert barriers(page) == []
    dialog.get_by_role("button", name=str(words["make"])).click()
    expect(page.locator("main ol").get_by_text(f"For {words['three']}")).to_be_visible(timeout=SOON_MS)
    expect(page.locator("[data-state=confirmed]")).to_be_visible(timeout=SOON_MS)


def test_a_pass_that_only_some_buy_is_told_of_them_and_a_way_of_another_day_says_so(
    rider: Visitor, noon: datetime
) -> None:
    at = f"when=depart&at={noon:%Y-%m-%dT%H:%M}&means=transit&from={START}&to={END}"
    page = rider.open(f"lang=en&{at}&people=2&children=1", PHONE)
    expect(page.locator("ol .card").nth(1)).to_be_visible(timeout=SOON_MS)
    days = page.locator("ol .card .day")
    following = noon + timedelta(days=1)
    expect(days.first).to_contain_text(f"{following:%B} {following.day}")
    expect(page.locator("ol .card").first.locator(".day")).to_have_count(0)
    page.locator("ol .card").first.click()
    way = page.locator("article")
    told = way.get_by_text(str(WORDS["en"]["pass"]))  # the adult's day pass; a child buys three singles
    expect(told).to_have_count(1)
    expect(told).to_contain_text("for one adult")
    expect(way.get_by_text("Included in the ticket that you have by then for one adult")).to_have_count(2)
    expect(way.get_by_text("Cash or paper ticket")).to_have_count(1)


@pytest.mark.parametrize("lang", ["easy", "zh", "ko"])
def test_a_shared_link_keeps_who_rides_in_every_language(rider: Visitor, noon: datetime, lang: str) -> None:
    """Riders whom this area does not know ride as adults; a number that nobody could ride with is bounded."""
    at = f"when=depart&at={noon:%Y-%m-%dT%H:%M}&means=transit&from={START}&to={NEXT}"
    page = rider.open(f"lang={lang}&{at}&people=4&children=1&riders=senior:1,pilot:1", (320, 640))
    expect(page.locator("ol .card .fare").first).to_contain_text("640", timeout=SOON_MS)  # 2 x 210, 120, 100
    who = page.locator("details.party summary")
    expect(who).to_contain_text({"easy": "大人 2人", "zh": "成人2位", "ko": "성인 2명"}[lang])
    expect(who).to_contain_text({"easy": "シニア 1人", "zh": "老年人1位", "ko": "경로 1명"}[lang])
    assert "people=4&children=1&riders=senior%3A1" in page.url
    assert barriers(page) == []
    who.click()
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.locator("#riders-adult").fill("9")
    page.locator("#riders-adult").press("Tab")
    expect(page.locator("#riders-adult")).to_have_value("6")


def test_the_screen_in_the_hall_counts_a_senior_with_arrow_keys(rider: Visitor) -> None:
    page = rider.open(f"mode=kiosk&lang=en&from={START}", DESK)
    page.get_by_role("button", name="Find by letters").click()
    for letter in "DAI":
        page.get_by_role("button", name=letter, exact=True).click()
    page.locator(".found button").first.click(timeout=SOON_MS)
    more = page.get_by_role("button", name="One more: Senior (65+)")
    expect(more).to_be_visible()
    page.get_by_role("button", name="One more: Adults").focus()
    for _ in range(8):
        if more.evaluate("one => one === document.activeElement"):
            break
        page.keyboard.press("ArrowRight")
    with page.expect_request("**/v1/journeys") as question:
        page.keyboard.press("Enter")
    assert question.value.post_data_json["party"] == {"adults": 2, "categories": {"senior": 1}}
    expect(more).to_be_focused()
    assert barriers(page) == []
    way = page.locator("ol button").first
    if way.count():
        expect(way).to_contain_text("1 adult, 1 Senior (65+)")
