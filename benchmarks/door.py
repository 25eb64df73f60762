"""Door to door in Porto Alegre, beside ferrobus (Rust), in one run and on the same pairs.

    python -m benchmarks.door --area build/poa --data ../shared/data/porto_alegre --json
    python -m benchmarks.door --area build/poa --data ../shared/data/porto_alegre --http --json

ferrobus refuses blank stop times: it gets the feeds with our interpolated ones. Both walk 20 minutes at most.
Its points know their access stops before the clock starts; ours are found within the query, but for
`ours_search`, which begins where ferrobus does. The day is prepared before (`maas area prepare`).

`--http` asks a real server in a process of its own for every best departure of two hours with geometry, one
question after another.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import numpy as np
import polars as pl

from gtfs.schedule.reader import read_feed
from gtfs.schedule.typed import to_schedule
from gtfs.schedule.writer import table_bytes
from maas.area.open import Area, open_area
from routing.kernels.layout import UNREACHED
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
    parser.add_argument("--http", action="store_true", help="ask a server instead, and no peer")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if arguments.http:
        figures = over_http(arguments.area, arguments.pairs)
    else:
        figures = measure(arguments.area, arguments.data, arguments.pairs)
    print(json.dumps(figures) if arguments.json else figures)


def measure(area: Path, data: Path, pairs: int) -> dict[str, Any]:
    """Medians in ms of our full journeys and of ferrobus's arrival and full journey, on the same pairs."""
    import ferrobus

    opened = open_area(area)
    ends = _ends(opened, pairs)
    at = datetime(DAY.year, DAY.month, DAY.day, tzinfo=ZoneInfo(opened.manifest.timezone))
    at = at.replace(hour=DEPART_S // 3600)
    begun = time.perf_counter()
    fresh = opened.planner.network.prepare(DAY)
    prepared_s = round(time.perf_counter() - begun, 1) if fresh else None
    planner, on = opened.planner, opened.planner.network.on(DAY)
    searcher = planner.searcher()
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

    def ours_arrival(k: int) -> bool:
        query = queries[k]
        access = planner.ends(query.origin, query, on, backward=False)
        egress = planner.ends(query.destination, query, on, backward=True)
        return bool(searcher.arrivals(on.forward, access, egress, DEPART_S, 8).min() < UNREACHED)

    known = [
        (planner.ends(q.origin, q, on, backward=False), planner.ends(q.destination, q, on, backward=True))
        for q in queries
    ]

    def ours_search(k: int) -> bool:
        return bool(searcher.arrivals(on.forward, *known[k], DEPART_S, 8).min() < UNREACHED)

    def arrival(k: int) -> bool:
        return ferrobus.find_route(model, points[k][0], points[k][1], DEPART_S) is not None

    def journey(k: int) -> bool:
        return ferrobus.detailed_journey(model, points[k][0], points[k][1], DEPART_S) != "null"

    figures: dict[str, Any] = {"pairs": pairs, "ferrobus_build_s": round(built_s, 2), "prepare_s": prepared_s}
    for name, ask in (
        ("ours_arrival", ours_arrival), ("ours_search", ours_search), ("ferrobus_arrival", arrival),
        ("ours_journey", ours), ("ferrobus_journey", journey),
    ):  # fmt: skip
        figures |= {f"{name}_{k}": v for k, v in _timed(ask, pairs).items()}
    for name in ("arrival", "search"):
        figures[f"ratio_{name}"] = round(
            figures[f"ours_{name}_median_ms"] / figures["ferrobus_arrival_median_ms"], 2
        )
    figures["ratio_journey"] = round(
        figures["ours_journey_median_ms"] / figures["ferrobus_journey_median_ms"], 2
    )
    return figures


def _ends(opened: Area, pairs: int) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Pairs of random street corners."""
    graph = opened.planner.network.graph
    assert graph is not None
    rng = np.random.default_rng(11)
    nodes = rng.choice(np.flatnonzero(graph.component == 0), 2 * pairs, replace=False)
    places = list(zip(graph.node_lat[nodes].tolist(), graph.node_lon[nodes].tolist(), strict=True))
    return list(zip(places[::2], places[1::2], strict=True))


def over_http(area: Path, pairs: int) -> dict[str, Any]:
    """Times of whole answers of a server, ms, and questions a second of one client."""
    opened = open_area(area)
    ends = _ends(opened, pairs)
    opened.planner.network.prepare(DAY)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [Path(sys.executable).parent / "maas", "serve", "--area", area, "--port", str(port)]
    with tempfile.TemporaryDirectory() as cache:
        server = subprocess.Popen(
            [*map(str, command), "--no-simulation"], env={**os.environ, "MAAS_CACHE": cache}
        )
        try:
            return _asked(f"http://127.0.0.1:{port}", ends)
        finally:
            server.terminate()
            server.wait(20)


def _asked(url: str, ends: list[tuple[tuple[float, float], tuple[float, float]]]) -> dict[str, Any]:
    spent: list[float] = []
    journeys = 0
    at = f"{DAY.isoformat()}T{DEPART_S // 3600:02}:00:00"
    with httpx.Client(base_url=url, timeout=120) as client:
        for _ in range(1500):  # kernels may still be compiled
            try:
                client.get("/health").raise_for_status()
                break
            except httpx.HTTPError:
                time.sleep(0.2)
        for k, (a, b) in enumerate([*ends[:20], *ends]):
            body = {
                "from": {"lat": a[0], "lon": a[1]}, "to": {"lat": b[0], "lon": b[1]}, "at": at,
                "walk_max_s": WALK_S, "window_s": 7200, "count": 5, "means": ["transit"],
            }  # fmt: skip
            begun = time.perf_counter()
            answer = client.post("/v1/journeys", json=body)
            if k >= 20:  # the first are the warm-up
                spent.append((time.perf_counter() - begun) * 1e3)
                journeys += len(answer.raise_for_status().json()["journeys"])
    return {
        "questions": len(ends), "journeys_mean": round(journeys / len(ends), 1),
        "p50_ms": round(float(np.percentile(spent, 50)), 1),
        "p99_ms": round(float(np.percentile(spent, 99)), 1),
        "questions_per_s": round(1e3 * len(spent) / sum(spent), 1),
    }  # fmt: skip


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
