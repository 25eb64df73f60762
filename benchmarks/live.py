"""How long it takes to lay thousands of changed trips over a day, and to answer while it is done.

    python -m benchmarks.live --area build/tokyo --trips 5000 --json

Random trips of the busiest weekday run 1 to 15 minutes late, one in fifty is cancelled. CPU time of the
thread and wall time of `Network.go_live`, which swaps the whole in at its end, so that queries go on.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from pathlib import Path

import numpy as np

from benchmarks.routing import busiest_weekday
from gtfs.model.schedule import NONE
from routing.adapters.snapshot import open_network
from routing.timetable.interpolate import filled_times
from routing.timetable.live import LiveTrips, TripChange

_REPEATS = 9


def main() -> None:
    """Print the median times."""
    parser = argparse.ArgumentParser(prog="benchmarks.live", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--area", type=Path, required=True)
    parser.add_argument("--trips", type=int, default=5000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    network = open_network(options.area / "network")
    on = busiest_weekday(network)
    day, timetable, times = network.on(on).day, network.timetable, network.schedule.stop_times
    rng = np.random.default_rng(3)
    runs = day.run[day.service_day == 0]
    trips = rng.choice(np.unique(timetable.member_trip[timetable.member_offsets[runs]]), options.trips, False)
    arrival, departure = filled_times(network.schedule)
    changes = {}
    for trip in trips.tolist():
        rows = slice(int(times.offsets[trip]), int(times.offsets[trip + 1]))
        late = int(rng.integers(60, 900))
        calls = rows.stop - rows.start
        changes[trip, on, NONE] = TripChange(
            arrival[rows].astype(np.int64) + late, departure[rows].astype(np.int64) + late,
            np.zeros(calls, np.uint8), bool(rng.random() < 0.02),
        )  # fmt: skip
    live = LiveTrips(changes)
    network.go_live(live, [on])  # compiled, and the day cut
    cpu, wall = [], []
    for _ in range(_REPEATS):
        begun, spent = time.perf_counter(), time.thread_time()
        network.go_live(live, [on])
        cpu.append(time.thread_time() - spent)
        wall.append(time.perf_counter() - begun)
    figures = {
        "date": on.isoformat(), "trips": options.trips,
        "cpu_ms": round(1e3 * statistics.median(cpu), 1), "wall_ms": round(1e3 * statistics.median(wall), 1),
    }  # fmt: skip
    print(json.dumps(figures) if options.json else figures)


if __name__ == "__main__":
    main()
