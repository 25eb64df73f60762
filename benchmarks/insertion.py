"""`python -m benchmarks.insertion --vehicles 1000 --json`: how long the exact insertion over all plans takes.

Every vehicle has six stops in its plan on average. `kernel` is the search over all vehicles alone, `quote`
the whole question with stops, promise and hold, and its cancellation is not counted. `kernel_computing` is
the kernel's time without waiting for a core, which on a quiet machine is the same.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import time
from typing import Any

import numpy as np

from benchmarks.town import NINE, fill, make_city, random_wish
from fleet.dispatch.shuttle import Shuttle
from fleet.model.ride import Offer


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.insertion", description=__doc__)
    parser.add_argument("--vehicles", type=int, default=1000)
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    figures = measure(options.vehicles, options.requests)
    if options.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:20} {value}")
    return 0


def measure(vehicles: int, requests: int) -> dict[str, Any]:
    """Medians and tails in milliseconds, memory in MiB."""
    city = make_city(vehicles)
    fill(city, 6)
    stops = float(city.state.plans.board.size.mean())
    kernel, computing, quote = _times(city, requests)
    return {
        "vehicles": vehicles,
        "stops_each": round(stops, 2),
        "requests": requests,
        "kernel_ms": _tail(kernel),
        "kernel_computing_ms": _tail(computing),
        "quote_ms": _tail(quote),
        "memory_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "load": round(os.getloadavg()[0], 1),
    }


def _times(city: Shuttle, requests: int) -> tuple[list[float], list[float], list[float]]:
    """Milliseconds of each search by the wall and in computing, and of each quote by the wall."""
    random = np.random.default_rng(7)
    state = city.state
    kernel: list[float] = []
    computing: list[float] = []
    quote: list[float] = []
    for k in range(requests + 20):
        wish = random_wish(random, NINE)
        ends = [state.asks.candidates(wish, end, 480, 3) for end in (wish.origin, wish.destination)]
        ask = state.asks.ask(wish, ends[0], ends[1], state.matrix, state.duties[0].model, NINE, state.epoch_s)
        if ask is None:
            continue
        computed, begun = time.thread_time(), time.perf_counter()
        state.plans.best(ask, NINE)
        searched, computed = time.perf_counter(), time.thread_time() - computed
        answer = city.quoting.quote(wish, NINE)
        done = time.perf_counter()
        if isinstance(answer, Offer):
            city.quoting.cancel(answer.ride_id, NINE)
        if k >= 20:  # the first ones load the compiled kernels
            kernel.append((searched - begun) * 1000)
            computing.append(computed * 1000)
            quote.append((done - searched) * 1000)
    return kernel, computing, quote


def _tail(times: list[float]) -> dict[str, float]:
    p50, p99 = np.percentile(times, [50, 99])
    return {"median": round(float(p50), 4), "p99": round(float(p99), 4), "max": round(max(times), 4)}


if __name__ == "__main__":
    sys.exit(main())
