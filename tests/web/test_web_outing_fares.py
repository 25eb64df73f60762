"""What a whole outing costs all who go, and the day pass that is bought once for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from fakes.bus_town import before_the_buses, bus_town
from playwright.sync_api import Browser, Page, expect
from web_visitor import DESK, PHONE, Visitor, barriers, press, walk_to

pytestmark = pytest.mark.browser

SOON_MS = 60_000
WORDS = {
    "en": {
        "more": "One more: Senior (65+)", "sum": "In all ¥750 for 1 adult, 1 Senior (65+)",
        "adult": "一日券 for 1 adult: ¥500 instead of ¥630",
        "senior": "一日券 for 1 Senior (65+): ¥250 instead of ¥360",
        "until": "ride as often as you like until", "cycle": "My own cycle",
        "home": "Your own bicycle goes along all the way.",
    },
    "ja": {
        "more": "シニアを1人ふやす", "sum": "全部で750円（大人1人、シニア1人）",
        "adult": "一日券（大人1人）：500円（別々に買うと630円）",
        "senior": "一日券（シニア1人）：250円（別々に買うと360円）",
        "until": "まで何回でも乗れます", "cycle": "自分の自転車", "home": "自分の自転車でずっと回ります。",
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def noon() -> datetime:
    return before_the_buses()


@pytest.fixture(scope="module")
def buses(tmp_path_factory: pytest.TempPathFactory, start_server: Any, noon: datetime) -> Iterator[str]:
    home = tmp_path_factory.mktemp("town")
    with start_server(bus_town(home, noon), home, "--no-simulation") as (url, _):
        yield url


@pytest.fixture
def rider(chromium: Browser, buses: str) -> Iterator[Visitor]:
    rider = Visitor(chromium, buses)
    yield rider
    for context in chromium.contexts:
        context.close()


def to(page: Page, field: str, stop: str) -> None:
    page.locator(field).press_sequentially(stop, delay=5)
    page.locator("li[role=option]").first.click()


@pytest.mark.parametrize(("lang", "size"), [("en", DESK), ("ja", PHONE)], ids=["en-desk", "ja-phone"])
def test_two_go_about_all_day_with_one_ticket_each(
    rider: Visitor, noon: datetime, lang: str, size: tuple[int, int]
) -> None:
    words = WORDS[lang]
    page = rider.open(f"lang={lang}&view=outing", size)
    to(page, "#outing-home", "Asa")
    page.locator("input[type=datetime-local]").fill(f"{noon:%Y-%m-%dT%H:%M}")
    for k, stop in enumerate(("Bora", "Chiba")):
        to(page, f"#errand-{k}", stop)
        page.locator("fieldset").nth(k).locator("input[type=number]").fill("5")
    walk_to(page, page.locator("details.party summary"))
    page.keyboard.press("Enter")
    press(page, words["more"])
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    with page.expect_request("**/v1/outings") as asked:
        page.locator("form button[type=submit]").click()
    assert asked.value.post_data_json["party"]["categories"] == {"senior": 1}
    answer = page.locator(".answer")
    expect(answer.locator(".sum")).to_contain_text(words["sum"], timeout=SOON_MS)
    expect(answer.get_by_text(words["adult"])).to_be_visible()
    expect(answer.get_by_text(words["senior"])).to_be_visible()
    expect(answer.get_by_text(words["until"])).to_have_count(2)
    expect(answer.locator("li.way .numbers")).to_have_count(0)  # a ticket for all: no way has its own price
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
