"""Outings and areas of equal time with rides on demand: what is told can be ridden, and is never later."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
import shapely
from click.testing import CliRunner

from maas.area.open import Area, open_area
from maas.bridges.by_request import Taxi, TaxiMover
from maas.bridges.movers import Walker
from maas.cli.main import main
from maas.journeys.reach import isochrones
from maas.journeys.reach_model import IsochroneRequest
from maas.outings.model import OutingRequest, PlanView
from maas.outings.service import plan_outing
from routing.on_demand import Offered
from routing.query import Point, Profile

ZONE = ZoneInfo("Asia/Tokyo")
DAY = "2026-11-25"
AT = datetime.fromisoformat(f"{DAY}T09:00:00+09:00")
BEFORE = AT - timedelta(hours=2)
HOME = "幕張ベイタウン・コア"
LIVE = ("transit", "shuttle", "device", "cycle", "flex", "taxi")
ERRANDS: list[dict[str, Any]] = [
    {"place": "海浜幕張", "stay_s": 900},
    {"place": "幕張本郷", "stay_s": 1800, "at": f"{DAY}T10:30:00+09:00"},
    {"place": "ZOZOマリンスタジアム", "stay_s": 600},
]


@pytest.fixture(scope="module")
def area(makuhari: Path) -> Area:
    return open_area(makuhari)


@pytest.fixture
def taxi(area: Area) -> TaxiMover:
    walker = Walker(area.planner.network.streets, Profile.WALK, 1.33, 1800)
    tariff = Taxi("T", "JPY", 500, 1096, 100, 255, 300, 4, "")
    return TaxiMover(tariff, walker, lambda: int(BEFORE.timestamp()))


@dataclass
class Promising:
    """Says that it would be quick, and hardly ever offers anything: only at full multiples of `every`th."""

    mover: TaxiMover
    every: int = 0
    mode: str = "taxi"
    asked: list[tuple[Point, Point, int, bool]] = field(default_factory=list)

    def estimate_s(self, origin: Point, destination: Point) -> int | None:
        return self.mover.estimate_s(origin, destination)

    def offer(self, origin: Point, destination: Point, at_s: int, *, arrive_by: bool) -> Offered | None:
        self.asked.append((origin, destination, at_s, arrive_by))
        if not self.every or len(self.asked) % self.every:
            return None
        return self.mover.offer(origin, destination, at_s, arrive_by=arrive_by)


def question(*errands: dict[str, Any], **more: Any) -> OutingRequest:
    return OutingRequest.model_validate(
        {"home": HOME, "leave": AT.isoformat(), "errands": list(errands)} | more
    )


def modes(plan: PlanView) -> set[str]:
    return {leg.mode for journey in plan.journeys if journey is not None for leg in journey.legs}


def followed(plan: PlanView, request: OutingRequest) -> None:
    """Journeys lead from one errand to the next in time, and each errand takes as long as it should."""
    free = AT
    for journey, stop in zip(plan.journeys, plan.stops, strict=False):
        errand = request.errands[stop.errand]
        if journey is not None:
            assert free <= journey.departure
            assert stop.arrival == journey.arrival
        assert stop.arrival <= stop.begin
        assert errand.at is None or stop.begin == errand.at
        assert (stop.end - stop.begin).total_seconds() == errand.stay_s
        free = stop.end
    last = plan.journeys[-1]
    assert last is not None
    assert free <= last.departure
    assert plan.home == last.arrival


def test_an_outing_with_a_taxi_is_home_sooner_and_can_be_ridden(area: Area, taxi: TaxiMover) -> None:
    request = question(*ERRANDS)
    plain = plan_outing(area, request, BEFORE).plan
    ridden = plan_outing(area, request, BEFORE, movers=[taxi]).plan
    assert plain is not None
    assert ridden is not None
    assert "taxi" in modes(ridden) - modes(plain)
    assert ridden.home < plain.home
    assert not ridden.best, "rides were asked for along some orders only"
    followed(ridden, request)


@pytest.mark.parametrize("every", [0, 2, 3, 7])
def test_promises_that_are_not_kept_make_nobody_later(area: Area, taxi: TaxiMover, every: int) -> None:
    request = question(*ERRANDS)
    plain = plan_outing(area, request, BEFORE).plan
    mover = Promising(taxi, every)
    found = plan_outing(area, request, BEFORE, movers=[mover]).plan
    assert plain is not None
    assert found is not None
    assert found.home <= plain.home
    followed(found, request)
    assert mover.asked
    assert len(mover.asked) == len(set(mover.asked)), "what was answered once is not asked again"
    if every == 0:
        assert modes(found) == modes(plain)
        assert found.home == plain.home


def test_a_ride_makes_possible_what_no_timetable_does(area: Area, taxi: TaxiMover) -> None:
    clinic = {"place": "幕張本郷", "stay_s": 600, "at": f"{DAY}T09:20:00+09:00"}
    request = question(clinic)
    plain = plan_outing(area, request, BEFORE)
    assert plain.plan is None
    assert plain.reasons[0].code == "too_late"
    ridden = plan_outing(area, request, BEFORE, movers=[taxi]).plan
    assert ridden is not None
    assert "taxi" in modes(ridden)
    followed(ridden, request)


def test_what_comes_nearest_is_ridden_too(area: Area, taxi: TaxiMover) -> None:
    places = ("海浜幕張", "幕張本郷")
    at_once = [{"place": p, "stay_s": 1800, "at": f"{DAY}T10:30:00+09:00"} for p in places]
    answer = plan_outing(area, question(*at_once), BEFORE, movers=[taxi])
    assert answer.plan is None
    assert [reason.code for reason in answer.reasons] == ["together"]
    moved = next(option for option in answer.nearest if option.kind == "move")
    assert len(moved.plan.stops) == 2
    assert moved.errand is not None
    other = question(*at_once)
    errands = [e.model_copy(update={"at": moved.begin}) if k == moved.errand else e
               for k, e in enumerate(other.errands)]  # fmt: skip
    followed(moved.plan, other.model_copy(update={"errands": errands}))


def test_an_outing_over_http_knows_the_live_fleet(server: str) -> None:
    body = question(*ERRANDS).model_dump(mode="json", exclude_none=True)
    homes = []
    for means in ([], ["shuttle", "device", "cycle", "flex", "taxi"]):
        answer = httpx.post(f"{server}/v1/outings", json=body | {"means": means}, timeout=120)
        assert answer.status_code == 200, answer.text
        told = answer.json()["plan"]
        for journey in told["journeys"]:
            journey["legs"] = []  # their ends are written by other names than they are read
        plan = PlanView.model_validate(told)
        followed(plan, question(*ERRANDS))
        homes.append(plan.home)
    assert homes[1] <= homes[0]


# Areas of equal time ----------------------------------------------------------------------------------------


def reach(area: Area, movers: list[Any], **more: Any) -> tuple[shapely.Geometry, dict[str, int]]:
    request = IsochroneRequest.model_validate(
        {"origin": HOME, "minutes": [25], "at": AT.isoformat(), "places": 500} | more
    )
    answer = isochrones(area, request, BEFORE, movers)
    shape = shapely.from_geojson(answer.features[0].geometry.model_dump_json())
    return shape, {place.id: place.minutes for place in answer.places}


@pytest.mark.parametrize("arrive_by", [False, True])
def test_a_taxi_reaches_more_and_nothing_later(area: Area, taxi: TaxiMover, arrive_by: bool) -> None:
    small, plain = reach(area, [], arrive_by=arrive_by)
    large, ridden = reach(area, [taxi], arrive_by=arrive_by)
    assert large.is_valid
    assert small.difference(large.buffer(0.0003)).area < 1e-9  # grids of 25 m that lie differently
    assert large.area > small.area * 1.02
    assert plain.keys() <= ridden.keys()
    assert all(ridden[k] <= plain[k] for k in plain)
    home = area.places.search(HOME, limit=1)[0].place
    at_s, sooner = int(AT.timestamp()), 0
    for k, minutes in ridden.items():
        if minutes < plain.get(k, 99):
            place = area.places.by_id(k)
            assert place is not None
            ends = [Point(home.lat, home.lon), Point(place.lat, place.lon)]
            start, end = reversed(ends) if arrive_by else ends
            offer = taxi.offer(start, end, at_s, arrive_by=arrive_by)
            if offer is not None:  # never sooner than a taxi that starts at once can be
                takes = at_s - offer.departure_at_s if arrive_by else offer.arrival_at_s - at_s
                assert minutes * 60 > takes - 240
            sooner += 1
    assert sooner > 3


def test_promises_that_are_not_kept_change_no_area(area: Area, taxi: TaxiMover) -> None:
    assert reach(area, [Promising(taxi)]) == reach(area, [])


def test_vehicles_are_boarded_at_the_station_a_ride_leads_to(area: Area, taxi: TaxiMover) -> None:
    """On foot for a minute at most nothing is reached; by taxi to a station, trains lead farther."""
    far, near = (
        reach(area, [taxi], minutes=[45], walk_max_s=300, means=means)[1] for means in (["transit"], [])
    )
    beyond = {k for k in far if far[k] < near.get(k, 99)}
    stations = [place for k in beyond if (place := area.places.by_id(k)) is not None and place.stop_ids]
    assert len(stations) > 0


def test_areas_over_http_know_the_live_fleet(server: str) -> None:
    def minutes(means: list[str]) -> dict[str, int]:
        asked = {"from": HOME, "minutes": [20], "at": AT.isoformat(), "means": means, "places": 500}
        answer = httpx.get(f"{server}/v1/isochrones", params=asked, timeout=120)
        assert answer.status_code == 200, answer.text
        return {place["id"]: place["minutes"] for place in answer.json()["places"]}

    plain, live = minutes(["transit"]), minutes(["transit", "shuttle", "device", "cycle", "flex", "taxi"])
    assert plain.keys() <= live.keys()
    assert all(live[k] <= plain[k] for k in plain)


# The command line -------------------------------------------------------------------------------------------


def told_by(*arguments: str, text: str = "", refused: bool = False) -> str:
    done = CliRunner().invoke(main, arguments, input=text)
    assert (done.exit_code != 0) == refused, done.output
    return str(done.stderr if refused else done.stdout)


def test_areas_of_the_command_line_take_the_same_means(makuhari: Path, server: str) -> None:
    asked = ("isochrone", "--from", HOME, "--at", AT.isoformat(), "--minutes", "25")

    def km2(*more: str) -> float:
        (band,) = json.loads(told_by(*asked, "--json", *more))["features"]
        return float(band["properties"]["area_km2"])

    here = ("--area", str(makuhari))
    plain = km2(*here)
    assert km2(*here, "--means", "transit,flex,taxi") >= plain
    live = km2("--server", server, "--means", ",".join(LIVE))
    assert live >= plain * 0.99  # grids of 25 m that lie differently
    assert km2(*here, "--on-foot") < plain
    assert "25 min: " in told_by(*asked, "--server", server, "--means", "transit")


def test_an_outing_of_the_command_line_takes_the_same_means(makuhari: Path, server: str) -> None:
    body = question(*ERRANDS).model_dump_json(exclude_none=True)
    plain = json.loads(told_by("outing", "-", "--area", str(makuhari), "--json", text=body))
    asked = ("outing", "-", "--server", server, "--means", ",".join(LIVE))
    live = json.loads(told_by(*asked, "--json", text=body))
    homes = [datetime.fromisoformat(answer["plan"]["home"]) for answer in (plain, live)]
    assert homes[1] <= homes[0]
    assert "home again" in told_by(*asked, text=body)
    assert "home again" in told_by("outing", "-", "--area", str(makuhari), "--means", "flex,taxi", text=body)


def test_means_that_cannot_be_asked_are_refused_with_what_to_do(makuhari: Path) -> None:
    body, here = question(*ERRANDS).model_dump_json(exclude_none=True), ("--area", str(makuhari))
    assert "--server" in told_by("outing", "-", *here, "--means", "shuttle", text=body, refused=True)
    assert "broom" in told_by("outing", "-", *here, "--means", "broom", text=body, refused=True)
    gone = ("outing", "-", "--server", "http://127.0.0.1:9", "--means", "shuttle")
    assert "is the server there" in told_by(*gone, text=body, refused=True)
