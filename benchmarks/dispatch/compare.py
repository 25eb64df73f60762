"""`python -m benchmarks.dispatch.compare --set cordeau|lilim100|lilim200|sartori --seconds S [--peers …]`.

Every tool gets the same instances and seconds in one run; one checker judges all. Prints one JSON line for
each instance and tool, and a summary line for each tool at the end.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from typing import Any

from benchmarks.checker import judge
from benchmarks.dispatch.best_known import Known, instances
from benchmarks.dispatch.ours import CLOCKS, solve, warm_up
from benchmarks.dispatch.peers import PEERS, Clock, Routes
from benchmarks.instances import Instance, read


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.dispatch.compare",
        description="Give one set of instances to us and to peers, and judge all plans by one checker.",
    )
    parser.add_argument("--set", required=True, choices=["cordeau", "lilim100", "lilim200", "sartori"])
    parser.add_argument("--seconds", required=True, type=float)
    parser.add_argument("--every", type=int, default=1, help="only every n-th instance (default: all)")
    parser.add_argument("--only", default="", help="comma separated names of instances, instead of --every")
    parser.add_argument(
        "--clock", choices=sorted(CLOCKS), default="wall", help="of our own search and of PyVRP"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--peers", default="", help="comma separated: ortools,pyvrp,vroom")
    parser.add_argument("--peers-every", type=int, default=1, help="peers get only every n-th of those")
    options = parser.parse_args(arguments)
    peers = [name for name in options.peers.split(",") if name]
    if unknown := set(peers) - set(PEERS):
        print(f"--peers: {sorted(unknown)} are none of {sorted(PEERS)}", file=sys.stderr)
        return 2
    chosen = instances(options.set)
    if options.only:
        by_name = {known.path.stem: known for known in chosen}
        if missing := set(options.only.split(",")) - set(by_name):
            print(f"--only: {sorted(missing)} are not in {options.set}", file=sys.stderr)
            return 2
        chosen = [by_name[name] for name in options.only.split(",")]
    else:
        chosen = chosen[:: options.every]
    warm_up()
    rows: list[dict[str, Any]] = []
    for k, known in enumerate(chosen):
        instance = read(known.form, known.path)
        tools: dict[str, Any] = {"ours": lambda one, s, _: solve(one, s, options.seed, options.clock)}
        if k % options.peers_every == 0:
            tools |= {name: PEERS[name] for name in peers}
        for name, tool in tools.items():
            rows.append(_row(name, known, instance, tool, options.seconds, CLOCKS[options.clock]))
            print(json.dumps(rows[-1]), flush=True)
    for name in ["ours", *peers]:
        print(json.dumps(summary(name, [row for row in rows if row["tool"] == name])), flush=True)
    return 0


def _row(
    name: str, known: Known, instance: Instance, tool: Any, seconds: float, clock: Clock
) -> dict[str, Any]:
    begun = time.perf_counter()
    routes: Routes | None = tool(instance, seconds, clock)
    took = time.perf_counter() - begun
    row: dict[str, Any] = {
        "tool": name, "instance": known.path.stem, "best_vehicles": known.vehicles, "best_cost": known.cost,
        "seconds": round(took, 2), "load": round(os.getloadavg()[0], 1), "feasible": False,
    }  # fmt: skip
    if routes is None:
        return row
    verdict = judge(instance, routes)
    same = known.vehicles in (0, verdict.vehicles)
    row |= {"feasible": verdict.feasible, "vehicles": verdict.vehicles, "cost": round(verdict.cost, 2)}
    if verdict.feasible and same:
        row["gap"] = round(verdict.cost / known.cost - 1.0, 5)
    return row


def summary(name: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Share of best vehicle counts, and gaps where they match."""
    gaps = [row["gap"] for row in rows if "gap" in row]
    fewest = [r for r in rows if r["feasible"] and r["vehicles"] <= r["best_vehicles"]]
    return {
        "summary": name,
        "instances": len(rows),
        "feasible": sum(row["feasible"] for row in rows),
        "best_vehicles": len(fewest) if rows and rows[0]["best_vehicles"] else None,
        "mean_gap": round(statistics.fmean(gaps), 5) if gaps else None,
        "median_gap": round(statistics.median(gaps), 5) if gaps else None,
        "worst_gap": round(max(gaps), 5) if gaps else None,
        "median_seconds": statistics.median(r["seconds"] for r in rows) if rows else None,
    }


if __name__ == "__main__":
    sys.exit(main())
