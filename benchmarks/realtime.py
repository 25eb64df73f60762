"""How fast GTFS-Realtime is made, read and applied: `python -m benchmarks.realtime [--feed F] [--trips N]`.

A message that updates every call of N trips of a real timetable, beside Google's Python bindings doing the
same reading and writing in the same run.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from google.transit import gtfs_realtime_pb2 as pb

from gtfs.model.schedule import NONE
from gtfs.realtime.apply import Timetable, apply_updates
from gtfs.realtime.model import NO_DELAY, CallUpdates, Header, RealtimeFeed, TripUpdates
from gtfs.realtime.parse import parse
from gtfs.realtime.produce import produce
from gtfs.schedule.reader import read_feed
from gtfs.schedule.typed import to_schedule

NOW = 1_795_561_200  # 2026-11-25 08:00 +09:00
ROUNDS = 9


def updates_for(timetable: Timetable, count: int, seed: int) -> RealtimeFeed:
    """Every call of `count` trips, late by a random walk."""
    schedule = timetable.schedule
    table, trips = schedule.stop_times, schedule.trips
    chosen = np.arange(min(count, len(trips.ids)))
    sizes = table.offsets[chosen + 1] - table.offsets[chosen]
    rows = np.concatenate([np.arange(table.offsets[t], table.offsets[t + 1]) for t in chosen])
    late = np.random.default_rng(seed).integers(-30, 300, len(rows)).astype(np.int32)
    day = 20_782
    zero = timetable.zero_s(day)
    n, none = len(chosen), np.full(len(rows), NONE)
    calls = CallUpdates(
        sequence=table.sequence[rows],
        stop=table.stop[rows],
        arrival_time=zero + table.arrival_s[rows].astype(np.int64) + late,
        arrival_delay=late,
        departure_time=zero + table.departure_s[rows].astype(np.int64) + late,
        departure_delay=late,
        relationship=np.zeros(len(rows), np.int8),
        assigned_stop=none.astype(np.int32),
        pickup_type=none.astype(np.int8),
        drop_off_type=none.astype(np.int8),
        uncertainty=none.astype(np.int32),
    )
    ids = tuple(trips.ids[t] for t in chosen)
    updates = TripUpdates(
        entity_ids=ids,
        trip_ids=ids,
        route_ids=tuple(schedule.routes.ids[trips.route[t]] for t in chosen),
        vehicle_ids=tuple(f"v{t}" for t in chosen),
        direction=trips.direction[chosen],
        start_day=np.full(n, day, np.int32),
        start_s=np.full(n, NONE, np.int32),
        relationship=np.zeros(n, np.int8),
        timestamp=np.full(n, NOW, np.int64),
        delay=np.full(n, NO_DELAY, np.int32),
        offsets=np.concatenate(([0], np.cumsum(sizes))).astype(np.int64),
        calls=calls,
        stop_ids=schedule.stops.ids,
    )
    return RealtimeFeed(Header("2.0", timestamp=NOW), updates, (), ())


def bindings_write(feed: RealtimeFeed) -> bytes:
    """The same message by Google's bindings, from plain lists."""
    trips, calls = feed.trips, feed.trips.calls
    columns = [
        values.tolist()
        for values in (
            calls.sequence, calls.stop, calls.arrival_time, calls.arrival_delay, calls.departure_time,
            calls.departure_delay,
        )
    ]  # fmt: skip
    offsets = trips.offsets.tolist()
    message = pb.FeedMessage()
    message.header.gtfs_realtime_version, message.header.timestamp = "2.0", NOW
    for k, name in enumerate(trips.trip_ids):
        update = message.entity.add(id=name).trip_update
        update.trip.trip_id, update.trip.start_date = name, "20261125"
        update.trip.route_id, update.vehicle.id = trips.route_ids[k], trips.vehicle_ids[k]
        update.timestamp = NOW
        for c in range(offsets[k], offsets[k + 1]):
            call = update.stop_time_update.add(
                stop_sequence=columns[0][c], stop_id=trips.stop_ids[columns[1][c]]
            )
            call.arrival.time, call.arrival.delay = columns[2][c], columns[3][c]
            call.departure.time, call.departure.delay = columns[4][c], columns[5][c]
    return bytes(message.SerializeToString())


def bindings_read(message: bytes) -> list[tuple[Any, ...]]:
    """Every call of a message by Google's bindings."""
    return [
        (u.stop_sequence, u.stop_id, u.arrival.time, u.arrival.delay, u.departure.time, u.departure.delay)
        for entity in pb.FeedMessage.FromString(message).entity
        for u in entity.trip_update.stop_time_update
    ]


def timed(work: Callable[[], object], rounds: int = ROUNDS) -> tuple[float, float]:
    """Median and worst of some rounds, ms; the first, which compiles, is not counted."""
    work()
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        taken.append((time.perf_counter() - started) * 1000)
    return round(statistics.median(taken), 1), round(max(taken), 1)


def main() -> None:
    """Measure, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--feed", type=Path, default=Path("../shared/data/japan/makuhari-rail.gtfs.zip"))
    options.add_argument("--trips", type=int, default=5000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    timetable = Timetable(to_schedule(read_feed(asked.feed)))
    feed = updates_for(timetable, asked.trips, asked.seed)
    message = produce(feed)

    def read_and_apply() -> object:
        return apply_updates(timetable, parse(message).trips, NOW)

    figures = {
        "trips": len(feed.trips),
        "calls": len(feed.trips.calls.sequence),
        "bytes": len(message),
        "produce_ms": timed(lambda: produce(feed)),
        "parse_ms": timed(lambda: parse(message)),
        "parse_and_apply_ms": timed(read_and_apply),
        "bindings_write_ms": timed(lambda: bindings_write(feed), 3),
        "bindings_read_ms": timed(lambda: bindings_read(message), 3),
    }
    if asked.json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name:22} {value if isinstance(value, int) else '{} (worst {})'.format(*value)}")  # type: ignore[misc]


if __name__ == "__main__":
    main()
