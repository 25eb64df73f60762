"""What this process publishes as open data, all of it from the state by which it dispatches.

GTFS-Realtime messages are made together, at one instant, and kept for a few seconds: whoever fetches the
three of them one after the other gets three views of the same moment.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from fleet.errors import NotOwner
from fleet.vehicles.telemetry import Kind, LiveState
from gtfs.flex.build import flex_feed
from gtfs.flex.model import Form
from gtfs.gbfs.feeds import manifest, system_files
from gtfs.gbfs.model import System as SharedSystem
from gtfs.model.schedule import NONE
from gtfs.realtime.model import Alert, Header, RealtimeFeed, VehiclePosition
from gtfs.realtime.produce import produce
from gtfs.schedule.writer import write_feed
from maas.area.open import Area
from maas.bridges.open_service import on_demand_service
from maas.bridges.open_status import (
    TripTold,
    alerts_of,
    columns_of,
    shuttle_positions,
    shuttle_trips,
)
from maas.bridges.open_systems import Aliases, cycle_system, device_system
from maas.bridges.shuttle_ways import StreetWays
from maas.wiring.live import LiveFleet
from maas.wiring.live_devices import LiveDevices

__all__ = ["KINDS", "OpenData", "Source"]

KINDS = ("trip-updates", "vehicle-positions", "alerts")
REALTIME_TTL_S = 5
_SILENT_S = 900
"""A vehicle that has told nothing for so long is not shown any more."""
_CYCLES = {"ja": "シェアサイクル", "en": "Share cycles"}


class Source(Protocol):
    """Somebody whose vehicles are published; `feed` names the static feed that its trips are in."""

    @property
    def feed(self) -> str:
        """Name of the static feed."""
        ...

    def trips(self, now_s: int) -> list[TripTold]:
        """Runs that differ from the timetable or are confirmed by it."""
        ...

    def positions(self, now_s: int) -> list[VehiclePosition]:
        """Where its vehicles are."""
        ...

    def alerts(self, now_s: int) -> list[Alert]:
        """What its riders should know."""
        ...


@dataclass(frozen=True, slots=True)
class ShuttleSource:
    """The shuttles of this process; says nothing while another process holds their zone."""

    fleet: LiveFleet
    feed: str = "shuttle"

    def trips(self, now_s: int) -> list[TripTold]:
        """Rounds of loops."""
        return shuttle_trips(self.fleet.shuttle, now_s)

    def positions(self, now_s: int) -> list[VehiclePosition]:
        """Every shuttle that has told where it is."""
        live = [s for s in self.fleet.intake.store.all(Kind.VEHICLE) if now_s - s.at_s <= _SILENT_S]
        return shuttle_positions(self.fleet.shuttle, live, now_s)

    def alerts(self, now_s: int) -> list[Alert]:
        """Weather, closures, delays."""
        return alerts_of(self.fleet.shuttle, now_s)


class OpenData:
    """Makes every published document. Safe to call from several threads."""

    def __init__(
        self,
        area: Area,
        fleet: LiveFleet | None,
        devices: LiveDevices | None,
        *,
        clock: Callable[[], float],
        contact: str = "open-data@makuhari-maas.example",
    ) -> None:
        self.area = area
        self.clock = clock
        self.contact = contact
        self.sources: list[Source] = [] if fleet is None else [ShuttleSource(fleet)]
        self._devices = devices
        self._aliases = Aliases()
        self._lock = threading.Lock()
        self._made: dict[str, tuple[int, dict[str, bytes]]] = {}
        self._since_s = int(clock())
        self._static = lru_cache(maxsize=4)(self._make_static)

    # GTFS-Realtime

    def realtime(self, kind: str, feed: str = "") -> tuple[bytes, int]:
        """One message and the instant that it was made at; `feed` keeps to the trips of one static feed."""
        with self._lock:
            now_s = int(self.clock())
            made_s, messages = self._made.get(feed, (0, {}))
            if not made_s <= now_s < made_s + REALTIME_TTL_S:
                messages = self._make_realtime(now_s, feed)
                self._made[feed] = made_s, messages = now_s, messages
            return messages[kind], made_s

    def of_timetable(self) -> list[bytes]:
        """All that is told now of trips by timetable: every source but the shuttles on demand."""
        feeds = sorted({source.feed for source in self.sources if not isinstance(source, ShuttleSource)})
        return [self.realtime(kind, feed)[0] for feed in feeds for kind in KINDS]

    def _make_realtime(self, now_s: int, feed: str) -> dict[str, bytes]:
        trips: list[TripTold] = []
        positions: list[VehiclePosition] = []
        alerts: list[Alert] = []
        for source in self.sources:
            if feed in ("", source.feed):
                try:
                    trips += source.trips(now_s)
                    positions += source.positions(now_s)
                    alerts += source.alerts(now_s)
                except NotOwner:
                    continue  # another process of this service publishes it
        header = Header("2.0", timestamp=now_s)
        none = columns_of([])
        told = [replace(p, timestamp=min(p.timestamp, now_s)) for p in positions if p.timestamp != NONE]
        return {
            "trip-updates": produce(RealtimeFeed(header, columns_of(trips), (), ())),
            "vehicle-positions": produce(RealtimeFeed(header, none, tuple(told), ())),
            "alerts": produce(RealtimeFeed(header, none, (), tuple(alerts))),
        }

    # GBFS

    def gbfs_systems(self) -> dict[str, Callable[[], SharedSystem]]:
        """The shared-mobility systems of the area by the name in their addresses."""
        if self._devices is None:
            return {}
        found = {"devices": self._device_system}
        if self.area.docks:
            found["cycles"] = self._cycle_system
        return found

    def gbfs(self, name: str, base: str) -> dict[str, dict[str, Any]]:
        """Every file of a system by path below `base`. Raises KeyError, or NotOwner."""
        return system_files(self.gbfs_systems()[name](), base, self._since_s)

    def gbfs_manifest(self, base: str) -> dict[str, Any]:
        """`manifest.json` of the area; each system is at `base/NAME`."""
        assert self._devices is not None
        ids = {"devices": self._devices.service.id, "cycles": f"{self.area.manifest.id}-cycles"}
        return manifest([(ids[name], f"{base}/{name}") for name in self.gbfs_systems()], self._since_s)

    def _device_system(self) -> SharedSystem:
        live = self._live()
        reported = self._reported(live, Kind.DEVICE)
        return device_system(live.personal.state, self._aliases, reported, int(self.clock()), self.contact)

    def _cycle_system(self) -> SharedSystem:
        live = self._live()
        return cycle_system(
            self.area.manifest.id, _CYCLES, live.cycles, live.service.timezone,
            self._reported(live, Kind.DOCK), int(self.clock()), self.contact, self.area.manifest.cycle_tariff,
        )  # fmt: skip

    def _live(self) -> LiveDevices:
        assert self._devices is not None
        return self._devices

    def _reported(self, live: LiveDevices, kind: Kind) -> dict[str, int]:
        now_s = int(self.clock())
        states: Iterable[LiveState] = live.intake.store.all(kind)
        return {state.id: min(int(state.at_s), now_s) for state in states}

    # The on-demand service as a static feed

    def static(self, form: Form) -> tuple[bytes, int] | None:
        """The shuttle's feed as a zip, and the instant since which it stands; None without a shuttle."""
        if self.area.shuttle is None or self.area.planner.network.graph is None:
            return None
        zone = ZoneInfo(self.area.manifest.timezone)
        today = datetime.fromtimestamp(self.clock(), zone).date()
        first = today.replace(day=1)
        with self._lock:
            since = datetime(first.year, first.month, 1, tzinfo=zone)
            return self._static(form, first), int(since.timestamp())

    def _make_static(self, form: Form, first: date) -> bytes:
        """Valid from the first of this month for a year; made once a month."""
        service, graph = self.area.shuttle, self.area.planner.network.graph
        assert service is not None
        assert graph is not None
        told = on_demand_service(
            service, StreetWays(service, graph).matrix(), first, first + timedelta(days=395),
            url="https://makuhari-maas.example/", contact=self.contact,
        )  # fmt: skip
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "gtfs.zip"
            write_feed(flex_feed(told, form), path)
            return path.read_bytes()
