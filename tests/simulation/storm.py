"""More seeded runs than CI has time for: `python tests/simulation/storm.py --runs 3000 --first 100000`."""

# ruff: noqa: E402, T201
from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parent)]

from test_simulation_faults import batch

AT_ONCE = 50


def main() -> None:
    """Run, compare all books after every run, and say what became of the bundles."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--first", type=int, default=100_000, help="the first seed")
    asked = parser.parse_args()
    states: Counter[str] = Counter()
    deaths, start = 0, time.perf_counter()
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        for first in range(asked.first, asked.first + asked.runs, AT_ONCE):
            count = min(AT_ONCE, asked.first + asked.runs - first)
            world = batch(f"sqlite:///{folder}/{first}.sqlite", first, count)
            deaths += world.deaths
            states.update(bundle.state.value for bundle in world.all_bundles())
            world.database.close()
    seconds = time.perf_counter() - start
    print(f"{asked.runs} runs, {deaths} deaths, {dict(states)}; all books agree; {seconds:.0f} s")


if __name__ == "__main__":
    main()
