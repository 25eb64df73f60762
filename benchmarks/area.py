"""An area's whole life by the clock: built, opened, shared, prepared, first asked, and on two cores.

    python -m benchmarks.area --gtfs ../shared/data/japan/tokyo-rail.gtfs.zip --json
    python -m benchmarks.area --area build/tokyo --only opened,shared,cores

Parts (`--only`, all by default), each measured in processes of its own, kernels compiled before:

- `built`: `maas area build` from the zip: wall and CPU seconds, peak memory of the process.
- `prepared`: a day, by two threads, in a copy of the area if it has one already; the process's peak memory.
- `opened`: `open_network` of the folder in a fresh interpreter whose modules are loaded; median of nine.
- `first`: the first question of a fresh interpreter: to open the area, and to answer; median of five.
- `served`: a server from its start until it is ready, and its first two answers by HTTP.
- `shared`: two processes hold the same prepared day and have searched it. `mapped` counts what they map of
  the area's folder: Rss is what each has in memory, Pss its share; of what two share Pss is half of Rss.
- `cores`: stop-to-stop queries a second of one process, of two at once, of one and two threads; by the clock.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.door import ask, server
from benchmarks.routing import VEHICLES_MAX, Pair, busiest_weekday, make_pairs
from routing.adapters.snapshot import open_network
from routing.day_network import DayNetwork
from routing.network import Network
from routing.planner import Planner
from routing.rides import Ends
from routing.search import Searcher

_PAIRS = 400
_ROUND_S = 4.0
_OPENED = 9
Figures = dict[str, Any]


def main(arguments: list[str] | None = None) -> None:
    """Measure the parts asked for and print their figures."""
    parser = argparse.ArgumentParser(
        prog="benchmarks.area", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--gtfs", type=Path, action="append", default=[], help="feed to build from")
    parser.add_argument("--area", type=Path, help="a built area, if nothing is to be built")
    parser.add_argument("--only", default=",".join(PARTS), help="parts, with commas between")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--child", choices=CHILDREN, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.child:
        print(json.dumps(CHILDREN[options.child](options.area)))
        return
    asked = options.only.split(",")
    if unknown := set(asked) - set(PARTS):
        parser.error(f"--only: there is no part {min(unknown)}. Choose from {', '.join(PARTS)}")
    if not options.gtfs and (options.area is None or "built" in asked):
        parser.error("--gtfs: name the feed to build from, or --area and --only without built")
    figures: Figures = {}
    with tempfile.TemporaryDirectory(prefix="maas-bench-") as folder:
        area = options.area or Path(folder) / "area"
        if options.gtfs and ("built" in asked or options.area is None):
            made = Path(folder) / "area"
            figures["built"] = built(made, options.gtfs)
        for part in (part for part in PARTS if part in asked and part != "built"):
            figures[part] = PARTS[part](area)
    print(json.dumps(figures) if options.json else _lines(figures))


def built(area: Path, feeds: list[Path]) -> Figures:
    """Build from the zip; the report of `maas area build` is left out."""
    command = [_beside("maas"), "area", "build", area, "--json", *(p for f in feeds for p in ("--gtfs", f))]
    return _spent([str(part) for part in command])[0]


def prepared(area: Path) -> Figures:
    """Prepare the busiest weekday, leaving it in the area if it had none, else in a copy."""
    with tempfile.TemporaryDirectory(prefix="maas-bench-") as folder:
        where = area
        if (area / "network" / "prepared").exists():
            where = Path(folder) / "area"
            shutil.copytree(area, where, ignore=shutil.ignore_patterns("prepared"))
        spent, told = _child("prepare", where)
        return told | {"peak_mib": spent["peak_mib"]}


def opened(area: Path) -> Figures:
    """Medians over fresh interpreters."""
    told = [_child("open", area)[1] for _ in range(_OPENED)]
    return {key: round(statistics.median(one[key] for one in told), 3) for key in told[0]}


def first(area: Path) -> Figures:
    """Medians over fresh interpreters."""
    told = [_child("ask", area)[1] for _ in range(5)]
    return {key: round(statistics.median(one[key] for one in told), 3) for key in told[0]}


def served(area: Path) -> Figures:
    """A server of the area, and the first two answers that it gives."""
    network = open_network(area / "network")
    on = busiest_weekday(network)
    network.prepare(on)
    a, b, _ = _searches(network)[0]
    question = {"from": {"stop_id": a}, "to": {"stop_id": b}, "at": f"{on.isoformat()}T09:00:00"}
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as cache, server(area, Path(cache), False) as (port, _):
        ready_s = time.perf_counter() - begun
        spent, _ = ask(port, [json.dumps(question).encode()] * 2)
    return {
        "ready_s": round(ready_s, 1), "first_answer_ms": round(spent[0]), "second_answer_ms": round(spent[1]),
    }  # fmt: skip


def shared(area: Path) -> Figures:
    """Two processes at once; each tells what it maps when both have searched."""
    return {f"process_{k + 1}": told for k, told in enumerate(_together("hold", area, 2))}


def cores(area: Path) -> Figures:
    """Queries a second, and what two have of one."""
    (one,) = _together("search", area, 1)
    two = _together("search", area, 2)
    (threads,) = _together("threads", area, 1)
    both = sum(told["per_s"] for told in two)
    by_cpu = 2 * statistics.mean(told["per_cpu_s"] for told in two)
    return {
        "one_process_per_s": one["per_s"], "two_processes_per_s": both,
        "processes_gain": round(both / one["per_s"], 2),
        "processes_gain_by_cpu_s": round(by_cpu / one["per_cpu_s"], 2),
        **threads,
    }  # fmt: skip


PARTS: dict[str, Callable[..., Figures]] = {
    "built": built, "prepared": prepared, "opened": opened, "first": first, "served": served,
    "shared": shared, "cores": cores,
}  # fmt: skip


def _child_prepare(area: Path) -> Figures:
    network = open_network(area / "network")
    on = busiest_weekday(network)
    begun, spent = time.perf_counter(), time.process_time()
    network.prepare(on)
    return {
        "date": on.isoformat(), "wall_s": round(time.perf_counter() - begun, 1),
        "cpu_s": round(time.process_time() - spent, 1),
    }  # fmt: skip


def _child_open(area: Path) -> Figures:
    begun, spent = time.perf_counter(), time.process_time()
    network = open_network(area / "network")
    opened_s, opened_cpu_s = time.perf_counter() - begun, time.process_time() - spent
    on = busiest_weekday(network)
    begun = time.perf_counter()
    network.on(on)
    return {
        "network_s": opened_s, "network_cpu_s": opened_cpu_s, "day_cut_s": time.perf_counter() - begun,
    }  # fmt: skip


def _child_ask(area: Path) -> Figures:
    from datetime import datetime
    from datetime import time as clock

    from maas.area.open import open_area
    from routing.query import Point, Query

    begun = time.perf_counter()
    planner = open_area(area).planner
    opened_s = time.perf_counter() - begun
    network = planner.network
    on = busiest_weekday(network)
    a, b, _ = _searches(network)[0]
    at = datetime.combine(on, clock(9), network.clock.instant(on, 0).tzinfo)
    stops, index = network.schedule.stops, network.stop_index
    start, end = (Point(float(stops.lat[index[s]]), float(stops.lon[index[s]]), s, (s,)) for s in (a, b))
    begun, spent = time.perf_counter(), time.process_time()
    planner.plan(Query(start, end, at))
    answered, cpu = time.perf_counter() - begun, time.process_time() - spent
    begun = time.perf_counter()
    planner.plan(Query(start, end, at))
    return {
        "area_opened_s": opened_s, "first_answer_s": answered, "first_answer_cpu_s": cpu,
        "second_answer_s": time.perf_counter() - begun,
    }  # fmt: skip


def _child_hold(area: Path) -> Figures:
    network, day, queries = _ready(area)
    _searched(day, queries, 0.0)
    _in_step()
    told = mapped(area)
    _in_step()  # nobody lets go before all have looked
    return told | {"stops": len(network.schedule.stops.ids)}


def _child_search(area: Path) -> Figures:
    _, day, queries = _ready(area)
    _searched(day, queries, 0.0)
    _in_step()
    begun, spent = time.perf_counter(), time.thread_time()
    done = _searched(day, queries, _ROUND_S)
    return {
        "per_s": round(done / (time.perf_counter() - begun), 1),
        "per_cpu_s": round(done / (time.thread_time() - spent), 1),
    }  # fmt: skip


def _child_threads(area: Path) -> Figures:
    _, day, queries = _ready(area)
    _searched(day, queries, 0.0)
    _in_step()
    told: Figures = {}
    for n in (1, 2):
        begun = time.perf_counter()
        with ThreadPoolExecutor(n) as pool:
            done = sum(pool.map(lambda k: _searched(day, queries[k:] + queries[:k], _ROUND_S), range(n)))
        told[f"threads_{n}_per_s"] = round(done / (time.perf_counter() - begun), 1)
    told["threads_gain"] = round(told["threads_2_per_s"] / told["threads_1_per_s"], 2)
    return told


CHILDREN: dict[str, Callable[[Path], Figures]] = {
    "prepare": _child_prepare, "open": _child_open, "ask": _child_ask, "hold": _child_hold,
    "search": _child_search, "threads": _child_threads,
}  # fmt: skip


def mapped(area: Path, process: str = "self") -> Figures:
    """MiB of an area's files in memory (Rss), its share of them (Pss); and both of all its pages."""
    under, total = str((area / "network").resolve()), dict.fromkeys(("Rss", "Pss"), 0)
    ours = False
    for line in Path(f"/proc/{process}/smaps").read_text(encoding="utf-8").splitlines():
        key, _, rest = line.partition(":")
        if key in total:
            total[key] += int(rest.split()[0]) if ours else 0
        elif "-" in key and " " in key:
            ours = under in line
    whole = {
        key: int(rest.split()[0])
        for key, _, rest in (
            line.partition(":")
            for line in Path(f"/proc/{process}/smaps_rollup").read_text(encoding="utf-8").splitlines()[1:]
        )
    }
    told = {f"mapped_{key.lower()}_mib": round(kib / 1024, 1) for key, kib in total.items()}
    return told | {f"all_{key.lower()}_mib": round(whole[key] / 1024, 1) for key in ("Rss", "Pss")}


