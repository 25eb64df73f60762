"""The GTFS-Flex services of the feeds that an area plans with.

Those of published feeds are read when the network made of them is put in, and belong to it; those of the
feeds that the area was built from, when somebody first asks.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from weakref import WeakKeyDictionary
from zipfile import BadZipFile, ZipFile

from gtfs.errors import FeedError
from gtfs.flex.read import FlexRide, Zone, flex_rides
from gtfs.schedule.reader import read_feed
from maas.area.manifest import SOURCES
from maas.area.open import Area
from maas.bridges.by_request import FlexMover
from maas.bridges.movers import Walker
from routing.network import Network

__all__ = ["flex_movers", "flex_of", "take_flex"]

_log = logging.getLogger(__name__)
_MEMBERS = {"locations.geojson", "location_groups.txt"}
Routes = tuple[tuple[FlexRide, ...], ...]
"""Rides of each route that runs on request."""
_published: WeakKeyDictionary[Network, Routes] = WeakKeyDictionary()


def flex_movers(area: Area, walker: Walker, now_s: Callable[[], int]) -> list[FlexMover]:
    """One for each route that runs on request."""
    network = area.planner.network
    return [
        FlexMover(rides, network.schedule, network.stop_index, network.clock, walker, now_s)
        for rides in flex_of(area, network)
    ]


def flex_of(area: Area, network: Network) -> Routes:
    """What runs on request beside this network's timetable."""
    found = _published.get(network)
    if found is not None:
        return found
    sources = area.folder / SOURCES  # of an area with rides on request all that it was built from
    folder = sources if sources.is_dir() else area.folder / "feeds"
    stamps = [(path, path.stat()) for path in sorted(folder.glob("*.zip"))]
    return _own(tuple((path, stat.st_mtime_ns, stat.st_size) for path, stat in stamps))


def take_flex(network: Network, feeds: Mapping[str, Path]) -> None:
    """Remember what runs on request by the feeds (prefix -> zip) that a network was made of."""
    _published[network] = _by_route(feeds)


@lru_cache(maxsize=4)
def _own(stamped: tuple[tuple[Path, int, int], ...]) -> Routes:
    return _by_route({path.stem: path for path, *_ in stamped})


def _by_route(feeds: Mapping[str, Path]) -> Routes:
    found: dict[str, list[FlexRide]] = defaultdict(list)
    for name, path in sorted(feeds.items()):
        if not _has_flex(path):
            continue
        prefix = f"{name}:" if len(feeds) > 1 else ""
        try:
            rides = flex_rides(read_feed(path, require=()))
        except FeedError as error:
            _log.warning("%s: its rides on request are left out: %s", path.name, error)
            continue
        for ride in rides:
            found[prefix + ride.route_id].append(_prefixed(ride, prefix))
    return tuple(tuple(rides) for rides in found.values())


def _has_flex(path: Path) -> bool:
    try:
        with ZipFile(path) as feed:
            return not _MEMBERS.isdisjoint(Path(name).name for name in feed.namelist())
    except (BadZipFile, OSError):
        return False


def _prefixed(ride: FlexRide, prefix: str) -> FlexRide:
    if not prefix:
        return ride

    def zone(one: Zone) -> Zone:
        return replace(one, stop_ids=tuple(prefix + stop for stop in one.stop_ids))

    return replace(
        ride,
        trip_id=prefix + ride.trip_id,
        route_id=prefix + ride.route_id,
        service_id=prefix + ride.service_id,
        pickup=replace(ride.pickup, zone=zone(ride.pickup.zone)),
        drop_off=replace(ride.drop_off, zone=zone(ride.drop_off.zone)),
    )
