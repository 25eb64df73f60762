"""A bus that is waved for on its way: from the feed over HTTP to the words on the residents' page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fakes.hailing import AT, DOOR, GOAL, packed
from playwright.sync_api import Browser, expect
from web_visitor import Visitor

from maas.area.build import Recipe, build_area

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def roadside(tmp_path_factory: pytest.TempPathFactory, start_server: Any) -> Iterator[str]:
    """The address of a server of an area with one line that stops anywhere on its way."""
    folder = tmp_path_factory.mktemp("roadside")
    build_area(folder / "area", Recipe(None, None, (packed(folder),)))
    with start_server(folder / "area", folder, "--no-simulation") as (url, _):
        yield url


@pytest.mark.parametrize(
    ("lang", "wave", "call"),
    [
        ("ja", "手を挙げて乗ります", "降りる場所を電話で伝えます"),
        ("en", "Wave to the driver", "Phone ahead to get off"),
    ],
)
def test_the_page_says_how_one_gets_on_and_off_between_stops(
    chromium: Browser, roadside: str, lang: str, wave: str, call: str
) -> None:
    asked = {"from": DOOR, "to": GOAL, "at": AT, "means": ["transit"]}
    (journey, *_) = httpx.post(f"{roadside}/v1/journeys", json=asked, timeout=60).json()["journeys"]
    ride = next(leg for leg in journey["legs"] if leg["trip_id"])
    assert (ride["boarding"], ride["alighting"]) == ("wave", "phone")
    visitor = Visitor(chromium, roadside)
    ends = f"from={DOOR['lat']},{DOOR['lon']},,Door&to={GOAL['lat']},{GOAL['lon']},,Goal"
    page = visitor.open(f"lang={lang}&when=depart&at={AT[:16]}&means=transit&{ends}")
    page.locator(".card").first.click(timeout=30_000)
    leg = page.locator("article li").filter(has_text=wave)
    expect(leg).to_have_count(1)
    expect(leg).to_contain_text(call)
    expect(leg).to_contain_text("0120-000-000")  # whom to call
    expect(leg).to_contain_text("One – Two")
    assert [c for c in visitor.complaints if "Service Unavailable" not in c] == []
