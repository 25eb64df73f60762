"""How fast the router answers, one stop-to-stop query at a time.

    python -m benchmarks.routing --area build/tokyo --pairs PAIRS.csv --make-pairs 2000
    python -m benchmarks.routing --area build/tokyo --pairs PAIRS.csv --answers ANSWERS.csv --json

`--area` is a folder built by `maas area build`. PAIRS has from_stop_id, to_stop_id, departure_s (seconds
since noon minus 12 h of the service day); ANSWERS repeats them with arrival_s (earliest arrival by at most
eight vehicles or one footpath, empty if there is none) and journeys (how many are Pareto-optimal in arrival
and number of vehicles). Both ends may use one footpath of `transfers.txt`, as a rider on the platform would.

What is timed is the search with its lower bounds: from stop numbers to arrivals by number of vehicles, in CPU
time of the thread, so that other processes count little. Reading, printing, names and geometry are not. Two
searches answer every pair in one run, in turns of a hundred pairs, and must agree: `plain`, the RAPTOR of
part A with bounds worked out per query, and the Trip-Based search of a prepared day. Days are prepared
first, which is timed apart, and kept in the area's folder.

`--make-pairs N --seed S` writes pairs of stops drawn at random among those where something calls on the day,
departing between 05:00 and 23:00.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from routing.adapters.snapshot import SnapshotError, open_network
from routing.day_network import DayNetwork
from routing.kernels.layout import UNREACHED
from routing.network import Network
from routing.planner import Planner, UnknownStop
from routing.rides import Ends
from routing.search import Searcher

VEHICLES_MAX = 8
_WARM_UP = 50
_TURN = 100
_RANGES = 500
_ONE_TO_ALL = 60
_EIGHT_S = 8 * 3600
Pair = tuple[str, str, int]
Answer = tuple[int | None, int]


def answer(
    planner: Planner, day: DayNetwork, pairs: list[Pair]
) -> tuple[list[Answer], list[float], list[float]]:
    """Arrival and number of journeys of every pair; seconds that each query took, prepared and plain."""
    queries = [
        (planner.at_stops((a,), day.forward), planner.at_stops((b,), day.backward), departure)
        for a, b, departure in pairs
    ]
    plain_side = replace(day.forward, prepared=None)
    ways = ((day.forward, Searcher()), (plain_side, Searcher()))
    taken: tuple[list[float], list[float]] = ([], [])
    found: tuple[list[list[int]], list[list[int]]] = ([], [])
    for side, searcher in ways:
        for access, egress, departure in queries[:_WARM_UP]:
            searcher.arrivals(side, access, egress, departure, VEHICLES_MAX)
    for turn in range(0, len(queries), _TURN):
        for (side, searcher), seconds, answers in zip(ways, taken, found, strict=True):
            for access, egress, departure in queries[turn : turn + _TURN]:
                begin = time.thread_time()
                arrivals = searcher.arrivals(side, access, egress, departure, VEHICLES_MAX)
                seconds.append(time.thread_time() - begin)
                answers.append(arrivals.tolist())
    if found[0] != found[1]:
        raise SystemExit("the two searches do not agree: this is a bug, report it with the pairs")
    told: list[Answer] = []
    for (access, egress, departure), arrivals_s in zip(queries, found[0], strict=True):
        on_foot = departure + _footpath_s(access, egress)
        times = [t for t in arrivals_s if t < min(on_foot, UNREACHED)]
        if on_foot < UNREACHED:
            times.append(on_foot)
        told.append((min(times, default=None), len(times)))
    return told, *taken


def range_times(planner: Planner, day: DayNetwork, pairs: list[Pair]) -> tuple[list[float], list[float]]:
    """CPU seconds of single arrival queries, and of two-hour ranges with their rides, in turns."""
    searcher = Searcher()
    single: list[float] = []
    ranged: list[float] = []
    for warm in (True, False):
        for a, b, departure in pairs[:20] if warm else pairs:
            access, egress = planner.at_stops((a,), day.forward), planner.at_stops((b,), day.backward)
            begin = time.thread_time()
            searcher.arrivals(day.forward, access, egress, departure, VEHICLES_MAX)
            middle = time.thread_time()
            searcher.departures(day, access, egress, departure, 7200, VEHICLES_MAX)
            if not warm:
                single.append(middle - begin)
                ranged.append(time.thread_time() - middle)
    return single, ranged


def everywhere_times(planner: Planner, day: DayNetwork) -> dict[str, float]:
    """CPU ms of soonest arrivals at every stop, from random served stops at eight; medians by window."""
    network, searcher = planner.network, Searcher()
    starts = [a for a, _, _ in make_pairs(network, day, _ONE_TO_ALL, 3)]
    told: dict[str, float] = {}
    for name, window_s in (("30min", 1800), ("1h", 3600), ("2h", 7200), ("day", 19 * 3600)):
        spent: list[float] = []
        for warm in (True, False):
            for start in starts[:5] if warm else starts:
                access = planner.at_stops((start,), day.forward)
                begin = time.thread_time()
                searcher.everywhere(day.forward, access, _EIGHT_S, _EIGHT_S + window_s, VEHICLES_MAX)
                if not warm:
                    spent.append((time.thread_time() - begin) * 1e3)
        told[f"everywhere_{name}_median_ms"] = round(float(np.median(spent)), 2)
        told[f"everywhere_{name}_mean_ms"] = round(float(np.mean(spent)), 2)
    return told


def _footpath_s(access: Ends, egress: Ends) -> int:
    """Seconds from one end to the other without a vehicle, UNREACHED if no footpath joins them."""
    there = np.isin(access.stops, egress.stops[egress.seconds == 0])
    return int(access.seconds[there].min(initial=UNREACHED))


def summary(taken: list[float]) -> dict[str, float | int]:
    """Figures in microseconds."""
    us = np.array(taken) * 1e6
    return {
        "queries": len(taken),
        "mean_us": round(float(us.mean()), 1),
        "median_us": round(float(np.median(us)), 1),
        "p95_us": round(float(np.percentile(us, 95)), 1),
        "p99_us": round(float(np.percentile(us, 99)), 1),
    }


def make_pairs(network: Network, day: DayNetwork, count: int, seed: int) -> list[Pair]:
    """Random pairs of different stops that are served on the day."""
    rng = np.random.default_rng(seed)
    served = np.unique(network.splits.stop_of[day.forward.timetable.pattern_stops])
    pairs: list[Pair] = []
    while len(pairs) < count:
        a, b = rng.choice(served, 2, replace=False).tolist()
        departure = int(rng.integers(5 * 3600, 23 * 3600))
        pairs.append((network.schedule.stops.ids[a], network.schedule.stops.ids[b], departure))
    return pairs


def busiest_weekday(network: Network) -> date:
    """The first Monday to Friday on which as many runs go as on any."""
    timetable = network.timetable
    runs = np.bincount(timetable.run_service, minlength=len(timetable.service_active))
    totals = runs @ timetable.service_active.astype(np.int64)
    first = network.schedule.services.first_date
    weekday = np.array([(first + timedelta(days=d)).weekday() < 5 for d in range(len(totals))])
    return first + timedelta(days=int(np.argmax(np.where(weekday, totals, -1))))


def read_pairs(path: Path) -> list[Pair]:
    """The pairs of a CSV; ends the program with what is wrong where."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        missing = {"from_stop_id", "to_stop_id", "departure_s"} - set(rows.fieldnames or ())
        if missing:
            raise SystemExit(f"{path}, line 1: the column {min(missing)} is missing. Add it")
        pairs: list[Pair] = []
        for row in rows:
            if not row["departure_s"].strip().lstrip("-").isdigit():
                raise SystemExit(
                    f"{path}, line {rows.line_num}, departure_s: {row['departure_s']!r} is not a number of "
                    "seconds. Write e.g. 28800 for 08:00"
                )
            pairs.append((row["from_stop_id"], row["to_stop_id"], int(row["departure_s"])))
    return pairs


