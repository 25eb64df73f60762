"""One use of a device, from the hold to the way home. Instants are epoch seconds."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from fleet.errors import Conflict

__all__ = ["DeviceOffer", "DeviceRefusal", "DeviceRequest", "Mission", "MissionState"]


class MissionState(StrEnum):
    """Where a use stands."""

    HELD = "held"
    CONFIRMED = "confirmed"  # the device will come, or is on its way
    WAITING = "waiting"  # the device is at the meeting point
    IN_USE = "in_use"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    NO_SHOW = "no_show"
    BROKEN = "broken"  # no device could keep the promise

    @property
    def open(self) -> bool:
        """Whether a device is bound by it."""
        return self in _NEXT


_NEXT: dict[MissionState, tuple[MissionState, ...]] = {
    MissionState.HELD: (
        MissionState.CONFIRMED, MissionState.CANCELLED, MissionState.EXPIRED, MissionState.BROKEN
    ),
    MissionState.CONFIRMED: (MissionState.WAITING, MissionState.CANCELLED, MissionState.BROKEN),
    MissionState.WAITING: (
        MissionState.IN_USE, MissionState.CANCELLED, MissionState.NO_SHOW, MissionState.BROKEN
    ),
    MissionState.IN_USE: (MissionState.COMPLETED, MissionState.BROKEN),
}  # fmt: skip


class DeviceRequest(msgspec.Struct, frozen=True):
    """A wish for a device at a place."""

    lat: float
    lon: float
    at_s: int  # meet there then, or as soon after as may be
    kind: str = "chair"
    to_lat: float | None = None  # where the rider means to go, if known
    to_lon: float | None = None
    use_s: int = 1800  # how long they mean to keep it
    handover_id: str = ""  # an indoor meeting point instead of lat, lon
    age: int | None = None
    rider: str = ""
    booked_by: str = ""


class DeviceOffer(msgspec.Struct, frozen=True):
    """A device that is really held until `hold_until_s`."""

    mission_id: str
    device_id: str
    meet_s: int
    meet_until_s: int
    lat: float
    lon: float
    way_m: int  # unmanned
    price_minor: int  # for the use that was named; the true one counts minutes
    currency: str
    hold_until_s: int


class DeviceRefusal(msgspec.Struct, frozen=True):
    """No device can: why, by number of devices, and what would work."""

    reason: str
    devices: dict[str, int]
    later_s: int | None = None  # the earliest a device could be there
    other_kinds: tuple[str, ...] = ()
    parked_near: tuple[str, ...] = ()  # devices that stand within a short walk


class Mission(msgspec.Struct):
    """One use. `version` grows with every change."""

    id: str
    request: DeviceRequest
    device_id: str
    state: MissionState
    lat: float  # where they meet
    lon: float
    meet_s: int  # promised
    meet_until_s: int
    hold_until_s: int
    code: str  # shown to the rider, read by the device; works once
    met_s: int = 0  # when the device got there
    unlocked_s: int = 0
    ended_s: int = 0
    price_minor: int = 0
    version: int = 0
    cause: str = ""

    def move(self, state: MissionState) -> None:
        """Go on to `state`; Conflict if it does not follow from where the mission stands."""
        if state not in _NEXT.get(self.state, ()):
            raise Conflict(
                f"mission_{self.state}",
                f"mission {self.id}: it is {self.state}, so it cannot become {state}. Ask for its state",
            )
        self.state = state
        self.version += 1
