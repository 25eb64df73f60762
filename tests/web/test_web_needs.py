"""What a rider can ask of the way, and what the page says of it: a real Chromium, the real server."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Route, expect
from web_visitor import Visitor

pytestmark = pytest.mark.browser

ASKED = "when=depart&at=2026-11-25T10:00&means=transit"


def test_every_departure_of_two_hours_is_shown_when_asked_for(visitor: Visitor) -> None:
    page = visitor.open(f"lang=en&{ASKED}")
    for field, typed, meant in (("#from", "kaihin makuhri", "Kaihin-Makuhari"), ("#to", "soga", "Soga")):
        page.locator(field).press_sequentially(typed, delay=5)
        page.locator("li[role=option]").filter(has_text=meant).first.click()
    page.get_by_text("Means and needs").click()
    page.get_by_label("Show every departure of two hours").check()
    page.locator("button[type=submit]").click()
    expect(page.locator(".card").nth(6)).to_be_visible(timeout=30_000)
    assert "window=1" in page.url
    assert visitor.complaints == []


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "en",
            (
                "Road works",
                "Few seats free",
                "Without “wheelchair” you would be there 12 min sooner, by 京葉線",
            ),
        ),
        ("ja", ("道路工事", "席が少しあります", "「車いす」の条件がなければ、京葉線で12分早く行けます")),
    ],
)
def test_alerts_how_full_it_is_and_what_needs_leave_out_are_told(
    visitor: Visitor, lang: str, words: tuple[str, str, str]
) -> None:
    """The server's own answer, with what only a live operator could have told."""
    page = visitor.open(f"lang={lang}&{ASKED}&needs=wheelchair")

    def told(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        for journey in body["journeys"]:
            for leg in journey["legs"]:
                if leg.get("trip_id"):
                    leg["occupancy"] = "few_seats"
                    leg["alerts"] = [
                        {
                            "id": "a", "header": {"ja": "道路工事", "en": "Road works"}, "text": {},
                            "url": {}, "cause": "CONSTRUCTION", "effect": "DETOUR", "severity": "INFO",
                            "periods": [],
                        }
                    ]  # fmt: skip
        body["excluded"] = [
            {
                "need": "wheelchair", "reason": "vehicle", "departure": body["journeys"][0]["departure"],
                "arrival": body["journeys"][0]["arrival"], "sooner_s": 720, "lines": ["京葉線"],
            }
        ]  # fmt: skip
        route.fulfill(response=answer, body=json.dumps(body))

    page.route("**/v1/journeys", told)
    for field, typed, meant in (
        ("#from", "海浜幕張", "Kaihin-Makuhari" if lang == "en" else "海浜幕張"),
        ("#to", "蘇我", "Soga" if lang == "en" else "蘇我"),
    ):
        page.locator(field).press_sequentially(typed, delay=5)
        page.locator("li[role=option]").filter(has_text=meant).first.click()
    page.locator("button[type=submit]").click()
    expect(page.locator(".left-out")).to_contain_text(words[2], timeout=30_000)
    page.locator(".card").first.click()
    expect(page.locator("article .alert").first).to_contain_text(words[0])
    expect(page.locator("article .full").first).to_contain_text(words[1])
    assert visitor.complaints == []
