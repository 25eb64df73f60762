"""A journey planned earlier is looked at again: still good, late, or broken with ways on from there."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from google.transit import gtfs_realtime_pb2 as pb

from maas.area.manifest import RealtimeSource
from maas.area.open import Area, open_area
from maas.journeys.check import CheckRequest, CheckView, LegState, check
from maas.journeys.model import JourneysRequest
from maas.journeys.service import plan
from maas.wiring.watching import Watching

AT = datetime.fromisoformat("2026-11-25T08:00:00+09:00")
NOW = int(AT.timestamp())
CANCELED = 3


@pytest.fixture
def area(makuhari: Path) -> Area:
    return open_area(makuhari)


def with_a_change(area: Area) -> dict[str, Any]:
    """A journey with two rides, as JSON."""
    asked = {"from": "幕張ベイタウン・コア", "to": "蘇我", "at": AT, "count": 6, "means": ["transit"]}
    answer = plan(area, JourneysRequest.model_validate(asked), AT)
    journeys = [j.model_dump(mode="json", by_alias=True) for j in answer.journeys]
    return next(j for j in journeys if sum(leg["trip_id"] is not None for leg in j["legs"]) >= 2)


def rides(journey: dict[str, Any]) -> list[dict[str, Any]]:
    return [leg for leg in journey["legs"] if leg["trip_id"] is not None]


def tell(area: Area, trip: str, *, delay_s: int = 0, relationship: int = 0, skip: str = "") -> None:
    told = pb.FeedMessage()
    told.header.gtfs_realtime_version = "2.0"
    told.header.timestamp = NOW
    update = told.entity.add(id="e").trip_update
    update.trip.trip_id = trip
    update.trip.schedule_relationship = relationship  # type: ignore[assignment]
    if skip:
        update.stop_time_update.add(stop_id=skip).schedule_relationship = 1  # type: ignore[assignment]
    elif relationship != CANCELED:
        update.stop_time_update.add(stop_sequence=1).departure.delay = delay_s
    Watching(area).take(RealtimeSource("http://127.0.0.1/none"), told.SerializeToString(), NOW)


def checked(area: Area, journey: dict[str, Any]) -> CheckView:
    return check(area, CheckRequest.model_validate(journey), AT)


def test_a_journey_of_which_nothing_changed_is_still_good(area: Area) -> None:
    journey = with_a_change(area)
    view = checked(area, journey)
    assert view.still_good
    assert {leg.state for leg in view.legs} == {LegState.GOOD}
    assert view.arrival == datetime.fromisoformat(journey["arrival"])


def test_a_last_train_that_is_late_is_late_but_good(area: Area) -> None:
    journey = with_a_change(area)
    tell(area, rides(journey)[-1]["trip_id"], delay_s=240)
    view = checked(area, journey)
    assert view.still_good
    assert LegState.LATE in {leg.state for leg in view.legs}
    assert view.arrival is not None
    assert (view.arrival - datetime.fromisoformat(journey["arrival"])).total_seconds() == 240


def test_a_connection_that_is_missed_is_told_and_mended(area: Area) -> None:
    journey = with_a_change(area)
    tell(area, rides(journey)[0]["trip_id"], delay_s=3000)
    view = checked(area, journey)
    assert not view.still_good
    assert view.broken_leg is not None
    assert view.legs[view.broken_leg].state is LegState.MISSED
    begin = max(leg.arrival for leg in view.legs[: view.broken_leg] if leg.state is LegState.LATE)
    assert view.repair
    assert all(way.departure >= begin for way in view.repair)


@pytest.mark.parametrize(("how", "state"), [("cancelled", "cancelled"), ("skipped", "left_out")])
def test_a_ride_that_is_gone_is_told_and_others_are_offered(area: Area, how: str, state: str) -> None:
    journey = with_a_change(area)
    first = rides(journey)[0]
    if how == "cancelled":
        tell(area, first["trip_id"], relationship=CANCELED)
    else:
        tell(area, first["trip_id"], skip=first["from"]["stop_id"])
    view = checked(area, journey)
    assert view.broken_leg == journey["legs"].index(first)
    assert view.legs[view.broken_leg].state == state
    trips = {leg.trip_id for way in view.repair for leg in way.legs}
    assert trips
    if how == "cancelled":
        assert first["trip_id"] not in trips
    without = check(area, CheckRequest.model_validate(journey | {"repair": False}), AT)
    assert without.repair == []


def test_a_trip_that_nobody_knows_breaks_the_journey(area: Area) -> None:
    journey = with_a_change(area)
    rides(journey)[0]["trip_id"] = "no-such-trip"
    assert checked(area, journey).legs[-1].state is LegState.UNKNOWN


def test_an_answer_of_the_server_can_be_sent_back_to_it(server: str) -> None:
    asked = {"from": "海浜幕張", "to": "蘇我", "at": "2026-12-01T08:00:00+09:00", "means": ["transit"]}
    journey = httpx.post(f"{server}/v1/journeys", json=asked, timeout=120).json()["journeys"][0]
    answer = httpx.post(f"{server}/v1/journeys/check", json=journey, timeout=120)
    assert answer.status_code == 200, answer.text
    assert answer.json()["still_good"] is True
    for leg in journey["legs"]:
        leg["departure"] = leg["departure"][:19]
    assert httpx.post(f"{server}/v1/journeys/check", json=journey, timeout=120).status_code == 400


def test_a_journey_on_an_added_train_is_good_until_the_train_is_not_told_any_more(area: Area) -> None:
    asked = {"from": "海浜幕張駅", "to": "新習志野駅", "at": AT, "means": ["transit"]}
    own = plan(area, JourneysRequest.model_validate(asked), AT).journeys[0]
    ride = next(leg for leg in own.legs if leg.trip_id)
    told = pb.FeedMessage()
    told.header.gtfs_realtime_version = "2.0"
    told.header.timestamp = NOW
    update = told.entity.add(id="extra").trip_update
    update.trip.trip_id, update.trip.route_id = "extra", ride.route_id or ""
    update.trip.start_date, update.trip.start_time = "20261125", "08:01:00"
    update.trip.schedule_relationship = pb.TripDescriptor.NEW
    for call, at in ((ride.origin, NOW + 60), (ride.destination, NOW + 180)):
        stop = update.stop_time_update.add(stop_id=call.stop_id or "")
        stop.arrival.time = stop.departure.time = at
    watching, source = Watching(area), RealtimeSource("http://127.0.0.1/none")
    watching.take(source, told.SerializeToString(), NOW)
    at_stop = asked | {"from": {"stop_id": ride.origin.stop_id}, "to": {"stop_id": ride.destination.stop_id}}
    answer = plan(area, JourneysRequest.model_validate(at_stop), AT)
    extra = next(j for j in answer.journeys if any(leg.trip_id == "extra" for leg in j.legs))
    journey = extra.model_dump(mode="json", by_alias=True)
    view = checked(area, journey)
    assert view.still_good
    assert {leg.state for leg in view.legs} == {LegState.GOOD}
    for stop in update.stop_time_update:
        stop.arrival.time += 300
        stop.departure.time += 300
    watching.take(source, told.SerializeToString(), NOW)
    late = checked(area, journey)
    assert late.still_good
    assert LegState.LATE in {leg.state for leg in late.legs}
    del told.entity[:]
    watching.take(source, told.SerializeToString(), NOW)
    gone = checked(area, journey)
    assert not gone.still_good
    assert gone.legs[-1].state is LegState.UNKNOWN
