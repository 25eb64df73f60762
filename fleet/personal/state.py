"""What the device desk holds of its zone: devices, missions, incidents, and the one lock around them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from fleet.errors import Conflict, Unknown
from fleet.model.devices import Base, DeviceModel, DeviceService
from fleet.model.mission import DeviceRequest, Mission, MissionState
from fleet.personal.fences import Fences, metres
from fleet.personal.ports import MissionJournal, NoMissionJournal, Pavements, Position

__all__ = ["Device", "DeviceMode", "DeviceState", "build_devices"]


class DeviceMode(StrEnum):
    """What a device is doing."""

    PARKED = "parked"
    COMING = "coming"  # unmanned, to its rider
    WAITING = "waiting"  # at the meeting point
    IN_USE = "in_use"
    MOVING = "moving"  # unmanned, to a base or to where it will be wanted
    CHARGING = "charging"
    SUSPENDED = "suspended"  # an incident: a person must see to it


_NEXT = {
    DeviceMode.PARKED: {DeviceMode.COMING, DeviceMode.MOVING, DeviceMode.CHARGING},
    DeviceMode.COMING: {DeviceMode.WAITING, DeviceMode.COMING, DeviceMode.MOVING, DeviceMode.PARKED},
    DeviceMode.WAITING: {DeviceMode.IN_USE, DeviceMode.PARKED},
    DeviceMode.IN_USE: {DeviceMode.PARKED},
    DeviceMode.MOVING: {DeviceMode.PARKED, DeviceMode.CHARGING, DeviceMode.COMING, DeviceMode.MOVING},
    DeviceMode.CHARGING: {DeviceMode.PARKED, DeviceMode.COMING, DeviceMode.MOVING},
    DeviceMode.SUSPENDED: {DeviceMode.PARKED},
}


@dataclass(slots=True)
class Device:
    """One device; instants are epoch seconds."""

    id: str
    model: DeviceModel
    base: Base
    lat: float
    lon: float
    charge_wh: float
    mode: DeviceMode = DeviceMode.PARKED
    mission_id: str = ""
    goal: Position | None = None  # where it drives to, unmanned
    since_s: int = 0
    pace_kmh: float = 0.0  # of its platoon; 0: its own
    leader_id: str = ""  # whom it follows

    @property
    def unmanned_kmh(self) -> float:
        """How fast it drives by itself: with its platoon, or at its own pace."""
        return self.pace_kmh or self.model.unmanned_kmh

    @property
    def usable_wh(self) -> float:
        """Energy above the reserve."""
        return self.charge_wh - self.model.reserve_share * self.model.battery_wh

    @property
    def position(self) -> Position:
        """lat, lon."""
        return self.lat, self.lon

    def become(self, mode: DeviceMode, now_s: int) -> None:
        """Change what it does; Conflict if that does not follow. An incident may strike at any time."""
        if mode is not DeviceMode.SUSPENDED and mode not in _NEXT[self.mode]:
            raise Conflict(f"device_{self.mode}", f"device {self.id} is {self.mode}, so it cannot be {mode}")
        self.mode, self.since_s = mode, now_s
        self.pace_kmh, self.leader_id = 0.0, ""


@dataclass(slots=True)
class DeviceState:
    """Everything that the parts of the desk share. Hold `lock` to read or write."""

    service: DeviceService
    ways: Pavements
    fences: Fences
    journal: MissionJournal
    devices: dict[str, Device]
    missions: dict[str, Mission] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)
    listeners: list[Callable[[str, str, int], None]] = field(default_factory=list)
    token: Callable[[], str] | None = None  # of missions and codes, where nobody may guess them
    counter: int = 0

    def device(self, identity: str) -> Device:
        """A device by its id; Unknown if there is none."""
        try:
            return self.devices[identity]
        except KeyError:
            raise Unknown("device", identity) from None

    def mission(self, identity: str) -> Mission:
        """A mission by its id; Unknown if there is none."""
        try:
            return self.missions[identity]
        except KeyError:
            raise Unknown("mission", identity) from None

    def new_token(self) -> str:
        """Something no other mission has; without `token` the same seed gives the same."""
        self.counter += 1
        return f"{self.counter:06d}" if self.token is None else self.token()

    def tell(self, what: str, identity: str, now_s: int) -> None:
        """Let listeners know that something happened to a mission or device."""
        for listener in self.listeners:
            listener(what, identity, now_s)

    def standing(self, but: str = "") -> list[Position]:
        """Where devices stand, except one."""
        parked = (DeviceMode.PARKED, DeviceMode.CHARGING, DeviceMode.SUSPENDED)
        return [d.position for d in self.devices.values() if d.mode in parked and d.id != but]

    def indoor_s(self, handover_id: str) -> int:
        """From the door to an indoor meeting point; 0 outdoors."""
        return next((h.indoor_s for h in self.service.handovers if h.id == handover_id), 0)

    def use_wh(self, model: DeviceModel, request: DeviceRequest, at: Position) -> float:
        """Energy from the meeting on: the use, half of it driving, and on to a charger."""
        use_m = model.ridden_kmh / 3.6 * request.use_s * 0.5
        end = at
        if request.to_lat is not None and request.to_lon is not None:
            end = (request.to_lat, request.to_lon)
            use_m = max(metres(*at, *end) * 1.33, use_m * 0.5)
        return use_m / 1000 * model.wh_per_km + self.home_wh(model, *end)

    def home_wh(self, model: DeviceModel, lat: float, lon: float) -> float:
        """Energy from a place to the nearest charging base, a third more than the straight way."""
        bases = [b for b in self.service.bases if b.points]
        far = min(metres(lat, lon, base.lat, base.lon) for base in bases)
        return far * 1.33 / 1000 * model.wh_per_km


def build_devices(
    service: DeviceService, ways: Pavements, journal: MissionJournal | None = None
) -> DeviceState:
    """Every device full, parked at its base; missions that an earlier desk confirmed are taken over."""
    bases = {base.id: base for base in service.bases}
    devices = {}
    for unit in service.devices:
        model, base = service.model_of(unit), bases[unit.base]
        devices[unit.id] = Device(unit.id, model, base, base.lat, base.lon, model.battery_wh)
    state = DeviceState(service, ways, Fences(service), journal or NoMissionJournal(), devices)
    for mission in state.journal.load():
        state.missions[mission.id] = mission
        device = devices.get(mission.device_id)
        if device is None:
            continue
        device.mission_id = mission.id
        if mission.state in (MissionState.WAITING, MissionState.IN_USE):
            device.lat, device.lon = mission.lat, mission.lon
            in_use = mission.state is MissionState.IN_USE
            device.mode = DeviceMode.IN_USE if in_use else DeviceMode.WAITING
    return state
