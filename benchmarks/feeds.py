"""How long a large feed takes into the store, and out again.

python -m benchmarks.feeds --feed ../shared/data/japan/tokyo-rail.gtfs.zip
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from pathlib import Path

from maas.feeds import store
from maas.feeds.model import SYSTEM, About
from maas.wiring.feeds import open_house
from storage.database import Database

_SAMPLE = Path("../shared/data/japan/tokyo-rail.gtfs.zip")


def main() -> None:
    """Measure once and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feed", type=Path, default=_SAMPLE)
    parser.add_argument("--database", help="a PostgreSQL URL; a new SQLite file if left out")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = Database.open(asked.database or f"sqlite:///{folder}/bench.sqlite")
        house = open_house(database)
        name = f"bench-{time.time_ns()}"
        about = About(title={"ja": name})
        database.run(
            lambda c: store.create_feed(
                c, name, "bench", about, in_planner=False, now=house.clock(), actor="bench"
            )
        )
        figures = {}
        for act, work in (
            ("ingest_s", lambda: house.import_file(name, asked.feed, SYSTEM)),
            ("ingest_again_s", lambda: house.import_file(name, asked.feed, SYSTEM)),
            ("read_s", lambda: house.feed(name, 1)),
            ("export_s", lambda: house.export(name, 1)),
        ):
            begun = time.perf_counter()
            work()
            figures[act] = round(time.perf_counter() - begun, 3)
        database.close()
    figures["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
