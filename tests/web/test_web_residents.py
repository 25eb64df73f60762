"""The residents' page in a real Chromium against the real server."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from web_visitor import DESK, PHONE, Visitor, barriers

pytestmark = pytest.mark.browser

AT = "when=depart&at=2026-11-25T10:00&means=transit"  # the timetable alone: the live fleet changes
ENDS = {
    "ja": ("かいひんまくはり", "海浜幕張", "べいたうんこあ", "幕張ベイタウン・コア"),
    "en": ("kaihin makuhri", "Kaihin-Makuhari", "bay-town core", "Makuhari Bay-Town Core"),
}


def choose(page: Page, field: str, typed: str, meant: str) -> None:
    page.locator(field).press_sequentially(typed, delay=5)
    option = page.locator("li[role=option]").filter(has_text=meant).first
    expect(option).to_be_visible()
    option.click()
    expect(page.locator(field)).to_have_value(meant)


def search(page: Page, lang: str) -> None:
    from_typed, from_name, to_typed, to_name = ENDS[lang]
    choose(page, "#from", from_typed, from_name)
    choose(page, "#to", to_typed, to_name)
    page.locator("button[type=submit]").click()
    expect(page.locator(".card").first).to_be_visible(timeout=20_000)
    more = page.get_by_text(re.compile("Looking for more|ほかの行き方も調べて"))
    expect(more).to_have_count(0, timeout=20_000)


@pytest.mark.parametrize(("lang", "size"), [("ja", DESK), ("en", PHONE)], ids=["ja-desk", "en-phone"])
def test_from_a_question_to_the_way_on_the_map(visitor: Visitor, lang: str, size: tuple[int, int]) -> None:
    page = visitor.open(f"lang={lang}&{AT}", size)
    search(page, lang)
    expect(page.locator(".card")).to_have_count(5)
    expect(page.locator("[data-drawn=true]")).to_be_attached(timeout=30_000)
    by_bus = page.locator(".card").filter(has_text=re.compile("ベイタウン線|Bay-Town Line")).first
    by_bus.click()
    heading = page.locator("article h2")
    expect(heading).to_be_focused()
    expect(page.locator("article ol > li")).not_to_have_count(1)
    expect(page.locator("article")).to_contain_text("海浜幕張" if lang == "ja" else "Kaihin-Makuhari")
    page.get_by_role("button", name=re.compile("一覧へ戻る|Back to the list")).click()
    expect(page.locator(".card")).to_have_count(5)
    assert visitor.complaints == []
    assert visitor.outside == [], "no request may leave the server"


def test_the_keyboard_alone_is_enough(visitor: Visitor) -> None:
    page = visitor.open(f"lang=en&{AT}")
    page.locator("#from").focus()
    page.keyboard.type("makuhari-hongo")
    expect(page.locator("li[role=option]").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#from")).to_have_attribute("aria-activedescendant", "from-0")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")  # the star that keeps it as a favourite
    page.keyboard.press("Tab")
    page.keyboard.type("zozo marine stadium")
    expect(page.locator("li[role=option]").first).to_be_visible()
    page.keyboard.press("Enter")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "submit":
            break
    page.keyboard.press("Enter")
    expect(page.locator("#results h2")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("article h2")).to_be_focused()


def test_enter_that_ends_a_conversion_chooses_nothing(visitor: Visitor) -> None:
    page = visitor.open(f"lang=ja&{AT}")
    page.locator("#from").press_sequentially("幕張")
    expect(page.locator("li[role=option]").first).to_be_visible()
    page.locator("#from").dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    expect(page.locator("#from")).to_have_attribute("aria-expanded", "true")


def test_a_shared_link_asks_the_same_question(visitor: Visitor) -> None:
    page = visitor.open(f"lang=en&{AT}")
    search(page, "en")
    expect(page.locator(".card").first).to_contain_text("Earliest")  # said when all ways are there
    first = page.locator(".card").first.inner_text()
    again = visitor.open(page.url.split("?", 1)[1])
    expect(again.locator(".card").first).to_contain_text("Earliest", timeout=30_000)
    assert again.locator(".card").first.inner_text() == first


def test_arrive_by_and_earlier(visitor: Visitor) -> None:
    page = visitor.open("lang=en&when=arrive&at=2026-11-25T10:00&means=transit")
    search(page, "en")
    arrivals = [t.split("–")[1].strip()[:5] for t in page.locator(".times").all_inner_texts()]
    assert arrivals
    assert max(arrivals) <= "10:00"
    page.get_by_role("button", name="← Earlier").click()
    expect(page.locator("input[type=datetime-local]")).to_have_value("2026-11-25T09:40")


def test_an_error_is_told_in_words(visitor: Visitor) -> None:
    page = visitor.open("lang=en&when=depart&at=2031-01-01T10:00&means=transit")
    from_typed, from_name, to_typed, to_name = ENDS["en"]
    choose(page, "#from", from_typed, from_name)
    choose(page, "#to", to_typed, to_name)
    page.locator("button[type=submit]").click()
    expect(page.get_by_role("alert")).to_contain_text("2027-03-31")


def test_a_point_can_be_chosen_on_the_map(visitor: Visitor) -> None:
    page = visitor.open(f"lang=en&{AT}")
    expect(page.locator("[data-drawn=true]")).to_be_attached(timeout=30_000)
    page.get_by_role("button", name="To: Choose on the map").click()
    page.locator(".canvas canvas").click(position={"x": 420, "y": 400})
    expect(page.locator("#to")).to_have_value(re.compile(r"35\.\d+, 140\.\d+"))


@pytest.mark.parametrize("lang", ["ja", "en", "zh", "ko"])
def test_the_language_is_that_of_the_document(visitor: Visitor, lang: str) -> None:
    page = visitor.open(f"lang={lang}")
    expect(page.locator("html")).to_have_attribute("lang", lang)
    expect(page.locator("footer")).not_to_be_empty()


@pytest.mark.parametrize(
    ("dark", "size"), [(False, DESK), (True, (320, 700))], ids=["light-desk", "dark-320px"]
)
def test_axe_finds_no_barrier(visitor: Visitor, dark: bool, size: tuple[int, int]) -> None:
    page = visitor.open(f"lang=ja&{AT}", size, dark=dark)
    assert barriers(page) == []
    search(page, "ja")
    assert barriers(page) == []
    page.locator(".card").last.click()
    expect(page.locator("article h2")).to_be_visible()
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0], "no sideways scrolling"


@pytest.mark.parametrize(
    ("lang", "size"),
    [("ja", (320, 700)), ("en", DESK), ("easy", PHONE)],
    ids=["ja-320px", "en-desk", "easy-phone"],
)
def test_the_simple_page_is_large_and_asks_little(visitor: Visitor, lang: str, size: tuple[int, int]) -> None:
    page = visitor.open(f"lang={lang}&mode=simple&{AT}", size)
    search(page, "en" if lang == "en" else "ja")
    expect(page.locator("nav button")).to_have_count(3)
    expect(page.locator(".card")).to_have_count(3)
    assert page.locator(".mapbox, form details:not(.party)").count() == 0
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "24px"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing runs off the side"
    assert barriers(page) == []
    page.locator(".card").first.click()
    expect(page.locator("article h2")).to_be_focused()
    assert barriers(page) == []
    page.reload()
    expect(page.locator("nav button")).to_have_count(3)  # it is remembered
    page.locator("footer button").click()
    expect(page.locator("nav button")).to_have_count(5)
    expect(page.locator(".mapbox")).to_be_visible()
    assert visitor.complaints == []
