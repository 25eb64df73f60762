"""Where vehicles are and what alerts say, on the journey that a rider gets."""

from __future__ import annotations

from datetime import date

import pytest
from fakes.asked import DAY, STOPS
from fakes.feed_text import schedule_of
from fakes.printed import clock

from gtfs.model.schedule import NONE
from gtfs.realtime.apply import Timetable
from gtfs.realtime.avl.track import Tracks
from gtfs.realtime.model import Alert, Faults, Informed, TripRef, VehiclePosition, VehicleStatus
from gtfs.realtime.placed import places
from routing.journey import Journey
from routing.network import Network, build_network
from routing.planner import Planner
from routing.query import Point, Query
from routing.said import with_word
from routing.timetable.alerts import Alerts
from routing.timetable.live import LiveTrips, with_places

FEED = (
    STOPS
    + """
[agency]
agency_id,agency_name,agency_timezone
X,X,Asia/Tokyo
[trips]
trip_id,route_id,direction_id
t1,R,0
t2,Q,1
[stop_times]
trip_id,stop_id,arrival_time,departure_time,stop_sequence
t1,A,8:00,8:00,1
t1,B,8:10,8:12,2
t1,C,8:20,8:20,3
t2,A,8:30,8:30,1
t2,S1,8:40,8:42,2
t2,C,8:50,8:50,3
"""
)
EPOCH_DAY = DAY.toordinal() - date(1970, 1, 1).toordinal()


@pytest.fixture
def network() -> Network:
    return build_network(schedule_of(FEED))


def at(network: Network, text: str) -> int:
    hours, minutes = map(int, text.split(":"))
    return network.clock.origin(DAY) + hours * 3600 + minutes * 60


def journeys(network: Network, start: str = "A", end: str = "C", begin: str = "7:55") -> list[Journey]:
    stops = network.schedule.stops
    ends = [
        Point(float(stops.lat[k]), float(stops.lon[k]), "", (name,))
        for name in (start, end)
        for k in [network.stop_index[name]]
    ]
    moment = network.clock.instant(DAY, at(network, begin) - network.clock.origin(DAY))
    found = Planner(network).plan(Query(*ends, moment, walk_alone=False))
    return [with_word(network, journey) for journey in found]


def told(found: list[Journey]) -> list[str]:
    return [f"{j.legs[0].trip_id} {clock(j.departure_s)}-{clock(j.arrival_s)}" for j in found]


def seen(network: Network, now: str, **where: object) -> tuple[LiveTrips, Faults]:
    timetable, faults = Timetable(network.schedule), Faults()
    trip = TripRef(str(where.pop("trip", "t1")))
    fields = {"lat": 35.0, "lon": 140.0, "timestamp": at(network, now), "trip": trip, **where}
    vehicle = VehiclePosition("v", **fields)  # type: ignore[arg-type]
    placed = places(timetable, Tracks(network.schedule), [vehicle], at(network, now), faults)
    live = with_places(LiveTrips(), network.schedule, placed)
    network.go_live(live, [DAY])
    return live, faults


@pytest.mark.parametrize(
    ("now", "lat", "expected"),
    [
        ("8:05", 35.05, "t1 8:12-8:20"),  # half way, just as the timetable has it
        ("8:09", 35.05, "t1 8:16-8:24"),  # half way, four minutes late
        ("8:03", 35.05, "t1 8:12-8:20"),  # early: it will wait
        ("8:12", 35.10, "t1 8:12-8:20"),  # dwelling
        ("8:15", 35.10, "t1 8:15-8:23"),  # should have left three minutes ago
    ],
)
def test_a_vehicles_place_says_how_late_it_is(network: Network, now: str, lat: float, expected: str):
    _, faults = seen(network, now, lat=lat)
    assert told(journeys(network, "B", begin="8:00"))[0] == expected
    assert faults.total == 0


def test_a_vehicle_that_has_not_left_by_now_leaves_no_sooner_than_now(network: Network):
    seen(network, "8:06", status=VehicleStatus.STOPPED_AT, stop_sequence=1)
    assert told(journeys(network, begin="8:00"))[0] == "t1 8:06-8:26"


