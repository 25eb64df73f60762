"""The router's side of publishing: the area's network with published feeds in it, swapped while it runs."""

from __future__ import annotations

import hashlib
import logging
import shutil
import tempfile
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import compress
from pathlib import Path

import msgspec
import numpy as np

from gtfs.errors import FeedError
from gtfs.model.fares import FareTables
from gtfs.model.schedule import WAYSIDE
from gtfs.schedule.feed import Feed
from gtfs.schedule.merge import merge
from gtfs.schedule.reader import read_feed
from gtfs.schedule.typed import to_schedule
from maas.area.open import Area
from maas.area.renew import FARES, over_streets, read_tables, renew
from maas.errors import AreaError
from maas.feeds import store
from maas.feeds.errors import BadDocument
from maas.feeds.ports import Network
from maas.feeds.publish import Publisher, Release
from maas.places.gather import stop_places
from maas.wiring.flex import take_flex
from routing.adapters.snapshot import SnapshotError, open_network
from routing.fares import FarePricer
from routing.network import Network as CompiledNetwork
from routing.planner import PlanError, Planner
from routing.query import Point, Query

__all__ = ["Asked", "LiveNetworks"]

_log = logging.getLogger(__name__)
_KEPT = 3
_M_PER_DEGREE = 111_195.0
_NEAR_M = 1_500.0


class Asked:
    """Implements `maas.feeds.ports.Network` over a planner."""

    def __init__(self, planner: Planner, only: str) -> None:
        self._planner = planner
        self._prefix = f"{only}:" if only else ""  # a single feed's ids stand without its prefix

    def minutes(
        self, origin: tuple[float, float], destination: tuple[float, float], at: datetime
    ) -> float | None:
        """Minutes until arrival when leaving at `at`, walking included; None if there is no way."""
        try:
            first = self._planner.soonest_at(Query(self._point(origin), self._point(destination), at=at))
        except PlanError:
            return None
        return None if first is None else (first - at) / timedelta(minutes=1)

    def _point(self, place: tuple[float, float]) -> Point:
        """The place, or the stop nearest to it where it lies off the street map."""
        network = self._planner.network
        if network.streets.on_map(*place):
            return Point(*place, "")
        stops = network.schedule.stops
        east = (stops.lon - place[1]) * np.cos(np.radians(place[0]))
        metres = np.hypot(stops.lat - place[0], east) * _M_PER_DEGREE
        metres[~(stops.location_type <= 1)] = np.inf
        nearest = int(np.nanargmin(metres))
        return Point(*place, "", (stops.ids[nearest],) if metres[nearest] <= _NEAR_M else ())

    def served(self) -> set[str]:
        """Stops at which a vehicle calls on some day."""
        schedule = self._planner.network.published
        called = np.unique(schedule.stop_times.stop)
        ids = schedule.stops.ids
        return {self._prefix + ids[k] for k in called.tolist() if 0 <= k < len(ids)}

    def places(self) -> dict[str, tuple[str, float, float]]:
        """Stop -> name, latitude, longitude."""
        stops = self._planner.network.schedule.stops
        rows = zip(stops.ids, stops.names, stops.lat.tolist(), stops.lon.tolist(), strict=True)
        published = (stops.location_type != WAYSIDE).tolist()
        return {self._prefix + stop: (name, lat, lon) for stop, name, lat, lon in compress(rows, published)}


