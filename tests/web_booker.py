"""What a resident does on the page to book: choose a way, hold it, add a test card, pay."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

SOON_MS = 30_000
WORDS = {
    "en": {
        "whole": "Book the whole way",
        "add": "Add a card",
        "pay": "Pay",
        "cancel": "Cancel",
        "give": "Cancel on these terms",
    },
    "ja": {
        "whole": "この行き方をまとめて予約",
        "add": "カードを加える",
        "pay": "払って予約",
        "cancel": "取り消す",
        "give": "この内容で取り消す",
    },
}


def tomorrow(hour: int = 10) -> str:
    day = datetime.now(ZoneInfo("Asia/Tokyo")) + timedelta(days=1)
    return f"when=depart&at={day:%Y-%m-%d}T{hour:02}:00"


def chosen_journey(page: Page) -> None:
    """From the station to the mall by shuttle: the first way is looked at."""
    for field, typed in (("#from", "kaihin-makuhari"), ("#to", "aeon mall")):
        page.locator(field).press_sequentially(typed, delay=5)
        page.locator("li[role=option]").first.click()
    page.locator("button[type=submit]").click()
    page.locator("ol .card").first.click(timeout=SOON_MS)
    expect(page.locator("article h2")).to_be_visible()


def held(page: Page, lang: str) -> None:
    page.get_by_role("button", name=WORDS[lang]["whole"]).click()
    expect(page.locator("[data-state=held]")).to_be_visible(timeout=SOON_MS)


def pay(page: Page, lang: str, last4: str) -> None:
    """Add a test card on the processor's page, come back, and pay with it."""
    page.get_by_role("button", name=WORDS[lang]["add"]).click()
    page.wait_for_url("**/sandbox/cards/**")
    page.get_by_label(last4).check()
    page.locator("form button").first.click()
    card = page.get_by_label(re.compile(last4))
    expect(card).to_be_checked(timeout=SOON_MS)
    page.get_by_role("button", name=WORDS[lang]["pay"]).click()
