"""A network built anew from other feeds over the streets of an area that is open, in a process of its own.

The open area is only read. Building takes seconds to a minute of one core and must not slow those who are
planning, so it happens in a fresh process, which hands over a folder that opens in an instant.
"""

from __future__ import annotations

import multiprocessing
import shutil
from pathlib import Path

from gtfs.errors import FeedError
from gtfs.model.schedule import Schedule
from gtfs.schedule.merge import merge
from gtfs.schedule.reader import read_feed
from gtfs.schedule.typed import to_schedule
from maas.area.shapes import along_streets
from maas.errors import AreaError
from routing.adapters.snapshot import open_network, save_network
from routing.network import Network, build_network

__all__ = ["over_streets", "renew"]

_FAILED = "why-not.txt"
SECONDS_MAX = 900.0


def renew(area: Path, feeds: dict[str, Path], out: Path) -> Network:
    """The network of `feeds` (prefix -> zip) over the streets of `area`, saved at `out` and opened.

    Raises AreaError that says why if it cannot be built; what is at `out` stays as it was then.
    """
    why = out.with_name(f".{out.name}.{_FAILED}")
    why.parent.mkdir(parents=True, exist_ok=True)
    why.unlink(missing_ok=True)
    process = multiprocessing.get_context("spawn").Process(
        target=_build, args=(area, feeds, out, why), daemon=True
    )
    process.start()
    process.join(SECONDS_MAX)
    if process.is_alive():
        process.kill()
        process.join()
        raise AreaError(f"the network was not built after {SECONDS_MAX:.0f} s; plan with the old one")
    if why.exists():
        message = why.read_text(encoding="utf-8")
        why.unlink()
        raise AreaError(message)
    if process.exitcode != 0:
        raise AreaError(f"building the network ended with {process.exitcode}; plan with the old one")
    return open_network(out)


def over_streets(schedule: Schedule, streets: Network) -> Network:
    """A schedule compiled over the streets of an open network."""
    if streets.graph is not None:
        schedule = along_streets(schedule, streets.graph)
    return build_network(schedule, streets.graph, streets.street_names)


def _build(area: Path, feeds: dict[str, Path], out: Path, why: Path) -> None:
    try:
        parts = [(prefix, to_schedule(read_feed(path))) for prefix, path in sorted(feeds.items())]
        network = over_streets(merge(parts), open_network(area / "network"))
    except FeedError as error:
        why.write_text(str(error), encoding="utf-8")
        return
    shutil.rmtree(out, ignore_errors=True)
    save_network(network, out)
