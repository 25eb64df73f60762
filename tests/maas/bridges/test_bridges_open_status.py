"""What is published of a fleet whose every second the test decides."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from fleet_town import DAY, EPOCH, NINE, make_service, make_town, wish
from google.transit import gtfs_realtime_pb2 as pb

from fleet.dispatch.conditions import Conditions
from fleet.dispatch.ports import Closure
from fleet.model.ride import Offer
from fleet.model.service import Hours, LoopLine
from fleet.vehicles.telemetry import Kind, LiveState
from gtfs.flex.build import flex_feed
from gtfs.model.schedule import NONE
from gtfs.realtime.apply import TOLD, Timetable, apply_updates
from gtfs.realtime.model import Header, RealtimeFeed, TripRelationship
from gtfs.realtime.parse import parse
from gtfs.realtime.produce import produce
from gtfs.schedule.reader import read_feed
from gtfs.schedule.typed import to_schedule
from gtfs.schedule.writer import write_feed
from gtfs.validate.realtime.runner import judge, moment_of
from maas.bridges.open_service import days_id, on_demand_service
from maas.bridges.open_status import alerts_of, columns_of, shuttle_positions, shuttle_trips

LOOP = LoopLine("ring", {"ja": "循環"}, ("s10", "s30", "s33", "s10"), "09:30", "10:30", 1800, 20)
HALF_PAST = EPOCH + 9 * 3600 + 1800
_EAST, _NORTH = (-1e-3, 1e-3, 1e-3, -1e-3), (-1e-3, -1e-3, 1e-3, 1e-3)
EPOCH_DAY = DAY.toordinal() - date(1970, 1, 1).toordinal()


def timetable_of(shuttle: object, folder: Path) -> Timetable:
    """The static feed of a town, read back as a stranger would."""
    state = shuttle.state  # type: ignore[attr-defined]
    service = on_demand_service(
        state.service, state.matrix, date(2026, 11, 1), date(2027, 10, 31), url="https://t.example/",
        contact="t@t.example",
    )  # fmt: skip
    write_feed(flex_feed(service), folder / "t.zip")
    return Timetable(to_schedule(read_feed(folder / "t.zip")))


def test_rounds_are_trips_of_the_published_timetable_and_on_time(tmp_path: Path) -> None:
    shuttle = make_town(2, loops=(LOOP,))
    shuttle.loops.tick(NINE)
    timetable = timetable_of(shuttle, tmp_path)
    told = shuttle_trips(shuttle, NINE)
    assert [t.ref.trip_id for t in told] == ["ring-hours-1-0930", "ring-hours-1-1000"]
    message = produce(RealtimeFeed(Header("2.0", timestamp=NINE), columns_of(told), (), ()))
    live = [LiveState(kind=Kind.VEHICLE, id=v, at_s=NINE, lat=35.64, lon=140.03) for v in ("v0", "v1")]
    positions = tuple(shuttle_positions(shuttle, live, NINE))
    placed = produce(RealtimeFeed(Header("2.0", timestamp=NINE), columns_of([]), positions, ()))
    moment = moment_of([("updates", message), ("positions", placed)])
    report = judge(timetable, [(moment, NINE)])
    assert [n.kind.code for n in report.notices() if n.kind.severity == "error"] == []
    applied = apply_updates(timetable, parse(message).trips, NINE)
    assert applied.faults.total == 0
    assert applied.known.tolist() == [TOLD] * 8
    planned = timetable.schedule.stop_times.arrival_s
    rows = timetable.schedule.stop_times.offsets
    for k, trip in enumerate(applied.trip.tolist()):
        expected = planned[rows[trip] : rows[trip + 1]] + EPOCH
        assert applied.arrival[applied.offsets[k] : applied.offsets[k + 1]].tolist() == expected.tolist()


def test_a_vehicle_on_its_round_names_the_trip_and_nobody_else_does() -> None:
    shuttle = make_town(2, loops=(LOOP,))
    runs = shuttle.loops.tick(NINE)[0].vehicle_id
    live = [
        LiveState(kind=Kind.VEHICLE, id=v, at_s=HALF_PAST + 30, lat=35.64, lon=140.03, passengers=3)
        for v in ("v0", "v1", "stranger")
    ]
    before = shuttle_positions(shuttle, live, HALF_PAST - 60)
    assert [p.trip for p in before] == [None, None]
    during = {p.vehicle_id: p for p in shuttle_positions(shuttle, live, HALF_PAST + 30)}
    assert set(during) == {"v0", "v1"}
    ref = during.pop(runs).trip
    assert ref is not None
    assert (ref.trip_id, ref.start_day) == ("ring-hours-1-0930", EPOCH_DAY)
    assert [p.trip for p in during.values()] == [None]
    assert {p.occupancy for p in before} == {pb.VehiclePosition.MANY_SEATS_AVAILABLE}


def test_a_round_that_nobody_could_run_is_cancelled() -> None:
    shuttle = make_town(1, on_duty=False, loops=(LOOP,))
    shuttle.loops.tick(NINE)
    shuttle.loops.tick(HALF_PAST + 121)
    (told,) = shuttle_trips(shuttle, HALF_PAST + 130)
    assert told.ref.relationship is TripRelationship.CANCELED
    assert told.calls == ()
    assert shuttle_trips(shuttle, HALF_PAST + 3600) == []  # over by then


def test_calls_that_are_behind_are_told_no_more() -> None:
    shuttle = make_town(1, loops=(LOOP,))
    one = shuttle.loops.tick(NINE)[0]
    plans = shuttle.state.plans
    plans.drop_slot(plans.vehicle(one.vehicle_id), 1)
    told = shuttle_trips(shuttle, HALF_PAST + 60)[0]
    assert [c.sequence for c in told.calls] == [2, 3, 4]


def test_hours_past_midnight_and_holidays_have_days_of_their_own() -> None:
    late = make_service(
        1, hours=(Hours((0, 1, 2, 3, 4), "06:00", "25:00"), Hours((5, 6, 7), "08:00", "20:00"))
    )
    assert days_id(late, date(2026, 11, 24), 24 * 3600 + 1800) == "hours-1"
    assert days_id(late, date(2026, 11, 23), 9 * 3600) == "hours-2"  # a Monday, and a holiday
    assert days_id(late, date(2026, 11, 23), 21 * 3600) == ""


def test_alerts_name_what_is_closed_and_never_a_rider() -> None:
    shuttle = make_town(2)
    assert alerts_of(shuttle, NINE) == []
    offer = shuttle.quoting.quote(wish(at_s=NINE + 600), NINE)
    assert isinstance(offer, Offer)
    shuttle.quoting.confirm(offer.ride_id, NINE)
    stop = shuttle.state.service.stops[7]
    corners = tuple((stop.lon + dx, stop.lat + dy) for dx, dy in zip(_EAST, _NORTH, strict=True))
    shuttle.domain.update(Conditions(wind_m_s=30, closures=(Closure("x", corners),)), NINE + 1)
    alerts = {a.entity_id: a for a in alerts_of(shuttle, NINE + 2)}
    assert set(alerts) == {"domain", "closure-x", "breaches"}
    assert [i.stop_id for i in alerts["closure-x"].informed] == [stop.id]
    assert alerts["domain"].effect == "NO_SERVICE"
    whole = produce(RealtimeFeed(Header(timestamp=NINE), columns_of([]), (), tuple(alerts.values())))
    assert offer.ride_id.encode() not in whole
    assert all(a.header["ja"] and a.header["en"] for a in alerts.values())
    assert NONE not in [len(a.informed) for a in alerts.values()]
