"""What an update of one call means for the others; which trip and day a message means."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from fakes.feed_text import schedule_of
from google.transit import gtfs_realtime_pb2 as pb

from gtfs.realtime.apply import SKIPS, TIMETABLED, TOLD, UNKNOWN, Applied, Timetable, apply_updates
from gtfs.realtime.parse import parse
from gtfs.realtime.produce import as_json, produce
from gtfs.schedule.reader import read_feed
from gtfs.schedule.typed import to_schedule

FEED = """
[stops]
stop_id
A
B
C
D
[trips]
trip_id,service_id
one,daily
night,daily
[stop_times]
trip_id,stop_id,arrival_time,departure_time,stop_sequence
one,A,8:00,8:00,10
one,B,8:10,8:12,20
one,C,8:20,8:20,30
one,B,8:30,8:30,40
one,D,8:40,8:40,50
night,A,23:50,23:50,1
night,B,24:10,24:10,2
[calendar]
service_id,days
daily,111
"""
DAY = date(2026, 11, 24).toordinal() - 719_163
MIDNIGHT = 1_795_446_000  # 2026-11-24 00:00 +09:00
EIGHT = MIDNIGHT + 8 * 3600


@pytest.fixture(scope="module")
def timetable() -> Timetable:
    return Timetable(schedule_of(FEED))


def applied(timetable: Timetable, text: str, at: int = EIGHT) -> Applied:
    """`trip day; stop-or-number field=value …; …` applied; a number is a stop_sequence."""
    message = pb.FeedMessage()
    message.header.gtfs_realtime_version = "2.0"
    head, *rows = [part.strip() for part in text.split(";")]
    update = message.entity.add(id="e").trip_update
    update.trip.trip_id, *rest = head.split()
    for word in rest:
        if word.isdigit():
            update.trip.start_date = word
        elif word.startswith("delay="):
            update.delay = int(word[6:])
        else:
            update.trip.schedule_relationship = pb.TripDescriptor.ScheduleRelationship.Value(word)
    for row in rows:
        stop, *words = row.split()
        call = update.stop_time_update.add()
        if stop.isdigit():
            call.stop_sequence = int(stop)
        else:
            call.stop_id = stop
        for word in words:
            name, _, value = word.partition("=")
            if name == "at":
                call.arrival.time = EIGHT + int(value)
            elif name == "arr":
                call.arrival.delay = int(value)
            elif name == "dep":
                call.departure.delay = int(value)
            else:
                call.schedule_relationship = pb.TripUpdate.StopTimeUpdate.ScheduleRelationship.Value(name)
    return apply_updates(timetable, parse(message.SerializeToString()).trips, at)


def lateness(found: Applied) -> list[int]:
    planned = [0, 600, 1200, 1800, 2400]
    return [int(a) - EIGHT - p for a, p in zip(found.arrival, planned, strict=True)]


@pytest.mark.parametrize(
    ("update", "arrivals", "known"),
    [
        ("one; 20 arr=60 dep=60", [0, 60, 60, 60, 60], [TIMETABLED, TOLD, TOLD, TOLD, TOLD]),
        ("one delay=90", [90] * 5, [TOLD] * 5),
        ("one delay=90; 30 arr=30", [90, 90, 30, 30, 30], [TOLD] * 5),
        ("one; 10 dep=60; 30 SKIPPED; 50 arr=0", [60, 60, 60, 60, 0], [TOLD, TOLD, SKIPS, TOLD, TOLD]),
        ("one; 10 dep=60; 20 NO_DATA", [60, 0, 0, 0, 0], [TOLD] + [UNKNOWN] * 4),
        ("one; C at=1500", [0, 0, 300, 300, 300], [TIMETABLED, TIMETABLED, TOLD, TOLD, TOLD]),
        ("one; B arr=10; B arr=20", [0, 10, 10, 20, 20], [TIMETABLED] + [TOLD] * 4),
    ],
)
def test_a_delay_holds_until_the_next_update(
    timetable: Timetable, update: str, arrivals: list[int], known: list[int]
) -> None:
    found = applied(timetable, update)
    told = [
        a if k != SKIPS else arrivals[i] for i, (a, k) in enumerate(zip(lateness(found), known, strict=True))
    ]
    assert told == arrivals
    assert found.known.tolist() == known
    assert found.faults.total == 0


def test_waiting_time_at_a_stop_absorbs_what_the_message_says(timetable: Timetable) -> None:
    found = applied(timetable, "one; 20 arr=60 dep=0")
    assert lateness(found) == [0, 60, 0, 0, 0]
    assert found.departure[1] - EIGHT == 12 * 60  # it leaves on time


def test_nobody_leaves_before_arriving(timetable: Timetable) -> None:
    found = applied(timetable, "one; 20 arr=600 dep=0")
    assert found.departure[1] == found.arrival[1]


def test_a_call_that_the_trip_does_not_make_is_counted(timetable: Timetable) -> None:
    found = applied(timetable, "one; 15 arr=60; 30 arr=60; Z arr=5")
    assert lateness(found) == [0, 0, 60, 60, 60]
    assert found.faults.counts == {"unmatched-call": 2}


def test_a_trip_that_nobody_knows_is_counted(timetable: Timetable) -> None:
    found = applied(timetable, "two; 1 arr=60")
    assert len(found.trip) == 0
    assert found.faults.counts == {"unknown-trip": 1}


def test_a_cancelled_trip_is_marked(timetable: Timetable) -> None:
    assert applied(timetable, "one CANCELED").cancelled.tolist() == [1]


def test_without_a_date_the_nearest_run_is_meant(timetable: Timetable) -> None:
    """Half past midnight: the night trip of yesterday has just ended, today's begins in 23 hours."""
    assert applied(timetable, "night; 1 dep=60", MIDNIGHT + 1800).day.tolist() == [DAY - 1]
    assert applied(timetable, "night; 1 dep=60", MIDNIGHT + 22 * 3600).day.tolist() == [DAY]
    assert applied(timetable, "night 20261123; 1 dep=60", MIDNIGHT + 22 * 3600).day.tolist() == [DAY - 1]