def test_a_place_is_not_asked_where_an_update_speaks(network: Network):
    live, _ = seen(network, "8:09", lat=35.05, occupancy=5)
    (key,) = live.changes
    silent = LiveTrips({key: live.changes[key]})
    timetable = Timetable(network.schedule)
    vehicle = VehiclePosition("v", 35.05, 140.0, TripRef("t1"), timestamp=at(network, "8:20"), occupancy=3)
    placed = places(timetable, Tracks(network.schedule), [vehicle], at(network, "8:20"), Faults())
    both = with_places(silent, network.schedule, placed)
    assert both.changes[key] is silent.changes[key]
    assert both.occupancy == {(0, DAY): 3}


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ({"trip": "nobody's"}, "unknown-trip"),
        ({"lat": 36.0}, "off-its-way"),
        ({"timestamp": 0}, "bad-age"),
        ({"now": "14:00", "status": VehicleStatus.STOPPED_AT, "stop_sequence": 1}, "bad-delay"),
    ],
)
def test_a_place_that_cannot_be_is_counted_and_says_nothing(network: Network, where: dict, code: str):
    before = told(journeys(network))
    fields = dict(where)
    now = fields.pop("now", "8:09")
    if fields.get("timestamp") == 0:
        fields["timestamp"] = at(network, "6:00")
    fields.setdefault("lat", 35.05)
    live, faults = seen(network, now, **fields)
    assert faults.counts == {code: 1}
    assert not live.changes
    assert told(journeys(network)) == before


def test_a_leg_says_how_full_its_vehicle_is(network: Network):
    seen(network, "8:05", lat=35.05, occupancy=5)
    assert [leg.occupancy for leg in journeys(network)[0].legs] == ["full"]
    assert [leg.occupancy for leg in journeys(network, begin="8:01")[0].legs] == [""]


def alert(network: Network, about: Informed, begin: str = "", end: str = "", effect: str = "DETOUR") -> Alert:
    edges = tuple(at(network, text) if text else NONE for text in (begin, end))
    return Alert("a", (about,), {"en": "Road works"}, periods=(edges,) if begin or end else (), effect=effect)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("about", "begin", "end", "on_t1", "on_t2"),
    [
        (Informed(route_id="R"), "", "", 1, 0),
        (Informed(agency_id="X"), "", "", 1, 1),
        (Informed(route_type=3), "", "", 1, 1),
        (Informed(route_type=2), "", "", 0, 0),
        (Informed(route_type=3, direction=1), "", "", 0, 1),
        (Informed(trip=TripRef("t2")), "", "", 0, 1),
        (Informed(trip=TripRef("t1", start_day=EPOCH_DAY + 1)), "", "", 0, 0),
        (Informed(stop_id="C"), "", "", 1, 1),
        (Informed(stop_id="B"), "", "", 0, 0),  # ridden past
        (Informed(route_id="Q", stop_id="C"), "", "", 0, 1),
        (Informed(stop_id="C"), "8:25", "", 0, 1),
        (Informed(stop_id="C"), "", "8:25", 1, 0),
    ],
)
def test_alerts_are_on_the_legs_that_they_are_about(
    network: Network, about: Informed, begin: str, end: str, on_t1: int, on_t2: int
):
    network.go_live(LiveTrips(alerts=Alerts([alert(network, about, begin, end)])), [DAY])
    first, second = journeys(network)[0], journeys(network, begin="8:01")[0]
    assert (first.legs[0].trip_id, second.legs[0].trip_id) == ("t1", "t2")
    assert (len(first.legs[0].alerts), len(second.legs[0].alerts)) == (on_t1, on_t2)


def test_an_alert_of_a_station_is_on_rides_to_its_platforms(network: Network):
    network.go_live(LiveTrips(alerts=Alerts([alert(network, Informed(stop_id="S"))])), [DAY])
    (journey,) = journeys(network, "A", "S1")
    assert len(journey.legs[0].alerts) == 1


def test_what_is_only_told_leaves_the_day_as_it_was(network: Network):
    before = network.on(DAY)
    network.go_live(LiveTrips(alerts=Alerts([alert(network, Informed(route_id="R"))])), [DAY])
    assert network.on(DAY) is before


@pytest.mark.parametrize(
    ("about", "begin", "end", "expected"),
    [
        (Informed(route_id="R"), "", "", "t2 8:30-8:50"),
        (Informed(route_id="R"), "", "7:59", "t1 8:00-8:20"),
        (Informed(stop_id="A"), "7:00", "8:10", "t2 8:30-8:50"),
        (Informed(trip=TripRef("t1")), "", "", "t2 8:30-8:50"),
        (Informed(trip=TripRef("t1", start_day=EPOCH_DAY + 1)), "", "", "t1 8:00-8:20"),
        (Informed(route_id="Q"), "", "", "t1 8:00-8:20"),
    ],
)
def test_where_nothing_runs_nobody_is_sent(
    network: Network, about: Informed, begin: str, end: str, expected: str
):
    closing = alert(network, about, begin, end, "NO_SERVICE")
    network.go_live(LiveTrips(alerts=Alerts([closing])), [DAY])
    assert told(journeys(network))[0] == expected
