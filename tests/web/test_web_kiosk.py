"""The screen in the hall and on the television: four arrow keys and OK, nobody signed in, nothing kept."""

from __future__ import annotations

import re
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect
from web_visitor import DESK, PHONE, Visitor, barriers

pytestmark = pytest.mark.browser

TV, SOON_MS = (1920, 1080), 30_000
HERE = "from=35.648229,140.040869,,Hall"


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.innerText"))


def walk(page: Page, to: str, keys: str, most: int = 12) -> None:
    """Press one arrow key until the button with that text has the focus."""
    for _ in range(most):
        if re.search(to, focused(page)):
            return
        page.keyboard.press(keys)
    raise AssertionError(f"{keys} never led to {to!r}; the focus is on {focused(page)!r}")


@pytest.mark.parametrize(
    ("lang", "size"),
    [("ja", TV), ("en", TV), ("en", PHONE), ("easy", DESK)],
    ids=["ja-tv", "en-tv", "en-phone", "easy"],
)
def test_ok_alone_leads_to_a_way_and_onto_ones_phone(
    visitor: Visitor, lang: str, size: tuple[int, int]
) -> None:
    page = visitor.open(f"mode=kiosk&lang={lang}&{HERE}", size)
    expect(page.locator(".tile").first).to_be_focused(timeout=SOON_MS)
    assert barriers(page) == []
    small = page.locator("button").evaluate_all(
        "all => all.map((b) => b.getBoundingClientRect().height).filter((h) => h < 44)"
    )
    assert small == [], "targets are large"
    page.keyboard.press("Enter")
    expect(page.locator("ol button").first).to_be_focused(timeout=SOON_MS)
    assert barriers(page) == []
    page.keyboard.press("Enter")
    picture = page.locator(".take img")
    expect(picture).to_be_visible()
    picture.evaluate("picture => picture.decode()")
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    picture.scroll_into_view_if_needed()
    pixels = np.asarray(Image.open(BytesIO(picture.screenshot())).convert("L"))
    (code,) = zxingcpp.read_barcodes(pixels)
    # On the phone the same question opens, with the same ends.
    taken = parse_qs(urlsplit(str(code.text)).query)
    assert taken["from"] == ["35.648229,140.040869,,Hall"]
    phone = visitor.open(urlsplit(str(code.text)).query, PHONE)
    expect(phone.locator("#from")).to_have_value("Hall")
    expect(phone.locator("main ol .card, article h2").first).to_be_visible(timeout=SOON_MS)
    assert visitor.complaints == []
    assert visitor.outside == []


@pytest.mark.parametrize(("lang", "keys"), [("ja", "むせ"), ("en", "ZO")], ids=["kana", "latin"])
def test_letters_are_chosen_with_arrows(visitor: Visitor, lang: str, keys: str) -> None:
    page = visitor.open(f"mode=kiosk&lang={lang}&{HERE}", TV)
    expect(page.locator(".tile").first).to_be_focused(timeout=SOON_MS)
    page.get_by_role("button", name=re.compile("文字でさがす|Find by letters")).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".keys button").first).to_be_focused()
    assert barriers(page) == []
    for key in keys:
        at = page.locator(".keys button").evaluate_all(
            f"all => all.findIndex((b) => b.innerText === '{key}')"
        )
        for _ in range(12):  # to the row, then along it
            now = page.locator(".keys button").evaluate_all("all => all.indexOf(document.activeElement)")
            if now == at:
                break
            rows = at // 10 - now // 10
            page.keyboard.press(
                "ArrowDown"
                if rows > 0
                else "ArrowUp"
                if rows < 0
                else "ArrowRight"
                if at > now
                else "ArrowLeft"
            )
        assert focused(page) == key
        page.keyboard.press("Enter")
    expect(page.locator(".typed")).to_contain_text(keys)
    expect(page.locator(".found button").first).to_be_visible()
    walk(page, ".{3}", "ArrowRight")
    chosen = focused(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(chosen)


def test_two_together_are_told_what_both_pay(visitor: Visitor) -> None:
    page = visitor.open(f"mode=kiosk&lang=en&{HERE}", DESK)
    expect(page.locator(".tile[data-first]")).to_be_focused(timeout=SOON_MS)
    page.keyboard.press("Enter")
    expect(page.locator("ol button").first).to_be_focused(timeout=SOON_MS)
    more = page.get_by_role("button", name="One more: Adults")
    more.focus()
    with page.expect_request("**/v1/journeys") as asked:
        page.keyboard.press("Enter")
    assert asked.value.post_data_json["party"] == {"adults": 2}
    way = page.locator("ol button").filter(has_text="¥").first
    expect(way).to_contain_text(re.compile(r"¥[\d,]+ for 2"), timeout=SOON_MS)
    expect(more).to_be_focused()
    assert barriers(page) == []
    way.click()
    src = page.locator(".take img").get_attribute("src") or ""
    assert "people%3D2" in src, "the phone asks for both, too"


def test_without_a_place_of_its_own_it_asks_where_one_starts(visitor: Visitor) -> None:
    page = visitor.open("mode=kiosk&lang=en", TV)
    expect(page.get_by_role("heading", level=1)).to_have_text("Where do you start?")
    expect(page.locator(".tile").first).to_be_focused(timeout=SOON_MS)
    start = focused(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Where do you want to go?")
    expect(page.locator("header p")).to_contain_text(start)


def test_whoever_comes_next_finds_nothing_of_the_one_before(visitor: Visitor) -> None:
    page = visitor.open("mode=kiosk&lang=ja&idle=4", TV)
    expect(page.locator(".tile").first).to_be_focused(timeout=SOON_MS)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="English").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Where do you want to go?")
    expect(page.get_by_role("status").filter(has_text="Back to the first screen")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("どこから出発しますか", timeout=SOON_MS)
    expect(page.locator("html")).to_have_attribute("lang", "ja")
    assert page.evaluate("Object.keys(localStorage).filter((k) => k !== 'maas.prefs')") == []
    assert page.evaluate("document.cookie") == ""
    assert "from=" not in page.url
    assert "ja" in str(page.evaluate("localStorage.getItem('maas.prefs')"))


def test_back_goes_back(visitor: Visitor) -> None:
    page = visitor.open(f"mode=kiosk&lang=en&{HERE}", TV)
    expect(page.locator(".tile").first).to_be_focused(timeout=SOON_MS)
    page.keyboard.press("Enter")
    expect(page.locator("ol button").first).to_be_focused(timeout=SOON_MS)
    page.keyboard.press("Enter")
    expect(page.locator(".take")).to_be_visible()
    page.keyboard.press("Backspace")
    expect(page.locator("ol button").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", level=1)).to_have_text("Where do you want to go?")