def _write(path: Path, header: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main(arguments: list[str] | None = None) -> None:
    """Read, search, write."""
    parser = argparse.ArgumentParser(prog="benchmarks.routing", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--area", type=Path, required=True, help="folder of a built area")
    parser.add_argument("--pairs", type=Path, required=True, help="CSV: from_stop_id,to_stop_id,departure_s")
    parser.add_argument("--answers", type=Path, help="CSV to write: the pairs with arrival_s,journeys")
    parser.add_argument("--date", type=date.fromisoformat, help="service day; default: the busiest weekday")
    parser.add_argument("--make-pairs", type=int, metavar="N", help="write N random pairs and stop")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args(arguments)
    try:
        network = open_network(options.area / "network")
    except SnapshotError as error:
        raise SystemExit(str(error)) from None
    on = options.date or busiest_weekday(network)
    first, last = network.service_dates
    if not first <= on <= last:
        raise SystemExit(f"--date {on}: the feeds run from {first} to {last}. Choose a day in between")
    day = network.on(on)
    header = ("from_stop_id", "to_stop_id", "departure_s")
    if options.make_pairs is not None:
        _write(options.pairs, header, make_pairs(network, day, options.make_pairs, options.seed))
        return
    try:
        pairs = read_pairs(options.pairs)
        begin = time.perf_counter()
        prepared = network.prepare(on)
        prepare_s = round(time.perf_counter() - begin, 1) if prepared else None
        day = network.on(on)
        answers, taken, plain = answer(Planner(network), day, pairs)
    except FileNotFoundError:
        raise SystemExit(f"{options.pairs}: there is no such file. Make one with --make-pairs 2000") from None
    except UnknownStop as error:
        raise SystemExit(f"{options.pairs}: {error}") from None
    if not taken:
        raise SystemExit(f"{options.pairs} holds no pair. Make some with --make-pairs 2000")
    if options.answers:
        rows = [
            (*pair, "" if arrival is None else arrival, count)
            for pair, (arrival, count) in zip(pairs, answers, strict=True)
        ]
        _write(options.answers, (*header, "arrival_s", "journeys"), rows)
    ranged = range_times(Planner(network), day, pairs[:: max(1, len(pairs) // _RANGES)])
    figures: dict[str, object] = {"date": on.isoformat(), "prepare_s": prepare_s, **summary(taken)}
    figures |= {f"plain_{key}": value for key, value in summary(plain).items() if key != "queries"}
    figures["times_faster"] = round(float(np.sum(plain) / np.sum(taken)), 2)
    figures["times_faster_median"] = round(float(np.median(plain) / np.median(taken)), 2)
    figures["range_2h_mean_us"] = round(float(np.mean(ranged[1])) * 1e6, 1)
    figures["range_2h_by_single"] = round(float(np.sum(ranged[1]) / np.sum(ranged[0])), 2)
    figures |= everywhere_times(Planner(network), day)
    text = "\n".join(f"{key}: {value}" for key, value in figures.items())
    sys.stdout.write((json.dumps(figures) if options.json else text) + "\n")


if __name__ == "__main__":
    main()