def test_all_of_caltrain_matches_its_timetable(shared: Path) -> None:
    folder = shared / "data" / "gtfs_rt"
    caltrain = Timetable(to_schedule(read_feed(folder / "ct.zip")))
    told = parse((folder / "ct-trip-updates.pb").read_bytes())
    found = apply_updates(caltrain, told.trips, told.header.timestamp)
    assert (len(found.trip), found.faults.total) == (19, 0)
    vehicles = parse((folder / "ct-vehicle-positions.pb").read_bytes())
    resolved = [caltrain.resolve(v.trip, v.timestamp) for v in vehicles.vehicles if v.trip is not None]
    assert len(resolved) == 14
    assert all(trip >= 0 and day == date(2023, 11, 7).toordinal() - 719_163 for trip, day in resolved)


def said(message: bytes) -> list[pb.FeedEntity]:
    """Entities without empty texts, and with the relationships that we always write."""
    entities = list(pb.FeedMessage.FromString(message).entity)
    for entity in entities:
        told = entity.trip_update if entity.HasField("trip_update") else entity.vehicle
        told.trip.schedule_relationship = told.trip.schedule_relationship
        for name in ("label", "license_plate"):
            if not getattr(told.vehicle, name):
                told.vehicle.ClearField(name)
        for call in entity.trip_update.stop_time_update if entity.HasField("trip_update") else ():
            call.schedule_relationship = call.schedule_relationship
    return entities


def test_what_was_read_of_caltrain_is_written_again(shared: Path) -> None:
    for name in ("ct-trip-updates.pb", "ct-vehicle-positions.pb"):
        given = (shared / "data" / "gtfs_rt" / name).read_bytes()
        again = produce(parse(given))
        assert said(again) == said(given)
        assert as_json(again)["header"]["gtfs_realtime_version"] == "1.0"
