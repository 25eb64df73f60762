"""A moment of GTFS-Realtime without fault, to be spoiled: updates of a trip, its vehicle, an alert."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from google.transit import gtfs_realtime_pb2 as pb

from gtfs.realtime.apply import Timetable
from gtfs.validate.realtime.runner import judge, moment_of

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
