"""Door to door in Porto Alegre, beside ferrobus (Rust), in one run and on the same pairs.

ferrobus refuses blank stop times: it gets the feeds with our interpolated ones. Both walk 20 minutes at most.
Its points know their access stops before the clock starts; ours are found within the query.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from gtfs.schedule.reader import read_feed
from gtfs.schedule.typed import to_schedule
from gtfs.schedule.writer import table_bytes
from maas.area.open import open_area
from routing.query import Point, Query
from routing.timetable.interpolate import filled_times

DAY = date(2019, 5, 15)
DEPART_S = 12 * 3600  # the feed of the buses has its trips between noon and four
WALK_S = 1200
REPEATS = 3


def main() -> None:
    """Print the medians and ratios of one run."""
    parser = argparse.ArgumentParser(prog="benchmarks.door", description=__doc__)
    parser.add_argument("--area", type=Path, required=True, help="Porto Alegre, built by maas area build")
    parser.add_argument("--data", type=Path, required=True, help="folder of poa_osm.pbf and the two feeds")
    parser.add_argument("--pairs", type=int, default=500)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    figures = measure(arguments.area, arguments.data, arguments.pairs)
    print(json.dumps(figures) if arguments.json else figures)


def measure(area: Path, data: Path, pairs: int) -> dict[str, float]:
    """Medians in ms of our full journeys and of ferrobus's arrival and full journey, on the same pairs."""
    import ferrobus

    opened = open_area(area)
    graph = opened.planner.network.graph
    assert graph is not None
    rng = np.random.default_rng(11)
    nodes = rng.choice(np.flatnonzero(graph.component == 0), 2 * pairs, replace=False)
    places = list(zip(graph.node_lat[nodes].tolist(), graph.node_lon[nodes].tolist(), strict=True))
    ends = list(zip(places[::2], places[1::2], strict=True))
    at = datetime(DAY.year, DAY.month, DAY.day, tzinfo=ZoneInfo(opened.manifest.timezone))
    at = at.replace(hour=DEPART_S // 3600)
    queries = [Query(Point(*a), Point(*b), at, walk_s_max=WALK_S) for a, b in ends]
    with tempfile.TemporaryDirectory() as folder:
        feeds = [_filled(data / name, Path(folder) / name) for name in ("poa_eptc.zip", "poa_trensurb.zip")]
        begun = time.perf_counter()
        model = ferrobus.create_transit_model(str(data / "poa_osm.pbf"), feeds, DAY, WALK_S)
        built_s = time.perf_counter() - begun
    points = [
        (
            ferrobus.create_transit_point(*a, model, WALK_S, 10),
            ferrobus.create_transit_point(*b, model, WALK_S, 10),
        )
        for a, b in ends
    ]

    def ours(k: int) -> bool:
        return bool(opened.planner.plan(queries[k]))

    def arrival(k: int) -> bool:
        return ferrobus.find_route(model, points[k][0], points[k][1], DEPART_S) is not None

    def journey(k: int) -> bool:
        return ferrobus.detailed_journey(model, points[k][0], points[k][1], DEPART_S) != "null"

    figures: dict[str, float] = {"pairs": pairs, "ferrobus_build_s": round(built_s, 2)}
    for name, ask in (("ours_journey", ours), ("ferrobus_arrival", arrival), ("ferrobus_journey", journey)):
        figures |= {f"{name}_{k}": v for k, v in _timed(ask, pairs).items()}
    figures["ratio_journey"] = round(
        figures["ours_journey_median_ms"] / figures["ferrobus_journey_median_ms"], 2
    )
    return figures


def _timed(ask: Callable[[int], bool], pairs: int) -> dict[str, float]:
    """Median and p95 in ms over all pairs, the best of REPEATS each, and how many were answered."""
    answered = sum(ask(k) for k in range(pairs))  # also the warm-up
    best = [float("inf")] * pairs
    for _ in range(REPEATS):
        for k in range(pairs):
            begun = time.perf_counter()
            ask(k)
            best[k] = min(best[k], (time.perf_counter() - begun) * 1e3)
    return {
        "median_ms": round(statistics.median(best), 3),
        "p95_ms": round(float(np.percentile(best, 95)), 3),
        "answered": answered,
    }


def _filled(path: Path, out: Path) -> str:
    """The feed as a folder, every stop time known."""
    feed = read_feed(path)
    schedule = to_schedule(feed)
    arrival, departure = filled_times(schedule)
    trip = np.repeat(np.arange(len(schedule.trips.ids)), np.diff(schedule.stop_times.offsets))
    ids, stops = np.array(schedule.trips.ids), np.array(schedule.stops.ids)
    feed.tables["stop_times"] = pl.DataFrame(
        {
            "trip_id": ids[trip],
            "arrival_time": [_hms(t) for t in arrival.tolist()],
            "departure_time": [_hms(t) for t in departure.tolist()],
            "stop_id": stops[schedule.stop_times.stop],
            "stop_sequence": schedule.stop_times.sequence.astype(str),
        }
    )
    out = out.with_suffix("")
    out.mkdir()
    for name, table in feed.tables.items():
        (out / f"{name}.txt").write_bytes(table_bytes(table))
    return str(out)


def _hms(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


if __name__ == "__main__":
    main()
