"""Journeys over HTTP use what the live fleet can do, and hold nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

TOKYO = ZoneInfo("Asia/Tokyo")


def noon() -> str:
    """Tomorrow at noon: within the shuttle's hours whenever the tests run."""
    return (datetime.now(TOKYO) + timedelta(days=1)).replace(hour=12, minute=0, second=0).isoformat()


def ask(server: str, **question: Any) -> list[dict[str, Any]]:
    asked = {"from": "ZOZOマリンスタジアム", "to": "蘇我", "at": noon(), **question}
    answer = httpx.post(f"{server}/v1/journeys", json=asked, timeout=120)
    assert answer.status_code == 200, answer.text
    return answer.json()["journeys"]


def modes(journey: dict[str, Any]) -> set[str]:
    return {leg["mode"] for leg in journey["legs"]}


def test_a_shuttle_seat_leads_to_the_train_with_its_price_and_promise(server: str):
    journeys = [j for j in ask(server, means=["transit", "shuttle"]) if "shuttle" in modes(j)]
    assert journeys
    for journey in journeys:
        (leg,) = (leg for leg in journey["legs"] if leg["mode"] == "shuttle")
        assert leg["on_demand"]["service_id"] == "makuhari-shuttle"
        assert leg["departure"] <= leg["on_demand"]["pickup_until"]
        assert leg["fare"]["amount_minor"] > 0
        if journey["fare"]:
            parts = [leg["fare"]["amount_minor"] for leg in journey["legs"] if leg["fare"]]
            assert journey["fare"]["amount_minor"] == sum(parts)
        for before, after in pairwise(journey["legs"]):
            assert before["arrival"] <= after["departure"]


@pytest.mark.parametrize(
    ("question", "never"),
    [
        ({"means": ["transit"]}, {"shuttle", "device", "cycle", "bicycle"}),
        ({"party": {"adults": 2}}, {"device", "cycle"}),
        ({"wheelchair": True}, {"cycle"}),
        ({}, {"bicycle"}),
    ],
)
def test_means_party_and_needs_decide_who_is_asked(server: str, question: dict[str, Any], never: set[str]):
    for journey in ask(server, **question):
        assert not modes(journey) & never


def test_ones_own_cycle_goes_when_it_is_named(server: str):
    (ride,) = (j for j in ask(server, to="海浜幕張", means=["bicycle"]) if "bicycle" in modes(j))
    assert ride["fare"]["amount_minor"] == 0
    assert ride["co2_g"] == 0


def test_a_share_cycle_costs_what_the_tariff_says(server: str):
    cycles = [j for j in ask(server, to="海浜幕張", at=None, means=["cycle"]) if "cycle" in modes(j)]
    for journey in cycles:
        (leg,) = (leg for leg in journey["legs"] if leg["mode"] == "cycle")
        assert leg["fare"]["amount_minor"] == 160  # a few minutes, within the first thirty
        assert leg["on_demand"]["start_id"] != leg["on_demand"]["end_id"]
