"""Outings over HTTP, on the command line, and beside the planner asked for every order."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from itertools import permutations
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from click.testing import CliRunner

from maas.area.open import Area, open_area
from maas.cli.main import main
from maas.journeys.service import resolve
from maas.outings.model import OutingRequest
from maas.outings.service import plan_outing
from routing.query import Query

ZONE = ZoneInfo("Asia/Tokyo")
HOME = "幕張ベイタウン・コア"
POST, CLINIC, STADIUM = "海浜幕張", "幕張本郷", "ZOZOマリンスタジアム"
DAY = "2026-11-25"


def asked(*errands: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"home": HOME, "leave": f"{DAY}T09:00:00+09:00", "errands": list(errands)} | more


def outing(server: str, *errands: dict[str, Any], **more: Any) -> dict[str, Any]:
    response = httpx.post(f"{server}/v1/outings", json=asked(*errands, **more), timeout=60)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def when(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.fixture(scope="module")
def area(makuhari: Path) -> Area:
    return open_area(makuhari)


def by_planner(
    area: Area, places: list[str], stays: list[int], opens: list[tuple[int, int] | None]
) -> datetime:
    """Home again soonest, of all orders, each asked of the planner leg by leg."""
    points = [resolve(area, place, "", "place") for place in (HOME, *places)]
    midnight = datetime(2026, 11, 25, tzinfo=ZONE)
    query = Query(points[0], points[0], midnight)

    def there(a: int, b: int, at: datetime) -> datetime:
        journeys = area.planner.plan(replace(query, origin=points[a], destination=points[b], at=at))
        return min(area.planner.instant(j.service_date, j.arrival_s) for j in journeys)

    best = []
    for order in permutations(range(1, len(points))):
        at, place = midnight.replace(hour=9), 0
        for k in order:
            at = there(place, k, at)
            if opens[k - 1] is not None:
                first, last = opens[k - 1] or (0, 0)
                at = max(at, midnight.replace(hour=first // 60, minute=first % 60))
                if (at - midnight).total_seconds() > last * 60:
                    break
            at, place = datetime.fromtimestamp(at.timestamp() + stays[k - 1], ZONE), k
        else:
            best.append(there(place, 0, at))
    return min(best)


def test_the_order_is_the_best_that_the_planner_knows(area: Area) -> None:
    errands = [
        {"place": POST, "stay_s": 900},
        {"place": CLINIC, "stay_s": 1800, "at": f"{DAY}T10:30:00+09:00"},
        {"place": STADIUM, "stay_s": 600, "hours": "Mo-Fr 11:30-12:20"},
    ]
    request = OutingRequest.model_validate(asked(*errands))
    plan = plan_outing(area, request, datetime(2026, 11, 1, tzinfo=ZONE)).plan
    assert plan is not None
    assert plan.best
    expected = by_planner(area, [POST, CLINIC, STADIUM], [900, 1800, 600], [None, (630, 630), (690, 730)])
    assert plan.home == expected


def test_a_plan_can_be_followed(server: str) -> None:
    plan = outing(
        server,
        {"place": POST, "stay_s": 900, "name": "郵便局", "hours": "Mo-Fr 09:00-17:00"},
        {"place": CLINIC, "stay_s": 1800, "at": f"{DAY}T10:30:00+09:00"},
        {"place": STADIUM, "stay_s": 600},
        {"place": "蘇我", "stay_s": 1200},
    )["plan"]
    assert sorted(stop["errand"] for stop in plan["stops"]) == [0, 1, 2, 3]
    assert len(plan["journeys"]) == 5
    free = when(f"{DAY}T09:00:00+09:00")
    for journey, stop in zip(plan["journeys"], plan["stops"], strict=False):
        assert free <= when(journey["departure"])
        assert when(journey["arrival"]) <= when(stop["begin"])
        free = when(stop["end"])
    assert free <= when(plan["journeys"][-1]["departure"])
    assert plan["home"] == plan["journeys"][-1]["arrival"]
    clinic = next(stop for stop in plan["stops"] if stop["errand"] == 1)
    assert clinic["begin"] == f"{DAY}T10:30:00+09:00"
    waits = (when(clinic["begin"]) - when(clinic["arrival"])).total_seconds()
    assert waits < 20 * 60, "who would wait at the clinic leaves later instead"


def test_a_local_service_brings_its_place_and_hours(server: str) -> None:
    offers = httpx.get(f"{server}/v1/services", params={"limit": 100}, timeout=60).json()["offers"]
    offer = next(o for o in offers if o.get("lat") is not None)
    answer = outing(server, {"offer_id": offer["id"], "stay_s": 600})
    stop = (answer["plan"] or answer["nearest"][0]["plan"])["stops"][0]
    assert (round(stop["lat"], 4), round(stop["lon"], 4)) == (round(offer["lat"], 4), round(offer["lon"], 4))


def test_two_appointments_at_once_are_refused_with_what_works(server: str) -> None:
    answer = outing(
        server,
        {"place": POST, "stay_s": 900, "at": f"{DAY}T10:30:00+09:00"},
        {"place": CLINIC, "stay_s": 1800, "at": f"{DAY}T10:30:00+09:00"},
    )
    assert answer["plan"] is None
    assert [reason["code"] for reason in answer["reasons"]] == ["together"]
    kinds = {option["kind"]: option for option in answer["nearest"]}
    assert len(kinds["leave_out"]["left_out"]) == 1
    moved = kinds["move"]
    assert len(moved["plan"]["stops"]) == 2
    apart = abs((when(moved["begin"]) - when(f"{DAY}T10:30:00+09:00")).total_seconds())
    assert 0 < apart < 2 * 3600


@pytest.mark.parametrize(
    ("errand", "more", "code"),
    [
        ({"place": CLINIC, "hours": "Sa 09:00-12:00"}, {}, "closed"),
        ({"place": CLINIC, "at": f"{DAY}T09:05:00+09:00"}, {}, "too_late"),
        ({"place": CLINIC, "stay_s": 7200}, {"home_by": f"{DAY}T10:00:00+09:00"}, "home_late"),
    ],
)
def test_an_errand_that_is_impossible_says_why(
    server: str, errand: dict[str, Any], more: dict[str, Any], code: str
) -> None:
    answer = outing(server, {"place": POST, "stay_s": 300}, errand, **more)
    assert answer["plan"] is None
    assert [(reason["code"], reason["errand"]) for reason in answer["reasons"]] == [(code, 1)]
    fewer = next(option for option in answer["nearest"] if option["kind"] == "leave_out")
    assert fewer["left_out"] == [1]


def test_what_cannot_be_read_is_told(server: str) -> None:
    for errand, word in (
        ({"stay_s": 60}, "give a place"),
        ({"place": POST, "hours": "sometimes"}, "errands.0.hours"),
        ({"offer_id": "no-such-offer"}, "no offer has the id"),
    ):
        response = httpx.post(f"{server}/v1/outings", json=asked(errand), timeout=60)
        assert response.status_code in (400, 404)
        assert word in response.json()["detail"]


def test_the_command_line_tells_the_order(makuhari: Path) -> None:
    question = json.dumps(asked({"place": POST, "stay_s": 900}, {"place": CLINIC, "stay_s": 600}))
    told = CliRunner().invoke(main, ["outing", "-", "--area", str(makuhari)], input=question)
    assert told.exit_code == 0, told.output
    assert "home again" in told.stdout
    assert POST in told.stdout
    wrong = CliRunner().invoke(main, ["outing", "-", "--area", str(makuhari)], input='{"home": "x"}')
    assert wrong.exit_code == 2
    assert "errands" in wrong.stderr
