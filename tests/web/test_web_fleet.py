"""The fleet on the residents' map, in a real Chromium against the real server."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from web_visitor import DESK, PHONE, Visitor

pytestmark = pytest.mark.browser

SAID = {
    "ja": re.compile(r"シャトル 8 台のうち \d+ 台が走行中。すぐ使えるモビリティ \d+ 台。"),
    "en": re.compile(r"\d+ of 8 shuttles are moving now; \d+ devices are free\."),
}


@pytest.mark.parametrize(("lang", "size"), [("ja", DESK), ("en", PHONE)], ids=["ja-desk", "en-phone"])
def test_a_new_visitor_sees_the_fleet_on_the_map_and_in_words(
    visitor: Visitor, lang: str, size: tuple[int, int]
) -> None:
    page = visitor.open(f"lang={lang}", size)
    expect(page.locator("[data-fleet]")).to_have_text(SAID[lang])
    if size == PHONE:
        phone_opens_the_map(page)
    expect(page.locator("[data-drawn=true]")).to_be_attached()
    assert visitor.complaints == []
    assert visitor.outside == []


def phone_opens_the_map(page: Page) -> None:
    """A phone shows the area's picture with the fleet on it, and loads no map until somebody wants it."""
    picture = page.get_by_role("button", name=re.compile("Use the map"))
    expect(picture.locator("path").first).to_be_attached()
    expect(picture.get_by_text("Kaihin-Makuhari", exact=True)).to_be_visible()
    expect(picture.locator("circle")).to_have_count(8)
    loaded = "performance.getEntriesByType('resource').some(one => one.name.includes('maplibre'))"
    page.wait_for_timeout(2500)  # longer than a page waits for a quiet moment
    assert not page.evaluate(loaded)
    picture.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".mapbox [inert]")).to_be_attached()


def test_shuttles_that_move_are_told_as_moving(visitor: Visitor) -> None:
    page = visitor.open("lang=en")
    expect(page.locator("[data-fleet]")).to_have_text(re.compile(r"^[1-8] of 8"), timeout=180_000)
