"""Changes laid over a day answer as the timetable built anew with the same changes."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from fakes.feed_text import FIRST_DATE, schedule_from, schedule_of
from fakes.random_feeds import Dice, ends, feed_of, network_of
from fakes.routing_checks import DAY, told, within_the_day
from google.transit import gtfs_realtime_pb2 as pb

from gtfs.model.schedule import NONE
from gtfs.realtime.apply import Timetable, apply_updates
from gtfs.realtime.parse import parse
from routing.network import build_network
from routing.planner import Planner
from routing.query import Point, Query
from routing.search import Searcher
from routing.timetable.interpolate import filled_times
from routing.timetable.live import LiveTrips, RunKey, TripChange, live_trips


def clock(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


@pytest.mark.parametrize("chained", [False, True])
def test_an_overlay_equals_a_rebuild_with_the_same_changes(chained: bool):
    moved = 0
    for seed in range(50_000, 50_120):
        rng = random.Random(seed)
        tables = feed_of(Dice(rng.randint))
        tables["frequencies"] = []
        if not chained:  # cancelling a trip of a block would link others, which an overlay does not do
            tables["transfers"] = [t for t in tables["transfers"] if t["transfer_type"] not in ("4", "5")]
            for trip in tables["trips"]:
                trip["block_id"] = ""
        schedule = schedule_from(tables)
        arrival, departure = filled_times(schedule)
        changes: dict[RunKey, TripChange] = {}
        late = rng.randint(1, 900)  # in chains all are equally late: links depend on the order of times
        for k, trip in enumerate(schedule.trips.ids):
            if not chained and rng.random() < 0.5:
                continue
            rows = slice(int(schedule.stop_times.offsets[k]), int(schedule.stop_times.offsets[k + 1]))
            calls = rows.stop - rows.start
            delay = late
            new: list[tuple[int, int]] = []
            skipped = np.zeros(calls, np.uint8)
            cancelled = not chained and rng.random() < 0.25
            mine = [row for row in tables["stop_times"] if row["trip_id"] == trip]
            for i, row in enumerate(mine):
                at = rows.start + i
                if not chained:
                    delay += rng.choice((0, 0, 60, 300))
                    skipped[i] = rng.random() < 0.2
                arrive = max(int(arrival[at]) + delay, new[-1][1] if new else 0)  # no travel in time
                new.append((arrive, max(int(departure[at]) + delay, arrive)))
                row["arrival_time"], row["departure_time"] = map(clock, new[-1])
                if skipped[i]:
                    row["pickup_type"] = row["drop_off_type"] = "1"
            if cancelled:
                tables["stop_times"] = [row for row in tables["stop_times"] if row["trip_id"] != trip]
                tables["trips"] = [t for t in tables["trips"] if t["trip_id"] != trip]
                tables["transfers"] = [
                    t for t in tables["transfers"] if trip not in (t.get("from_trip_id"), t.get("to_trip_id"))
                ]
            times = np.array(new, np.int64)
            for of in range(5):
                on = FIRST_DATE + timedelta(days=of)
                changes[k, on, NONE] = TripChange(times[:, 0], times[:, 1], skipped, cancelled)
        if not tables["trips"]:
            continue
        overlay = network_of(schedule, {})
        before = overlay.on(DAY)
        overlay.go_live(LiveTrips(changes), [DAY])
        anew = network_of(schedule_from(tables), {})
        begin = 60 * rng.randint(-30, 1440)
        for start in range(len(schedule.stops.ids) - 1):
            for goal in range(len(schedule.stops.ids) - 1):
                sides = [(n.on(DAY), ends(n, {start: 0}), ends(n, {goal: 0}), begin) for n in (overlay, anew)]
                one, other = (
                    within_the_day(told(Searcher().arrivals(d.forward, a, g, t, 4))) for d, a, g, t in sides
                )
                assert one == other, f"seed {seed}, {start} to {goal}"
                back, again = (
                    within_the_day(told(Searcher().arrivals(d.backward, g, a, -t, 4))) for d, a, g, t in sides
                )
                assert back == again, f"seed {seed}, {start} to {goal}, backwards"
                was = told(Searcher().arrivals(before.forward, sides[0][1], sides[0][2], begin, 4))
                moved += one != within_the_day(was)
        overlay.go_live(None)
        assert overlay.on(DAY) is before
    assert moved > 50


FEED = """
[stops]
stop_id,stop_name,stop_lat,stop_lon
A,Asa,35.00,140.00
B,Bora,35.05,140.00
C,Chiba,35.10,140.00
[trips]
trip_id,route_id
t1,R
t2,R
[stop_times]
trip_id,stop_id,arrival_time,departure_time,stop_sequence
t1,A,8:00,8:00,1
t1,B,8:10,8:12,2
t1,C,8:20,8:20,3
t2,A,8:30,8:30,1
t2,B,8:40,8:42,2
t2,C,8:50,8:50,3
"""
TOKYO = ZoneInfo("Asia/Tokyo")
AT = datetime(2026, 11, 25, 7, 55, tzinfo=TOKYO)


def journeys(message: pb.FeedMessage) -> list[tuple[str | None, str, str]]:
    """(trip, departure, arrival) from Asa to Chiba once the message is laid over the timetable."""
    schedule = schedule_of(FEED)
    planner = Planner(build_network(schedule))
    timetable = Timetable(schedule)
    updates = parse(message.SerializeToString()).trips
    applied = apply_updates(timetable, updates, int(AT.timestamp()))
    days = {day: timetable.zero_s(day) for day in set(applied.day.tolist())}
    planner.network.go_live(live_trips(applied, days), [AT.date()])
    a, c = (Point(lat, 140.0, "", (name,)) for name, lat in (("A", 35.0), ("C", 35.1)))
    found = planner.plan(Query(a, c, AT, walk_alone=False))
    return [(j.legs[0].trip_id, clock(j.departure_s), clock(j.arrival_s)) for j in found]


def message_of(relationship: int = 0, **delay_at: int) -> pb.FeedMessage:
    message = pb.FeedMessage()
    message.header.gtfs_realtime_version = "2.0"
    message.header.timestamp = int(AT.timestamp())
    update = message.entity.add(id="e").trip_update
    update.trip.trip_id = "t1"
    update.trip.schedule_relationship = relationship  # type: ignore[assignment]
    for stop, delay in delay_at.items():
        call = update.stop_time_update.add(stop_id=stop)
        if delay < 0:
            call.schedule_relationship = 1  # type: ignore[assignment]
        else:
            call.departure.delay = delay
    return message


def test_a_late_trip_is_ridden_late():
    assert journeys(message_of(A=300)) == [("t1", "8:05:00", "8:25:00")]


def test_a_cancelled_trip_is_not_offered():
    assert journeys(message_of(3)) == [("t2", "8:30:00", "8:50:00")]


def test_a_call_left_out_can_not_be_boarded():
    assert journeys(message_of(A=-1)) == [("t2", "8:30:00", "8:50:00")]


def test_an_empty_message_changes_nothing():
    message = message_of()
    del message.entity[:]
    assert journeys(message) == [("t1", "8:00:00", "8:20:00")]