class LiveNetworks:
    """Implements `maas.feeds.ports.Networks` for an open area."""

    def __init__(self, area: Area, publisher: Publisher, cache: Path) -> None:
        self._area = area
        self._publisher = publisher
        self._cache = cache / f"{area.manifest.id}-networks"
        self._lock = threading.Lock()
        self._now = ""

    def current(self) -> Network:
        """What is asked at present."""
        feeds = {*self._own(), *(r.feed_id for r in self._publisher.all_live(in_planner=True))}
        return Asked(self._area.planner, next(iter(feeds)) if len(feeds) == 1 else "")

    def trial(self, feed_id: str, feed: Feed) -> Network:
        """The present network with this feed in the place of what is published of it."""
        parts = []
        with self._files(without=feed_id) as files:
            try:
                for prefix, path in files.items():
                    parts.append((prefix, to_schedule(read_feed(path), on_demand_alone=True)))
                parts.append((feed_id, to_schedule(feed, on_demand_alone=bool(files))))
                schedule = merge(sorted(parts, key=lambda p: p[0]))
            except FeedError as error:
                raise BadDocument(str(error)) from error
        trial = Planner(over_streets(schedule, self._area.planner.network))
        return Asked(trial, feed_id if len(parts) == 1 else "")

    def replace(self) -> bool:
        """Plan with what is published now; False if that is so already.

        Raises AreaError if it cannot be built: the old network stays.
        """
        with self._lock:
            releases = self._publisher.all_live(in_planner=True)
            key = self._key(releases)
            own = self._is_own(releases)
            if key == self._now or (not self._now and own):
                self._now = key
                return False
            network, fares = self._own_network() if own else self._network(key)
            if not own:
                with self._files() as files:
                    take_flex(network, files)
            self._area.fares.replace(FarePricer(network.schedule, fares))
            self._area.planner.replace(network)
            self._area.places.replace_stops(stop_places(network.schedule))
            self._now = key
            if not own:
                self._forget(keep=key)
            _log.info("the router plans with %s", ", ".join(f"{r.feed_id}@{r.number}" for r in releases))
            return True

    def _own_network(self) -> tuple[CompiledNetwork, dict[str, FareTables]]:
        folder = self._area.folder
        return open_network(folder / "network"), read_tables(folder / FARES)

    def _network(self, key: str) -> tuple[CompiledNetwork, dict[str, FareTables]]:
        out = self._cache / key
        try:
            return open_network(out), read_tables(out / FARES)
        except (SnapshotError, OSError, msgspec.DecodeError):
            with self._files() as files:
                renew(self._area.folder, files, out)
        return open_network(out), read_tables(out / FARES)

    def watch(self, told: Callable[[str], None]) -> None:
        """Replace, and tell what went wrong instead of raising it."""
        try:
            self.replace()
        except AreaError as error:
            told(f"the published feeds cannot be planned with: {error}")

    def _key(self, releases: list[Release]) -> str:
        text = "\n".join(f"{r.feed_id} {r.sha256}" for r in releases)
        return hashlib.sha256(f"{self._area.manifest.fingerprint}\n{text}".encode()).hexdigest()[:24]

    def _own(self) -> dict[str, Path]:
        return {path.stem: path for path in sorted((self._area.folder / "feeds").glob("*.zip"))}

    def _is_own(self, releases: list[Release]) -> bool:
        """Whether what is published is just what the area was built from."""
        own = self._own()
        for release in releases:
            path = own.get(release.feed_id)
            if path is None:
                return False
            with self._publisher.house.database.read() as connection:
                source = store.get_version(connection, release.feed_id, release.number).source
            if source != own_source(path):
                return False
        return True

    def _files(self, without: str = "") -> _Files:
        return _Files(self._publisher, self._own(), without)

    def _forget(self, keep: str) -> None:
        folders = sorted(
            (p for p in self._cache.iterdir() if p.is_dir() and p.name != keep),
            key=lambda p: p.stat().st_mtime,
        )
        for folder in folders[: -(_KEPT - 1) or None]:
            shutil.rmtree(folder, ignore_errors=True)


class _Files:
    """Zips of the feeds to plan with while the block lasts: the area's own, or what was published of them."""

    def __init__(self, publisher: Publisher, own: dict[str, Path], without: str) -> None:
        self._publisher = publisher
        self._own = own
        self._without = without
        self._folder = tempfile.TemporaryDirectory(prefix="maas-feeds-")

    def __enter__(self) -> dict[str, Path]:
        files = dict(self._own)
        for release in self._publisher.all_live(in_planner=True):
            path = Path(self._folder.name) / f"{release.feed_id}.zip"
            path.write_bytes(self._publisher.archive(release))
            files[release.feed_id] = path
        files.pop(self._without, None)
        return files

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()


def own_source(path: Path) -> str:
    """How a version says that it is a feed that the area was built from."""
    return f"area:{hashlib.sha256(path.read_bytes()).hexdigest()[:16]}"
