"""The GTFS-Flex services of an area's feeds, read when somebody first asks."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from gtfs.errors import FeedError
from gtfs.flex.read import FlexRide, Zone, flex_rides
from gtfs.schedule.reader import read_feed
from maas.area.open import Area
from maas.bridges.by_request import FlexMover
from maas.bridges.movers import Walker

__all__ = ["flex_movers"]

_log = logging.getLogger(__name__)
_MEMBERS = {"locations.geojson", "location_groups.txt"}


def flex_movers(area: Area, walker: Walker, now_s: Callable[[], int]) -> list[FlexMover]:
    """One for each route that runs on request."""
    network = area.planner.network
    return [
        FlexMover(rides, network.schedule, network.stop_index, network.clock, walker, now_s)
        for rides in _by_route(area.folder / "feeds")
    ]


@lru_cache(maxsize=4)
def _by_route(folder: Path) -> tuple[tuple[FlexRide, ...], ...]:
    paths = sorted(folder.glob("*.zip"))
    found: dict[str, list[FlexRide]] = defaultdict(list)
    for path in paths:
        if not _has_flex(path):
            continue
        prefix = f"{path.stem}:" if len(paths) > 1 else ""
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