def _searches(network: Network) -> list[Pair]:
    return make_pairs(network, network.on(busiest_weekday(network)), _PAIRS, 1)


def _ready(area: Path) -> tuple[Network, DayNetwork, list[tuple[Ends, Ends, int]]]:
    """The busiest weekday, prepared, and questions about it."""
    network = open_network(area / "network")
    on = busiest_weekday(network)
    network.prepare(on)
    day, planner = network.on(on), Planner(network)
    return (
        network,
        day,
        [
            (planner.at_stops((a,), day.forward), planner.at_stops((b,), day.backward), departure)
            for a, b, departure in _searches(network)
        ],
    )


def _searched(day: DayNetwork, queries: list[tuple[Ends, Ends, int]], seconds: float) -> int:
    """Ask all, again and again until so much time has gone; returns how many were asked."""
    searcher, done, begun = Searcher(), 0, time.perf_counter()
    while True:
        for access, egress, departure in queries:
            searcher.arrivals(day.forward, access, egress, departure, VEHICLES_MAX)
            done += 1
            if seconds and time.perf_counter() - begun >= seconds:
                return done
        if not seconds:
            return done


def _in_step() -> None:
    """Tell the parent that one is here, and wait until all are."""
    print("here", flush=True)
    sys.stdin.readline()


