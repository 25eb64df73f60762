"""A network built anew from other feeds over the streets of an area that is open, in a process of its own.

The open area is only read. Building takes seconds to a minute of one core and must not slow those who are
planning, so it happens in a fresh process, which hands over a folder that opens in an instant.
"""

from __future__ import annotations

import multiprocessing
import shutil
from pathlib import Path

import msgspec

from gtfs.errors import FeedError
from gtfs.model.fares import FareTables
from gtfs.model.schedule import Schedule
from gtfs.schedule.fares import read_fares
from gtfs.schedule.merge import merge
from gtfs.schedule.reader import read_feed
from gtfs.schedule.typed import to_schedule
from maas.area.shapes import along_streets
from maas.errors import AreaError
from routing.adapters.snapshot import open_network, save_network
from routing.network import Network, build_network
from routing.waysides import with_waysides

__all__ = ["FARES", "over_streets", "read_tables", "renew"]

_FAILED = "why-not.txt"
SECONDS_MAX = 900.0
FARES = "fares.msgpack"


def renew(area: Path, feeds: dict[str, Path], out: Path) -> None:
    """The network of `feeds` (prefix -> zip) over the streets of `area`, with its fares, saved at `out`.

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


def read_tables(path: Path) -> dict[str, FareTables]:
    """The fares beside a network. Raises FileNotFoundError, msgspec.DecodeError."""
    return msgspec.msgpack.decode(path.read_bytes(), type=dict[str, FareTables])


def over_streets(schedule: Schedule, streets: Network) -> Network:
    """A schedule compiled over the streets of an open network."""
    if streets.graph is not None:
        schedule = along_streets(schedule, streets.graph)
    schedule = with_waysides(schedule, streets.graph, streets.street_names)
    return build_network(schedule, streets.graph, streets.street_names)


def _build(area: Path, feeds: dict[str, Path], out: Path, why: Path) -> None:
    try:
        parts, fares = [], {}
        for prefix, path in sorted(feeds.items()):
            feed = read_feed(path)
            parts.append((prefix, to_schedule(feed, on_demand_alone=len(feeds) > 1)))
            fares[prefix if len(feeds) > 1 else ""] = read_fares(feed)
        network = over_streets(merge(parts), open_network(area / "network"))
    except FeedError as error:
        why.write_text(str(error), encoding="utf-8")
        return
    shutil.rmtree(out, ignore_errors=True)
    save_network(network, out)
    (out / FARES).write_bytes(msgspec.msgpack.encode({prefix: f for prefix, f in fares.items() if f}))
