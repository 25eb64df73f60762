"""Stop to stop beside two planners from npm, minotor and raptor-journey-planner, in one run.

    python -m benchmarks.peers --area build/hart --gtfs ../shared/data/hart.zip --pairs build/hart.csv --json

Both are installed into a temporary folder by npm, know no streets, and get the feed with our interpolated
stop times (one of them refuses blank ones). Both tell one journey, the soonest; ours are `Searcher.soonest`
(rides of the best journey) and `Searcher.journeys` (of every Pareto-optimal one), in CPU time of the thread.
Theirs is wall time of their only thread, after ten questions to warm up.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.door import filled
from benchmarks.routing import VEHICLES_MAX, busiest_weekday, read_pairs
from routing.adapters.snapshot import open_network
from routing.planner import Planner

_PEERS = ("minotor@1.0.7", "raptor-journey-planner@2.2.3")
_SCRIPT = Path(__file__).parent / "peers_node" / "run.cjs"


def main() -> None:
    """Print one line a planner."""
    parser = argparse.ArgumentParser(prog="benchmarks.peers", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--area", type=Path, required=True, help="built from the same feed")
    parser.add_argument("--gtfs", type=Path, required=True)
    parser.add_argument(
        "--pairs", type=Path, required=True, help="as made by benchmarks.routing --make-pairs"
    )
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    network = open_network(options.area / "network")
    on = busiest_weekday(network)
    told = [*ours(options.area, options.pairs, on, options.count), *_theirs(options, on)]
    for figures in told:
        print(json.dumps(figures) if options.json else figures)


def ours(area: Path, pairs: Path, on: date, count: int) -> list[dict[str, Any]]:
    """Times of the best journey and of all, on a prepared day."""
    network = open_network(area / "network")
    network.prepare(on)
    day, planner = network.on(on), Planner(network)
    searcher = planner.searcher()
    asked = [
        (planner.at_stops((a,), day.forward), planner.at_stops((b,), day.backward), departure)
        for a, b, departure in read_pairs(pairs)[:count]
    ]
    told: list[dict[str, Any]] = []
    for search in (searcher.soonest, searcher.journeys):
        spent: list[float] = []
        answered = 0
        for warm in (True, False):
            for access, egress, departure in asked[:10] if warm else asked:
                begun = time.thread_time()
                found = search(day, access, egress, departure, arrive_by=False, vehicles_max=VEHICLES_MAX)
                if not warm:
                    spent.append(1e3 * (time.thread_time() - begun))
                    answered += bool(found)
        told.append(
            {
                "peer": f"ours, {search.__name__}", "pairs": len(asked), "answered": answered,
                "median_ms": round(float(np.median(spent)), 3),
                "p95_ms": round(float(np.percentile(spent, 95)), 3),
            }
        )  # fmt: skip
    return told


def _theirs(options: argparse.Namespace, on: date) -> list[dict[str, Any]]:
    """What the script tells of each peer; a peer that cannot read the feed says why."""
    with tempfile.TemporaryDirectory(prefix="maas-peers-") as folder:
        feed = shutil.make_archive(
            str(Path(folder) / "feed"), "zip", filled(options.gtfs, Path(folder) / "fed")
        )
        install = ["npm", "install", "--no-audit", "--no-fund", "--silent", "--prefix", folder, *_PEERS]
        subprocess.run(install, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300)
        command = [
            "node",
            str(_SCRIPT),
            feed,
            str(options.pairs.resolve()),
            on.isoformat(),
            str(options.count),
        ]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode:
        sys.stderr.write(done.stderr[-2000:])
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


if __name__ == "__main__":
    main()
