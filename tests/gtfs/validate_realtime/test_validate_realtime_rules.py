"""Every realtime rule: a moment without fault raises nothing, and one change raises the rule's code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fakes.feed_text import schedule_of
from google.transit import gtfs_realtime_pb2 as pb

from gtfs.errors import FeedError
from gtfs.realtime.apply import Timetable
from gtfs.schedule.reader import read_feed
from gtfs.schedule.typed import to_schedule
from gtfs.validate.realtime.runner import all_rules, judge, moment_of

NOW = 1_795_475_000  # 2026-11-24 08:03:20 +09:00
EIGHT = 1_795_474_800
Messages = dict[str, pb.FeedMessage]

FEED = """
[stops]
stop_id,stop_lat,stop_lon,location_type
A,35.000,140.000,0
B,35.010,140.000,0
C,35.020,140.000,0
S,35.000,140.000,1
[routes]
route_id
R
Q
[trips]
trip_id,route_id,service_id,direction_id,shape_id
one,R,daily,0,way
ring,R,daily,0,
slow,R,daily,0,
exact,R,daily,0,
blank,R,daily,0,
[stop_times]
trip_id,stop_id,arrival_time,departure_time,stop_sequence
one,A,8:00,8:00,1
one,B,8:10,8:11,2
one,C,8:20,8:20,3
ring,A,8:00,8:00,1
ring,B,8:10,8:10,2
ring,A,8:20,8:20,3
slow,A,8:00,8:00,1
slow,B,8:10,8:10,2
exact,A,8:00,8:00,1
exact,B,8:10,8:10,2
blank,A,8:00,8:00,1
blank,B,,,2
blank,C,8:20,8:20,3
[frequencies]
trip_id,start_time,end_time,headway_secs,exact_times
slow,8:00,10:00,600,0
exact,8:00,10:00,600,1
[shapes]
shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence
way,35.000,140.000,1
way,35.020,140.000,2
[calendar]
service_id,days
daily,111
"""


@pytest.fixture(scope="module")
def timetable() -> Timetable:
    return Timetable(schedule_of(FEED))


def faultless() -> Messages:
    """Updates of `one`, its vehicle, and an alert."""
    messages = {name: pb.FeedMessage() for name in ("updates", "positions", "alerts")}
    for message in messages.values():
        message.header.gtfs_realtime_version, message.header.timestamp = "2.0", NOW
        message.header.incrementality = pb.FeedHeader.FULL_DATASET
    update = messages["updates"].entity.add(id="u").trip_update
    update.timestamp, update.vehicle.id = NOW - 5, "bus"
    name(update.trip, "one")
    for number, stop, at in ((2, "B", EIGHT + 660), (3, "C", EIGHT + 1260)):
        call = update.stop_time_update.add(stop_sequence=number, stop_id=stop)
        call.schedule_relationship = call.SCHEDULED
        call.arrival.time, call.departure.time = at, at + 60
    vehicle = messages["positions"].entity.add(id="v").vehicle
    vehicle.timestamp, vehicle.vehicle.id, vehicle.stop_id = NOW - 5, "bus", "B"
    vehicle.position.latitude, vehicle.position.longitude = 35.005, 140.0
    vehicle.position.bearing, vehicle.position.speed = 0.0, 8.0
    name(vehicle.trip, "one")
    informed = messages["alerts"].entity.add(id="a").alert.informed_entity.add(agency_id="X", route_id="R")
    informed.trip.trip_id = "one"
    return messages


def name(trip: Any, trip_id: str) -> None:
    trip.trip_id, trip.route_id, trip.direction_id = trip_id, "R", 0
    trip.start_date, trip.schedule_relationship = "20261124", trip.SCHEDULED


def update_of(m: Messages) -> Any:
    return m["updates"].entity[0].trip_update


def vehicle_of(m: Messages) -> Any:
    return m["positions"].entity[0].vehicle


def informed_of(m: Messages) -> Any:
    return m["alerts"].entity[0].alert.informed_entity[0]


def call_of(m: Messages) -> Any:
    return update_of(m).stop_time_update[0]


def codes(timetable: Timetable, *moments: Messages, now_s: int = NOW + 10) -> dict[str, int]:
    found = [
        (moment_of([(n, m.SerializeToString()) for n, m in one.items()]), now_s) for one in moments
    ]  # fmt: skip
    return {notice.kind.code: notice.total for notice in judge(timetable, found).notices()}


def rename(trip_id: str, **changes: Any) -> Callable[[Messages], None]:
    """The update and the vehicle are of another trip; calls at its first two stops."""

    def change(m: Messages) -> None:
        for trip in (update_of(m).trip, vehicle_of(m).trip):
            trip.trip_id = trip_id
            for field, value in changes.items():
                setattr(trip, field, value)
        calls = update_of(m).stop_time_update
        del calls[1:]

    return change


def twice(m: Messages, *, by: str) -> None:
    call = update_of(m).stop_time_update.add()
    call.CopyFrom(update_of(m).stop_time_update[1])
    call.ClearField("stop_id" if by == "stop_sequence" else "stop_sequence")
    call.arrival.time = call.departure.time = EIGHT + 1400
    if by == "stop_id":
        for other in update_of(m).stop_time_update:
            other.ClearField("stop_sequence")


def only_delay(m: Messages) -> None:
    rename("blank")(m)
    call = call_of(m)
    call.arrival.delay = call.departure.delay = 30
    call.arrival.ClearField("time")
    call.departure.ClearField("time")


def visits_twice(m: Messages) -> None:
    rename("ring")(m)
    call_of(m).ClearField("stop_sequence")
    call_of(m).stop_id = "A"


def other_trip_in_positions(m: Messages) -> None:
    vehicle_of(m).trip.trip_id = "ring"


SPOILED: list[tuple[str, Callable[[Messages], Any]]] = [
    ("E001", lambda m: setattr(call_of(m).arrival, "time", 36_000)),
    ("E002", lambda m: setattr(update_of(m).stop_time_update[1], "stop_sequence", 1)),
    ("E003", rename("two")),
    ("E004", lambda m: setattr(informed_of(m), "route_id", "Z")),
    ("E006", rename("slow", start_time="", schedule_relationship=2)),
    ("E009", visits_twice),
    ("E011", lambda m: setattr(call_of(m), "stop_id", "Z")),
    ("E012", lambda m: setattr(vehicle_of(m), "timestamp", NOW + 1)),
    ("E013", rename("slow", start_time="08:00:00")),
    ("E015", lambda m: setattr(vehicle_of(m), "stop_id", "S")),
    ("E016", lambda m: setattr(vehicle_of(m).trip, "schedule_relationship", 1)),
    ("E019", rename("exact", start_time="08:05:00")),
    ("E020", lambda m: setattr(vehicle_of(m).trip, "start_time", "8 h")),
    ("E021", lambda m: setattr(vehicle_of(m).trip, "start_date", "20261131")),
    ("E022", lambda m: setattr(update_of(m).stop_time_update[1].arrival, "time", EIGHT)),
    ("E023", lambda m: setattr(vehicle_of(m).trip, "start_time", "08:01:00")),
    ("E024", lambda m: setattr(vehicle_of(m).trip, "direction_id", 1)),
    ("E025", lambda m: setattr(call_of(m).departure, "time", EIGHT + 600)),
    ("E026", lambda m: setattr(vehicle_of(m).position, "latitude", 95.0)),
    ("E027", lambda m: setattr(vehicle_of(m).position, "bearing", 361.0)),
    ("E028", lambda m: setattr(vehicle_of(m).position, "longitude", 140.1)),
    ("E029", lambda m: setattr(vehicle_of(m).position, "longitude", 140.01)),
    ("E030", lambda m: setattr(informed_of(m), "route_id", "Q")),
    ("E031", lambda m: setattr(informed_of(m).trip, "route_id", "Q")),
    ("E032", lambda m: m["alerts"].entity[0].alert.ClearField("informed_entity")),
    ("E033", lambda m: m["alerts"].entity[0].alert.informed_entity.add()),
    ("E034", lambda m: setattr(informed_of(m), "agency_id", "Z")),
    ("E035", lambda m: setattr(vehicle_of(m).trip, "route_id", "Q")),
    ("E036", lambda m: twice(m, by="stop_sequence")),
    ("E037", lambda m: twice(m, by="stop_id")),
    ("E038", lambda m: setattr(m["updates"].header, "gtfs_realtime_version", "3.0")),
    ("E039", lambda m: setattr(m["updates"].entity[0], "is_deleted", False)),
    ("E040", lambda m: (call_of(m).ClearField("stop_id"), call_of(m).ClearField("stop_sequence"))),
    ("E041", lambda m: update_of(m).ClearField("stop_time_update")),
    ("E042", lambda m: setattr(call_of(m), "schedule_relationship", 2)),
    ("E043", lambda m: (call_of(m).ClearField("arrival"), call_of(m).ClearField("departure"))),
    ("E044", lambda m: call_of(m).arrival.ClearField("time")),
    ("E045", lambda m: setattr(call_of(m), "stop_id", "C")),
    ("E046", only_delay),
    ("E047", other_trip_in_positions),
    ("E048", lambda m: m["alerts"].header.ClearField("timestamp")),
    ("E049", lambda m: m["alerts"].header.ClearField("incrementality")),
    ("E050", lambda m: setattr(m["alerts"].header, "timestamp", NOW + 300)),
    ("E051", lambda m: setattr(update_of(m).stop_time_update[1], "stop_sequence", 9)),
    ("E052", lambda m: m["positions"].entity.add(id="w").vehicle.CopyFrom(vehicle_of(m))),
    ("W001", lambda m: vehicle_of(m).ClearField("timestamp")),
    ("W002", lambda m: vehicle_of(m).vehicle.ClearField("id")),
    ("W003", lambda m: setattr(m["positions"].entity.add(id="w").vehicle.trip, "trip_id", "ring")),
    ("W004", lambda m: setattr(vehicle_of(m).position, "speed", -1.0)),
    ("W005", lambda m: (rename("slow", start_time="08:00:00")(m), update_of(m).vehicle.ClearField("id"))),
    ("W006", lambda m: update_of(m).trip.ClearField("trip_id")),
    ("W008", lambda m: setattr(m["alerts"].header, "timestamp", NOW - 120)),
    ("W009", lambda m: call_of(m).ClearField("schedule_relationship")),
]  # fmt: skip


def test_a_faultless_moment_raises_nothing(timetable: Timetable) -> None:
    assert codes(timetable, faultless()) == {}


@pytest.mark.parametrize(("code", "spoil"), SPOILED, ids=[code for code, _ in SPOILED])
def test_one_change_raises_its_rule(
    timetable: Timetable, code: str, spoil: Callable[[Messages], Any]
) -> None:
    messages = faultless()
    spoil(messages)
    assert code in codes(timetable, messages)


def test_the_timetable_itself_is_judged_for_calls_at_stations() -> None:
    wrong = Timetable(schedule_of(FEED.replace("one,C,8:20,8:20,3", "one,S,8:20,8:20,3")))
    assert "E010" in codes(wrong, faultless())


def test_two_messages_are_held_against_one_another(timetable: Timetable) -> None:
    def at(second: int) -> Messages:
        messages = faultless()
        for message in messages.values():
            message.header.timestamp = second
        return messages

    changed = at(NOW)
    changed["positions"].entity[0].vehicle.position.latitude = 35.006
    assert codes(timetable, at(NOW), at(NOW)) == {}
    assert codes(timetable, at(NOW), changed) == {"E017": 1}
    assert "E018" in codes(timetable, at(NOW), at(NOW - 3))
    assert codes(timetable, at(NOW - 40), at(NOW), now_s=NOW)["W007"] == 3


def test_every_rule_of_the_list_is_there_and_tested(shared: Path) -> None:
    listed = (
        (shared / "standards" / "gtfs" / "realtime_rules.csv").read_text(encoding="utf-8").splitlines()[1:]
    )
    known = {rule.kind.code for rule in all_rules()}
    assert known == {line.split(",")[0] for line in listed}
    assert known - {code for code, _ in SPOILED} == {"E010", "E017", "E018", "W007"}


def test_every_notice_says_why_and_how_to_mend_in_two_languages(timetable: Timetable) -> None:
    messages = faultless()
    vehicle_of(messages).position.latitude = 95.0
    moment = moment_of([(n, m.SerializeToString()) for n, m in messages.items()])
    (notice,) = [n for n in judge(timetable, [(moment, NOW)]).notices() if n.kind.code == "E026"]
    assert notice.samples[0].message(notice.kind, "en") == "v: 95.00000, 140.00000 is no position"
    assert notice.kind.words("ja").mend
    assert notice.kind.words("en").why


def test_what_is_no_message_is_refused_by_name() -> None:
    with pytest.raises(FeedError, match="positions"):
        moment_of([("positions", b"<html>")])


def test_caltrain_has_the_faults_that_it_has(shared: Path) -> None:
    """Version 1.0, no schedule_relationship, positions that are older than a minute: nothing worse."""
    folder = shared / "data" / "gtfs_rt"
    timetable = Timetable(to_schedule(read_feed(folder / "ct.zip")))
    names = ("ct-trip-updates.pb", "ct-vehicle-positions.pb", "ct-service-alerts.pb")
    moment = moment_of([(n, (folder / n).read_bytes()) for n in names])
    found = judge(timetable, [(moment, 1_699_405_560)])
    assert {n.kind.code for n in found.notices() if n.kind.severity == "error"} <= {"E023", "E022", "E012"}