def _together(child: str, area: Path, n: int) -> list[Figures]:
    """Several children at once, kept in step."""
    processes = [
        subprocess.Popen(
            _command(child, area), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        for _ in range(n)
    ]
    told: list[Figures] = []
    try:
        while len(told) < n:
            lines = []
            for process in processes:
                assert process.stdout is not None
                lines.append(process.stdout.readline().strip())
            if lines[0] != "here":
                told = [json.loads(line) for line in lines]
                continue
            for process in processes:
                assert process.stdin is not None
                process.stdin.write("on\n")
    finally:
        for process in processes:
            process.communicate(timeout=60)
    return told


def _child(child: str, area: Path) -> tuple[Figures, Figures]:
    spent, out = _spent(_command(child, area))
    return spent, json.loads(out.splitlines()[-1])


def _command(child: str, area: Path) -> list[str]:
    return [sys.executable, "-m", "benchmarks.area", "--area", str(area), "--child", child]


def _spent(command: list[str]) -> tuple[Figures, str]:
    """Run a process of its own: wall and CPU seconds, peak memory; and what it printed."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    out = process.stdout.read().decode()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return _use(time.perf_counter() - begun, used), out


def _use(wall_s: float, used: resource.struct_rusage) -> Figures:
    return {
        "wall_s": round(wall_s, 1), "cpu_s": round(used.ru_utime + used.ru_stime, 1),
        "peak_mib": round(used.ru_maxrss / 1024),
    }  # fmt: skip


def _beside(name: str) -> Path:
    return Path(sys.executable).parent / name


def _lines(figures: Figures) -> str:
    return "\n".join(f"{part}: {json.dumps(told)}" for part, told in figures.items())


if __name__ == "__main__":
    main()
