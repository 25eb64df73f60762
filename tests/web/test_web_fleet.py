"""The fleet on the residents' map, in a real Chromium against the real server."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
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
    expect(page.locator("[data-drawn=true]")).to_be_attached()
    assert visitor.complaints == []
    assert visitor.outside == []


def test_shuttles_that_move_are_told_as_moving(visitor: Visitor) -> None:
    page = visitor.open("lang=en")
    expect(page.locator("[data-fleet]")).to_have_text(re.compile(r"^[1-8] of 8"), timeout=180_000)
