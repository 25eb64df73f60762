"""The residents' page: what can be reached, and several errands in one outing, in a real Chromium."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect
from web_visitor import DESK, PHONE, Visitor, barriers

pytestmark = pytest.mark.browser


def choose(page: Page, field: str, typed: str) -> None:
    page.locator(field).press_sequentially(typed, delay=5)
    option = page.locator("li[role=option]").first
    expect(option).to_be_visible()
    option.click()


@pytest.mark.parametrize(("lang", "size"), [("ja", DESK), ("en", PHONE)])
def test_what_is_reached_is_listed_and_drawn(visitor: Visitor, lang: str, size: tuple[int, int]) -> None:
    page = visitor.open(f"lang={lang}&view=reach", size)
    choose(page, "#reach-from", "かいひんまくはり")
    page.locator("input[type=datetime-local]").fill("2026-11-25T10:00")
    means = page.locator("form fieldset input[type=checkbox]")
    expect(means).to_have_count(8)  # seven means, and step-free
    means.nth(6).check()
    with page.expect_request("**/v1/isochrones**") as asked:
        page.locator("form button[type=submit]").click()
    assert "means=transit&means=taxi" in asked.value.url
    expect(page.locator(".answer h3")).to_have_count(3, timeout=180_000)
    expect(page.locator(".answer h2")).to_be_focused()
    first = page.locator(".answer ul").first
    expect(first).to_contain_text("海浜幕張" if lang == "ja" else "Kaihin-Makuhari")
    expect(page.locator("[data-drawn=true]")).to_be_attached(timeout=30_000)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing runs off the side"
    assert barriers(page) == []
    page.locator(".answer li button").last.click()
    expect(page.locator("#to")).not_to_have_value("")
    assert visitor.complaints == []
    assert visitor.outside == []


def ask(page: Page, errands: list[str]) -> None:
    choose(page, "#outing-home", "べいたうんこあ")
    page.locator("input[type=datetime-local]").fill("2026-11-25T09:00")
    for k, typed in enumerate(errands):
        choose(page, f"#errand-{k}", typed)


@pytest.mark.parametrize(("lang", "size"), [("en", DESK), ("ja", PHONE)])
def test_errands_are_put_into_the_best_order(visitor: Visitor, lang: str, size: tuple[int, int]) -> None:
    page = visitor.open(f"lang={lang}&view=outing", size)
    ask(page, ["かいひんまくはり", "まくはりほんごう"])
    page.locator("fieldset").nth(1).locator("select").select_option("at")
    page.locator("fieldset").nth(1).locator("input[type=time]").fill("10:30")
    page.locator("form button[type=submit]").click()
    expect(page.locator(".answer h2")).to_be_focused(timeout=180_000)
    stops = page.locator(".answer li.stop")
    expect(stops).to_have_count(3)
    expect(stops.filter(has_text="10:30–11:00")).to_have_count(1)
    expect(stops.last).to_contain_text("Home again" if lang == "en" else "帰宅")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert barriers(page) == []
    assert visitor.complaints == []


def test_an_outing_rides_what_the_form_allows(visitor: Visitor) -> None:
    page = visitor.open("lang=en&view=outing", PHONE)
    ask(page, ["かいひんまくはり"])
    tomorrow = datetime.now(ZoneInfo("Asia/Tokyo")) + timedelta(
        days=1
    )  # the fleet offers no rides of the past
    page.locator("input[type=datetime-local]").fill(f"{tomorrow:%Y-%m-%d}T10:00")
    page.get_by_role("button", name="Remove: Errand 2").click()
    besides = page.get_by_role("group", name="Besides trains, buses and walking")
    names = ["Self-driving shuttle", "Device", "Share cycle", "Bus on request", "Taxi", "My own cycle"]
    expect(besides.get_by_role("checkbox")).to_have_count(len(names))
    for name in names:
        besides.get_by_label(name).set_checked(name == "Self-driving shuttle")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    with page.expect_request("**/v1/outings") as asked:
        page.locator("form button[type=submit]").click()
    assert asked.value.post_data_json["means"] == ["shuttle"]
    expect(page.locator(".answer li.way").first).to_contain_text("Shuttle", timeout=180_000)
    assert barriers(page) == []


def test_an_impossible_outing_says_why_and_what_works(visitor: Visitor) -> None:
    page = visitor.open("lang=en&view=outing")
    ask(page, ["かいひんまくはり", "まくはりほんごう"])
    for k in range(2):
        page.locator("fieldset").nth(k).locator("select").select_option("at")
        page.locator("fieldset").nth(k).locator("input[type=time]").fill("10:30")
    page.locator("form button[type=submit]").click()
    expect(page.locator(".answer")).to_contain_text("in no order all of them", timeout=180_000)
    options = page.locator(".answer details")
    expect(options).to_have_count(2)
    expect(options.first).to_contain_text(re.compile(r"Possible with .+ at \d\d:\d\d"))
    options.first.locator("summary").click()
    expect(options.first.locator("li.stop")).to_have_count(3)
    assert barriers(page) == []


def test_a_local_service_is_an_errand_and_its_opening_hours_count(visitor: Visitor) -> None:
    page = visitor.open("lang=en&view=outing", PHONE)
    choose(page, "#outing-home", "べいたうんこあ")
    page.locator("input[type=datetime-local]").fill("2026-11-25T09:00")
    page.locator("#errand-0").press_sequentially("dental check", delay=5)
    option = page.locator("li[role=option]").filter(has_text="Service").first
    expect(option).to_contain_text("Dental check-up")
    option.click()
    choose(page, "#errand-1", "まくはりほんごう")
    page.locator("form button[type=submit]").click()
    expect(page.locator(".answer h2")).to_be_focused(timeout=180_000)
    expect(page.locator(".answer li.stop").filter(has_text="Dental check-up")).to_have_count(1)
    assert barriers(page) == []
    assert visitor.complaints == []
