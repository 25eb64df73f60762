"""Booking a whole outing in a real Chromium: hold, pay with 3-D Secure, give back with the refund shown."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from web_booker import SOON_MS, WORDS, chosen_journey, held, pay, tomorrow
from web_visitor import DESK, PHONE, Visitor, barriers

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("lang", "size"), [("en", DESK), ("ja", PHONE)], ids=["en-desk", "ja-phone"])
def test_an_outing_is_booked_paid_with_3d_secure_and_given_back(
    visitor: Visitor, lang: str, size: tuple[int, int]
) -> None:
    page = visitor.open(f"lang={lang}&means=shuttle&{tomorrow()}", size, named=True)
    chosen_journey(page)
    page.locator("section.card summary").click()
    page.locator("section.card form button[type=submit]").click()
    page.locator("section.card ul button").first.click(timeout=SOON_MS)
    held(page, lang)
    expect(page.locator("main ol > li")).to_have_count(2)
    assert barriers(page) == []
    pay(page, lang, "3220")
    page.wait_for_url("**/sandbox/challenges/**")
    page.locator("form button").first.click()
    expect(page.locator("[data-state=confirmed]")).to_be_visible(timeout=SOON_MS)
    assert barriers(page) == []
    page.get_by_role("button", name=WORDS[lang]["cancel"], exact=True).click()
    refund = page.locator("dialog dd").first
    expect(refund).to_contain_text(re.compile(r"[1-9]"))
    shown = refund.inner_text()
    assert barriers(page) == []
    page.get_by_role("button", name=WORDS[lang]["give"]).click()
    expect(page.locator("[data-state=cancelled]")).to_be_visible(timeout=SOON_MS)
    expect(page.locator(".toasts")).to_contain_text(shown)
    assert visitor.outside == []


def test_a_declined_card_is_told_and_another_one_pays(visitor: Visitor) -> None:
    page = visitor.open(f"lang=en&means=shuttle&{tomorrow(11)}", named=True)
    chosen_journey(page)
    held(page, "en")
    pay(page, "en", "0002")
    expect(page.get_by_role("alert")).to_be_visible(timeout=SOON_MS)
    expect(page.locator("[data-state=held]")).to_be_visible()
    pay(page, "en", "4242")
    expect(page.locator("[data-state=confirmed]")).to_be_visible(timeout=SOON_MS)
    page.get_by_role("button", name="Trips", exact=True).click()
    expect(page.locator("main .card").first).to_contain_text("Booked")
    page.locator("main .card").first.click()
    expect(page.locator("[data-state=confirmed]")).to_be_visible()


def test_the_live_ride_says_when_to_leave_and_the_keyboard_books_it(visitor: Visitor) -> None:
    page = visitor.open("lang=en&means=shuttle&when=now", named=True)
    chosen_journey(page)
    whole = page.get_by_role("button", name=WORDS["en"]["whole"])
    whole.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-state=held]")).to_be_visible(timeout=SOON_MS)
    pay(page, "en", "4242")
    expect(page.get_by_role("region", name="Now")).to_contain_text(
        re.compile(r"Leave (in \d+ min|now)|on board|arrived"), timeout=SOON_MS
    )


@pytest.mark.parametrize(
    ("query", "size", "dark"),
    [("lang=en", DESK, False), ("lang=ja", (320, 700), True), ("lang=easy&text=large", PHONE, False)],
    ids=["en-desk", "ja-320px-dark", "easy-large"],
)
def test_trips_and_account_have_no_barrier(
    visitor: Visitor, query: str, size: tuple[int, int], dark: bool
) -> None:
    for view in ("trips", "me"):
        page = visitor.open(f"{query}&view={view}", size, dark=dark, named=True)
        expect(page.locator("main h2").first).to_be_visible(timeout=SOON_MS)
        page.get_by_role("button", name="Aa").count()
        assert barriers(page) == [], view
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], "no sideways scrolling"


def test_a_favourite_is_offered_before_anything_is_typed(visitor: Visitor) -> None:
    page = visitor.open("lang=en")
    page.locator("#from").press_sequentially("kaihin-makuhari", delay=5)
    page.locator("li[role=option]").first.click()
    page.get_by_role("button", name=re.compile("^Keep ")).click()
    page.locator("#to").focus()
    expect(page.locator("#to-list li[role=option]").first).to_contain_text("Favourites")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#to")).to_have_value("Kaihin-Makuhari")


def test_the_settings_hold_on_the_next_visit(visitor: Visitor) -> None:
    page = visitor.open("lang=en")
    page.get_by_role("button", name="Display settings").click()
    page.get_by_label("Dark").check()
    page.get_by_label("Very large").check()
    assert barriers(page) == []
    page.keyboard.press("Escape")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("html")).to_have_attribute("data-text", "largest")
