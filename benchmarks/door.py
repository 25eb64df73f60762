"""Door to door in Porto Alegre, beside ferrobus (Rust), in one run and on the same pairs.

    python -m benchmarks.door --area build/poa --data ../shared/data/porto_alegre --json
    python -m benchmarks.door --area build/poa --data ../shared/data/porto_alegre --http --json

ferrobus refuses blank stop times: it gets the feeds with our interpolated ones. Both walk 20 minutes at most.
Its points know their access stops before the clock starts; ours are found within the query, but for
`ours_search`, which begins where ferrobus does. The day is prepared before (`maas area prepare`).

Like with like: `arrival` and `search` tell the soonest arrival, as `find_route` does (`pareto`: one for each
number of vehicles); `best` tells the journey that is there soonest with every call and bend, as
`detailed_journey` does without calls (`journey`: all Pareto-optimal ones). `written`: as JSON of the API.
By default ferrobus begins and ends at the ten nearest stops and takes four vehicles at most: fewer ways than
ours. `alike` asks it for what we answer, every stop within the walk and eight vehicles.

`--http` asks a real server in a process of its own for every best departure of two hours with geometry, one
question after another. `questions_per_processor_s` counts the server's processor time, whatever else runs.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from gtfs.schedule.reader import read_feed
from gtfs.schedule.typed import to_schedule
from gtfs.schedule.writer import table_bytes
from maas.area.open import Area, open_area
from maas.journeys.model import JourneysView
from maas.journeys.views import journey_view
from routing.kernels.layout import UNREACHED
from routing.needs import Needs
from routing.query import Point, Query
from routing.timetable.interpolate import filled_times

DAY = date(2019, 5, 15)
DEPART_S = 12 * 3600  # the feed of the buses has its trips between noon and four
WALK_S = 1200
VEHICLES = 8
NEAREST_STOPS, CHANGES = 10, 3  # what ferrobus looks at by default
ALL_STOPS = 100_000
REPEATS = 3


def main() -> None:
    """Print the medians and ratios of one run."""
    parser = argparse.ArgumentParser(prog="benchmarks.door", description=__doc__)
    parser.add_argument("--area", type=Path, required=True, help="Porto Alegre, built by maas area build")
    parser.add_argument("--data", type=Path, help="folder of poa_osm.pbf and the two feeds, for the peer")
    parser.add_argument("--pairs", type=int, default=500)
    parser.add_argument("--http", action="store_true", help="ask a server instead, and no peer")
    parser.add_argument("--servers", type=int, default=1, help="with --http: so many, each with its client")
    parser.add_argument(
        "--simulation", action="store_true", help="with --http: the area's fleet moves meanwhile"
    )
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if arguments.http:
        figures = over_http(
            arguments.area, arguments.pairs, arguments.servers, simulated=arguments.simulation
        )
    elif arguments.data is None:
        parser.error("--data: the peer needs the extract and the feeds")
    else:
        figures = measure(arguments.area, arguments.data, arguments.pairs)
    print(json.dumps(figures) if arguments.json else figures)


def measure(area: Path, data: Path, pairs: int) -> dict[str, Any]:
    """Medians in ms of our full journeys and of ferrobus's arrival and full journey, on the same pairs."""
    opened = open_area(area)
    ends = _ends(opened, pairs)
    at = datetime(DAY.year, DAY.month, DAY.day, tzinfo=ZoneInfo(opened.manifest.timezone))
    at = at.replace(hour=DEPART_S // 3600)
    begun = time.perf_counter()
    fresh = opened.planner.network.prepare(DAY)
    prepared_s = round(time.perf_counter() - begun, 1) if fresh else None
    planner, on = opened.planner, opened.planner.network.on(DAY, Needs(walk_s_max=WALK_S))
    searcher = planner.searcher()
    queries = [Query(Point(*a), Point(*b), at, walk_s_max=WALK_S) for a, b in ends]
    built_s, peer = _ferrobus(data, ends)
    zone = ZoneInfo(opened.manifest.timezone)

    def ours(k: int) -> bool:
        return bool(opened.planner.plan(queries[k]))

    def ours_written(k: int) -> bool:
        views = [journey_view(opened, journey, zone) for journey in opened.planner.plan(queries[k])]
        return bool(JourneysView(journeys=views).model_dump_json(by_alias=True))

    def ours_best(k: int) -> bool:
        return planner.soonest(queries[k]) is not None

    def ours_best_written(k: int) -> bool:
        journey = planner.soonest(queries[k])
        views = [] if journey is None else [journey_view(opened, journey, zone)]
        return bool(JourneysView(journeys=views).model_dump_json(by_alias=True))

    def ours_arrival(k: int) -> bool:
        query = queries[k]
        access = planner.ends(query.origin, query, on, backward=False)
        egress = planner.ends(query.destination, query, on, backward=True)
        return searcher.arrival(on.forward, access, egress, DEPART_S, VEHICLES) < UNREACHED

    known = [
        (planner.ends(q.origin, q, on, backward=False), planner.ends(q.destination, q, on, backward=True))
        for q in queries
    ]

    def ours_search(k: int) -> bool:
        return searcher.arrival(on.forward, *known[k], DEPART_S, VEHICLES) < UNREACHED

    def ours_pareto(k: int) -> bool:
        return bool(searcher.arrivals(on.forward, *known[k], DEPART_S, VEHICLES).min() < UNREACHED)

    figures: dict[str, Any] = {"pairs": pairs, "ferrobus_build_s": round(built_s, 2), "prepare_s": prepared_s}
    for name, ask in (
        ("ours_arrival", ours_arrival), ("ours_search", ours_search), ("ours_pareto", ours_pareto),
        ("ours_best", ours_best), ("ours_best_written", ours_best_written),
        ("ours_journey", ours), ("ours_written", ours_written), *peer.items(),
    ):  # fmt: skip
        figures |= {f"{name}_{k}": v for k, v in _timed(ask, pairs).items()}
    return figures | dict(_ratios(figures))


def _ratios(figures: dict[str, Any]) -> Iterator[tuple[str, float]]:
    arrivals, journeys = ("arrival", "search", "pareto"), ("best", "best_written", "journey", "written")
    for name in arrivals + journeys:
        own = figures[f"ours_{name}_median_ms"]
        kind = "arrival" if name in arrivals else "journey"
        yield f"ratio_{name}", round(own / figures[f"ferrobus_{kind}_median_ms"], 2)
        yield f"ratio_{name}_alike", round(own / figures[f"alike_{kind}_median_ms"], 2)


def _ferrobus(
    data: Path, ends: list[tuple[tuple[float, float], tuple[float, float]]]
) -> tuple[float, dict[str, Callable[[int], bool]]]:
    """How long it takes to read Porto Alegre (s), and its answers to the k-th pair, by name."""
    import ferrobus

    with tempfile.TemporaryDirectory() as folder:
        feeds = [filled(data / name, Path(folder) / name) for name in ("poa_eptc.zip", "poa_trensurb.zip")]
        begun = time.perf_counter()
        model = ferrobus.create_transit_model(str(data / "poa_osm.pbf"), feeds, DAY, WALK_S)
        built_s = time.perf_counter() - begun

    def points(stops: int) -> list[tuple[Any, Any]]:
        made = partial(ferrobus.create_transit_point, transit_model=model, max_walking_time=WALK_S)
        return [(made(*a, max_nearest_stops=stops), made(*b, max_nearest_stops=stops)) for a, b in ends]

    asked: dict[str, Callable[[int], bool]] = {}
    for name, pairs, changes in (
        ("ferrobus", points(NEAREST_STOPS), CHANGES), ("alike", points(ALL_STOPS), VEHICLES - 1),
    ):  # fmt: skip
        asked[f"{name}_arrival"] = partial(_answers, ferrobus.find_route, model, pairs, changes)
        asked[f"{name}_journey"] = partial(_answers, ferrobus.detailed_journey, model, pairs, changes)
    return built_s, asked


def _answers(ask: Any, model: Any, pairs: list[tuple[Any, Any]], changes: int, k: int) -> bool:
    return ask(model, *pairs[k], DEPART_S, changes) not in (None, "null")


def _ends(opened: Area, pairs: int) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Pairs of random street corners."""
    graph = opened.planner.network.graph
    assert graph is not None
    rng = np.random.default_rng(11)
    nodes = rng.choice(np.flatnonzero(graph.component == 0), 2 * pairs, replace=False)
    places = list(zip(graph.node_lat[nodes].tolist(), graph.node_lon[nodes].tolist(), strict=True))
    return list(zip(places[::2], places[1::2], strict=True))


def over_http(area: Path, pairs: int, servers: int = 1, *, simulated: bool = False) -> dict[str, Any]:
    """Times of whole answers, ms; questions a second of one client a server, by clock and by processor."""
    opened = open_area(area)
    asked = questions(opened, pairs)
    with tempfile.TemporaryDirectory() as cache, ExitStack() as stack:
        started = [stack.enter_context(server(area, Path(cache) / str(k), simulated)) for k in range(servers)]
        for port, _ in started:
            ask(port, asked[:20])  # the first are the warm-up
        before_s = sum(spent_s(process) for _, process in started)
        begun = time.perf_counter()
        with ThreadPoolExecutor(servers) as pool:
            answered = list(pool.map(lambda one: ask(one[0], asked), started))
        wall_s = time.perf_counter() - begun
        used_s = sum(spent_s(process) for _, process in started) - before_s
    spent = [ms for times, _ in answered for ms in times]
    return {
        "questions": len(spent), "servers": servers,
        "journeys_mean": round(sum(journeys for _, journeys in answered) / len(spent), 1),
        "p50_ms": round(float(np.percentile(spent, 50)), 1),
        "p99_ms": round(float(np.percentile(spent, 99)), 1),
        "questions_per_s": round(len(spent) / wall_s, 1),
        "processor_ms": round(1e3 * used_s / len(spent), 2),
        "questions_per_processor_s": round(len(spent) / used_s, 1),
    }  # fmt: skip


def questions(opened: Area, pairs: int) -> list[bytes]:
    """Every best departure of two hours, five told: in Porto Alegre on its day, elsewhere tomorrow at ten."""
    day, hour = DAY, DEPART_S // 3600
    first, last = (date.fromisoformat(text) for text in opened.manifest.service_dates)
    if not first <= day <= last:
        day, hour = max(first, date.today() + timedelta(days=1)), 10  # noqa: DTZ011
    opened.planner.network.prepare(day)
    return [
        json.dumps(
            {
                "from": {"lat": a[0], "lon": a[1]}, "to": {"lat": b[0], "lon": b[1]},
                "at": f"{day.isoformat()}T{hour:02}:00:00",
                "walk_max_s": WALK_S, "window_s": 7200, "count": 5, "means": ["transit"],
            }
        ).encode()
        for a, b in _ends(opened, pairs)
    ]  # fmt: skip


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(area: Path, cache: Path, simulated: bool) -> Iterator[tuple[int, int]]:
    """Port and process of a real server that answers."""
    port = free_port()
    command = [Path(sys.executable).parent / "maas", "serve", "--area", area, "--port", str(port)]
    more = [] if simulated else ["--no-simulation"]
    process = subprocess.Popen([*map(str, command), *more], env={**os.environ, "MAAS_CACHE": str(cache)})
    try:
        for _ in range(1500):  # kernels may still be compiled
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5):
                    break
            except OSError:  # not yet listening, or getting ready
                time.sleep(0.2)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(20)


def ask(port: int, questions: list[bytes]) -> tuple[list[float], int]:
    """Times of whole answers in ms, and how many journeys were told."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    spent: list[float] = []
    journeys = 0
    for body in questions:
        begun = time.perf_counter()
        client.request("POST", "/v1/journeys", body, {"Content-Type": "application/json"})
        answer = client.getresponse()
        told = answer.read()
        spent.append((time.perf_counter() - begun) * 1e3)
        if answer.status != 200:
            raise RuntimeError(told[:300].decode())
        journeys += len(json.loads(told)["journeys"])
    client.close()
    return spent, journeys


def spent_s(process: int) -> float:
    """Processor seconds that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _timed(ask: Callable[[int], bool], pairs: int) -> dict[str, float]:
    """Median and p95 in ms of processor time over all pairs, the best of REPEATS each; how many answered.

    Of this process, all threads: what else runs on the machine does not count.
    """
    answered = sum(ask(k) for k in range(pairs))  # also the warm-up
    best = [float("inf")] * pairs
    for _ in range(REPEATS):
        for k in range(pairs):
            begun = time.process_time()
            ask(k)
            best[k] = min(best[k], (time.process_time() - begun) * 1e3)
    return {
        "median_ms": round(statistics.median(best), 3),
        "p95_ms": round(float(np.percentile(best, 95)), 3),
        "answered": answered,
    }


def filled(path: Path, out: Path) -> str:
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
