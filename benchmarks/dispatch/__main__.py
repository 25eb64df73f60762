"""`python -m benchmarks.dispatch --format cordeau|lilim|sartori --instance F --seconds S [--seed N] --json`.

Plans one instance with the fleet's improver and lets the checker judge the plan. The clock starts after the
kernels were compiled (or loaded from their cache) on a tiny instance of the same kind.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from benchmarks.checker import judge
from benchmarks.dispatch.ours import CLOCKS, solve, warm_up
from benchmarks.instances import FORMATS, InstanceError, read


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 if the plan is feasible, 1 if not, 2 for bad input."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.dispatch",
        description="Plan one pickup-and-delivery instance and judge the plan.",
        epilog="The clock starts after a warm-up on a tiny instance, so that compiling is not counted.",
    )
    parser.add_argument(
        "--format", required=True, choices=sorted(FORMATS), help="format of the instance file"
    )
    parser.add_argument("--instance", required=True, type=Path, help="the instance file")
    parser.add_argument("--seconds", required=True, type=float, help="time to plan, after the warm-up")
    parser.add_argument("--seed", type=int, default=0, help="seed of the search (default 0)")
    parser.add_argument(
        "--clock",
        choices=sorted(CLOCKS),
        default="wall",
        help="count seconds on the wall, or of this process's own computing (for a shared machine)",
    )
    parser.add_argument("--json", action="store_true", help="print one line of JSON and nothing else")
    options = parser.parse_args(arguments)
    if not options.seconds > 0:
        print(f"--seconds {options.seconds}: must be more than 0", file=sys.stderr)
        return 2
    try:
        instance = read(options.format, options.instance)
    except InstanceError as error:
        print(str(error), file=sys.stderr)
        return 2
    warm_up()
    begun = time.perf_counter()
    routes = solve(instance, options.seconds, options.seed, options.clock)
    took = time.perf_counter() - begun
    verdict = judge(instance, routes)
    if options.json:
        answer = {
            "vehicles": verdict.vehicles,
            "cost": verdict.cost if verdict.feasible else None,
            "feasible": verdict.feasible,
            "routes": [list(route) for route in routes],
        }
        print(json.dumps(answer))
    else:
        print(f"{instance.name}: {verdict.vehicles} vehicles, cost {verdict.cost:.2f}, {took:.1f} s")
        for fault in verdict.faults:
            print(f"  broken: {fault}")
    return 0 if verdict.feasible else 1


if __name__ == "__main__":
    sys.exit(main())
