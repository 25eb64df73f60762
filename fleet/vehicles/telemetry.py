"""Telemetry messages and the state that they add up to.

A message tells what has changed; a field that it leaves out stays as it was known. Instants are epoch
seconds (fractions allowed) or RFC 3339 text.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from fleet.errors import Invalid

__all__ = ["Autonomy", "Doors", "Kind", "LiveState", "Message", "Unreadable", "decode", "merged"]


class Kind(StrEnum):
    """What sends."""

    VEHICLE = "vehicle"
    DEVICE = "device"
    DOCK = "dock"
    BUS = "bus"  # runs the timetable of a line operator


class Doors(StrEnum):
    """State of the doors."""

    OPEN = "open"
    CLOSED = "closed"


class Autonomy(StrEnum):
    """Who drives."""

    AUTONOMOUS = "autonomous"
    MANUAL = "manual"
    REMOTE = "remote"
    MINIMAL_RISK = "minimal_risk"
    OFF = "off"


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One message as it was sent."""

    kind: Kind = Kind.VEHICLE
    id: str
    at: float | str  # when it was measured
    seq: int = 0  # tells messages of the same instant apart
    lat: float | None = None
    lon: float | None = None
    heading: float | None = None  # degrees clockwise from north
    speed_m_s: float | None = None
    battery: float | None = None  # share of 1
    doors: Doors | None = None
    passengers: int | None = None
    faults: tuple[str, ...] | None = None
    autonomy: Autonomy | None = None
    bikes: int | None = None  # docks: bikes that can be taken
    places: int | None = None  # docks: places where one can be left
    trip: str | None = None  # buses: the trip_id that it runs, if its operator knows; "" for none


class Unreadable(msgspec.Struct, frozen=True):
    """One item of an array that is no message."""

    id: str  # as far as it said one
    detail: str


class LiveState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The latest of everything that is known of one sender."""

    kind: Kind
    id: str
    at_s: float
    seq: int = 0
    received_s: float = 0.0
    lat: float | None = None
    lon: float | None = None
    heading: float | None = None
    speed_m_s: float | None = None
    battery: float | None = None
    doors: Doors | None = None
    passengers: int | None = None
    faults: tuple[str, ...] = ()
    autonomy: Autonomy | None = None
    bikes: int | None = None
    places: int | None = None
    fix_s: float | None = None  # when lat, lon were measured
    anchor: tuple[float, float, float] | None = None  # at_s, lat, lon: see fleet.vehicles.belief
    charge_anchor: tuple[float, float] | None = None  # at_s, battery
    trip: str | None = None

    @property
    def order(self) -> tuple[float, int]:
        """What newer states have more of."""
        return self.at_s, self.seq


# msgspec learns a type when it is first used, which two threads at once must not do (it crashes): learn now.
_LEARNT = msgspec.json.Decoder(Message)

FIELDS = (
    "lat", "lon", "heading", "speed_m_s", "battery", "doors", "passengers", "faults", "autonomy", "bikes",
    "places", "trip",
)  # fmt: skip


def decode(data: bytes | str, *, most: int = 500) -> list[Message | Unreadable]:
    """One message or an array of them from JSON.

    What cannot be read in an array stands there as Unreadable, so that it costs none of the others. Invalid,
    naming the field and what is wrong with it, for a single object and for what is no array of 1 to `most`.
    """
    try:
        raw = msgspec.json.decode(data)
    except RecursionError:
        raise Invalid("telemetry", "is nested too deep. Send one object or an array of them") from None
    except msgspec.DecodeError as error:
        raise Invalid("telemetry", f"is no JSON: {error}. Send one object or an array of them") from None
    if not isinstance(raw, list):
        single = _read(raw)
        if isinstance(single, Unreadable):
            raise Invalid("telemetry", single.detail)
        return [single]
    if not 1 <= len(raw) <= most:
        raise Invalid("telemetry", f"holds {len(raw)} messages. Send 1 to {most} at a time")
    return [_read(item) for item in raw]


def _read(item: Any) -> Message | Unreadable:
    try:
        return msgspec.convert(item, Message)
    except msgspec.ValidationError as error:
        said = item.get("id") if isinstance(item, dict) else None
        identity = said[:96] if isinstance(said, str) else ""
        return Unreadable(identity, f"{error}. Mend that field, or leave it out")


def instant_s(message: Message) -> float:
    """Epoch seconds of a message's instant; Invalid if its text is none."""
    if isinstance(message.at, float):
        return message.at
    try:
        moment = datetime.fromisoformat(message.at)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Invalid("at", f"{message.at!r} is no instant. Send epoch seconds, or RFC 3339 with an offset")
    return moment.timestamp()


def merged(before: LiveState | None, message: Message, at_s: float, received_s: float) -> LiveState:
    """The state after a message: what it says over what was known."""
    said = {name: value for name in FIELDS if (value := getattr(message, name)) is not None}
    fresh = {"at_s": at_s, "seq": message.seq, "received_s": received_s}
    if before is None:
        return LiveState(kind=message.kind, id=message.id, **fresh, **said)  # type: ignore[arg-type]
    return msgspec.structs.replace(before, **fresh, **said)
