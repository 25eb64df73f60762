"""The devices and docks of a running server, simulated where the area is."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np

from fleet.adapters.missions_sql import SqlMissionJournal
from fleet.dispatch.hours import service_day_start_s
from fleet.errors import Unknown
from fleet.model.cycles import Dock
from fleet.model.devices import DeviceService
from fleet.model.incident import SEVERITY, Incident
from fleet.model.mission import Mission
from fleet.personal.cycles import Cycles
from fleet.personal.demand import model_wishes
from fleet.personal.fences import metres
from fleet.personal.personal import Personal
from fleet.personal.ports import MissionJournal
from fleet.personal.state import DeviceMode
from fleet.personal.twin import DeviceTwin
from fleet.vehicles.intake import Intake
from fleet.vehicles.telemetry import Autonomy, Kind, LiveState, Message
from maas.area.open import Area
from maas.bridges.pavement_ways import PavementWays
from maas.errors import AreaError
from maas.wiring.hearing import Hearing
from maas.wiring.owned import OwnedZone
from storage.database import Database

__all__ = ["DEVICE_SHARE", "LiveDevices", "open_personal"]

_TWIN = "twin"
DEVICE_SHARE = 0.4
"""Simulated wishes for devices, for each one for a shuttle."""
_DOCK_EVERY_S = 60
_MINUTE_S = 60


def open_personal(area: Area, journal: MissionJournal | None = None) -> Personal:
    """The devices of an area over its pavements. Raises AreaError if it has none."""
    if area.devices is None or area.planner.network.graph is None:
        raise AreaError(f"area {area.manifest.id} has no devices, or no streets for them")
    return Personal.open(area.devices, PavementWays(area.planner.network.graph, area.devices), journal)


class LiveDevices(OwnedZone):
    """Devices and docks of an area, kept running."""

    def __init__(
        self,
        area: Area,
        service: DeviceService,
        docks: list[Dock],
        database: Database,
        intake: Intake,
        *,
        simulate: bool = True,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(database, service.id, clock=clock)
        self.area = area
        self.service = service
        self.intake = intake
        self.simulated = simulate and area.manifest.simulated_riders > 0
        self.cycles = Cycles.open(docks, service.timezone)
        self._journal = SqlMissionJournal(self.lease)
        self._personal: Personal | None = None
        self.twin: DeviceTwin | None = None
        self._day: date | None = None
        self._told: dict[str, tuple[float, float, DeviceMode]] = {}
        self._random = np.random.default_rng(area.manifest.simulation_seed)
        self._hearing = Hearing(intake.store, self._heard)
        intake.listeners.append(self._hearing.heard)

    @property
    def personal(self) -> Personal:
        """The desk; NotOwner while another process holds the zone."""
        if self._personal is None:
            raise self.elsewhere()
        return self._personal

    def mission(self, mission_id: str) -> Mission:
        """A mission by its id, also one that is long over; Unknown if there never was one."""
        try:
            return self.personal.state.mission(mission_id)
        except Unknown:
            found = self._journal.mission(mission_id)
            if found is None:
                raise
            return found

    def open(self, now_s: int) -> None:
        """Take over what is written down."""
        journal: MissionJournal = _RealRiders(self._journal) if self.simulated else self._journal
        personal = open_personal(self.area, journal)
        personal.state.token = lambda: secrets.token_urlsafe(9)
        if self.simulated:
            self.twin = DeviceTwin(personal, seed=self.area.manifest.simulation_seed, mishaps_per_day=2)
            self.twin.open(now_s)
        self._personal = personal
        self._hearing.open()

    def step(self, now: float) -> None:
        """Move the simulated devices, or direct the real ones."""
        self._hearing.drain()
        if self.twin is not None:
            self._more_riders(int(now))
            self.twin.run_until(int(now))
            self._tell(int(now))
            if self.is_due("docks", _DOCK_EVERY_S, now):
                self._cycle(int(now))
        elif self.is_due("direct", _MINUTE_S, now):
            self.personal.direct(int(now))

    def shut(self) -> None:
        """Let go of everything that the zone's next owner will have."""
        self._hearing.close()
        self._personal = self.twin = None

    def _heard(self, _before: LiveState | None, after: LiveState) -> None:
        """Docks tell their bikes; real devices tell where they are."""
        if after.kind is Kind.DOCK and after.bikes is not None:
            self.cycles.told(after.id, after.bikes, int(after.at_s))
        elif after.kind is Kind.DEVICE and self.twin is None and self._personal is not None:
            self._follow(self._personal, after)

    def _follow(self, personal: Personal, after: LiveState) -> None:
        """A real device's word on where it is, how full, and whether it is in trouble."""
        state = personal.state
        with state.lock:
            device = state.device(after.id)
            if after.lat is not None and after.lon is not None:
                device.lat, device.lon = after.lat, after.lon
            if after.battery is not None:
                device.charge_wh = after.battery * device.model.battery_wh
            for fault in after.faults:
                personal.incidents.report(device.id, _cause(fault), int(after.at_s))
            if device.goal is not None and _near(device.position, device.goal):
                personal.desk.arrived(device.id, int(after.at_s))

    def _tell(self, now_s: int) -> None:
        """What the simulated devices say, when it is something new."""
        messages = []
        with self.personal.state.lock:
            for device in self.personal.state.devices.values():
                said = (device.lat, device.lon, device.mode)
                if self._told.get(device.id) == said:
                    continue
                self._told[device.id] = said
                messages.append(
                    Message(
                        kind=Kind.DEVICE, id=device.id, at=float(now_s), lat=round(device.lat, 6),
                        lon=round(device.lon, 6),
                        battery=round(device.charge_wh / device.model.battery_wh, 3),
                        autonomy=Autonomy.MANUAL if device.mode is DeviceMode.IN_USE else Autonomy.AUTONOMOUS,
                    )
                )  # fmt: skip
        self.intake.receive(messages, self.clock(), _TWIN)

    def _cycle(self, now_s: int) -> None:
        """Simulated takings and returns at the docks."""
        messages = []
        for dock in self.cycles.docks.values():
            change = int(self._random.choice([-1, 0, 0, 0, 0, 0, 1]))
            bikes = min(max(self.cycles.bikes[dock.id] + change, 0), dock.capacity)
            places = dock.capacity - bikes
            messages.append(Message(kind=Kind.DOCK, id=dock.id, at=float(now_s), bikes=bikes, places=places))
        self.intake.receive(messages, self.clock(), _TWIN)

    def _more_riders(self, now_s: int) -> None:
        """The simulated riders of each new day, as far as it has not passed."""
        zone = ZoneInfo(self.service.timezone)
        today = datetime.fromtimestamp(now_s, zone).date()
        if today == self._day or self.twin is None:
            return
        self._day = today
        count = int(self.area.manifest.simulated_riders * DEVICE_SHARE)
        start_s = service_day_start_s(today, zone)
        wishes = model_wishes(self.service, start_s, today, count, self.area.manifest.simulation_seed)
        self.twin.ask([wish for wish in wishes if wish.at_s > now_s])


class _RealRiders:
    """A journal that keeps out what simulated riders book."""

    def __init__(self, journal: SqlMissionJournal) -> None:
        self._journal = journal

    def save(self, missions: list[Mission], incidents: Sequence[Incident] = ()) -> None:
        real = [mission for mission in missions if mission.request.rider != _TWIN]
        if real or incidents:
            self._journal.save(real, incidents)

    def load(self) -> list[Mission]:
        return self._journal.load()

    def incidents(self) -> list[Incident]:
        return self._journal.incidents()


def _cause(fault: str) -> str:
    return fault if fault in SEVERITY else "damaged"


def _near(a: tuple[float, float], b: tuple[float, float]) -> bool:
    return metres(*a, *b) <= 10.0
