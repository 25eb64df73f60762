"""More seeded runs than CI has time for: `python tests/simulation/storm.py --runs 3000 --first 100000`.

`--deaths` kills a process at every point of changing and giving back instead. `--db postgresql` starts a
server of its own and gives every fifty runs a database of their own.
"""

# ruff: noqa: E402, T201
from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS.parent), str(TESTS / "simulation"), str(TESTS / "maas" / "services")]

from sqlalchemy import create_engine
from test_simulation_faults import batch
from test_simulation_kill import die_in_changes

from benchmarks.ledger import private_postgresql

AT_ONCE = 50


@contextmanager
def databases(kind: str) -> Iterator[Callable[[int], str]]:
    """What makes an empty database for a first seed."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
            yield lambda first: f"sqlite:///{folder}/{first}.sqlite"
        return
    with private_postgresql() as url:
        server = url.replace("postgresql://", "postgresql+psycopg://")
        engine = create_engine(server, isolation_level="AUTOCOMMIT")

        def made(first: int) -> str:
            with engine.connect() as connection:
                connection.exec_driver_sql(f"CREATE DATABASE storm_{first}")
            return f"{url.rpartition('/')[0]}/storm_{first}"

        yield made
        engine.dispose()


def main() -> None:
    """Run, compare all books after every run, and say what became of the bundles."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--db", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--first", type=int, default=100_000, help="the first seed")
    parser.add_argument(
        "--deaths", action="store_true", help="kill -9 at every point of a change and a return"
    )
    asked = parser.parse_args()
    if asked.deaths:
        with databases(asked.db) as made:
            print(f"{die_in_changes(made(0), 1)} deaths in changes and cancellations; all books agree")
        return
    states: Counter[str] = Counter()
    deaths, start = 0, time.perf_counter()
    with databases(asked.db) as made:
        for first in range(asked.first, asked.first + asked.runs, AT_ONCE):
            count = min(AT_ONCE, asked.first + asked.runs - first)
            world = batch(made(first), first, count)
            deaths += world.deaths
            states.update(bundle.state.value for bundle in world.all_bundles())
            world.database.close()
    seconds = time.perf_counter() - start
    print(f"{asked.runs} runs, {deaths} deaths, {dict(states)}; all books agree; {seconds:.0f} s")


if __name__ == "__main__":
    main()
