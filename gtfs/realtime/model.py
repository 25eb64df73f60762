"""What a GTFS-Realtime message says, once read: plain frozen values, trip updates as columns.

Identifiers are those of the message, unchecked against any timetable. Instants are POSIX seconds. What a
message leaves out is `NONE` (identifiers: `""`), a missing delay is `NO_DELAY`, as -1 s is a delay, too.
Names and numbers of states are those of gtfs-realtime.proto.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import IntEnum

from gtfs.model.schedule import I8, I32, I64, NONE

__all__ = [
    "NO_DELAY",
    "Alert",
    "CallRelationship",
    "CallUpdates",
    "Faults",
    "Header",
    "Informed",
    "RealtimeFeed",
    "Sample",
    "TripProperties",
    "TripRef",
    "TripRelationship",
    "TripUpdates",
    "VehiclePosition",
    "VehicleStatus",
    "day_of",
]

NO_DELAY = -(2**31)
"""Stands for "no delay given"; outside what can be believed."""

_EPOCH = date(1970, 1, 1)


class TripRelationship(IntEnum):
    """How a trip stands to the timetable (`TripDescriptor.ScheduleRelationship`)."""

    SCHEDULED = 0
    ADDED = 1  # deprecated: read as NEW
    UNSCHEDULED = 2
    CANCELED = 3
    REPLACEMENT = 5
    DUPLICATED = 6
    DELETED = 7
    NEW = 8


class CallRelationship(IntEnum):
    """How a call stands to the timetable (`StopTimeUpdate.ScheduleRelationship`)."""

    SCHEDULED = 0
    SKIPPED = 1
    NO_DATA = 2
    UNSCHEDULED = 3


class VehicleStatus(IntEnum):
    """Where a vehicle is relative to the stop that it names (`VehicleStopStatus`)."""

    INCOMING_AT = 0
    STOPPED_AT = 1
    IN_TRANSIT_TO = 2


@dataclass(frozen=True, slots=True)
class Header:
    """`FeedHeader`."""

    version: str = ""
    differential: bool = False
    timestamp: int = NONE  # POSIX seconds
    feed_version: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """One thing that was bad: in which entity, which field, what stood there, what is wrong with it."""

    entity: str
    field: str
    value: str
    message: str


@dataclass(slots=True)
class Faults:
    """What was bad in a message: every one counted by code, a few of each kept."""

    counts: Counter[str] = field(default_factory=Counter)
    samples: dict[str, list[Sample]] = field(default_factory=dict)

    SAMPLES_MAX = 5

    def add(self, code: str, sample: Sample, count: int = 1) -> None:
        """Count a fault under a code, such as `broken-entity`."""
        self.counts[code] += count
        kept = self.samples.setdefault(code, [])
        if len(kept) < self.SAMPLES_MAX:
            kept.append(sample)

    def merge(self, other: Faults) -> None:
        """Count another's faults, too."""
        self.counts.update(other.counts)
        for code, samples in other.samples.items():
            kept = self.samples.setdefault(code, [])
            kept.extend(samples[: self.SAMPLES_MAX - len(kept)])

    @property
    def total(self) -> int:
        """Faults of every kind."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class TripRef:
    """`TripDescriptor`: which run of which trip is meant."""

    trip_id: str = ""
    route_id: str = ""
    direction: int = NONE  # 0 or 1
    start_day: int = NONE  # service day, days since 1970-01-01
    start_s: int = NONE  # seconds from service-day noon minus 12 h; tells runs of a frequency apart
    relationship: TripRelationship = TripRelationship.SCHEDULED


@dataclass(frozen=True, slots=True)
class TripProperties:
    """`TripProperties`: what a duplicated, new or replaced trip is called and looks like."""

    trip_id: str = ""
    start_day: int = NONE
    start_s: int = NONE
    shape_id: str = ""
    headsign: str = ""
    short_name: str = ""


@dataclass(frozen=True, slots=True)
class CallUpdates:
    """`StopTimeUpdate`s of all trip updates, in message order; row -> value, (n,)."""

    sequence: I32  # stop_sequence or NONE
    stop: I32  # index into TripUpdates.stop_ids or NONE
    arrival_time: I64  # POSIX seconds or NONE
    arrival_delay: I32  # seconds late (early: negative) or NO_DELAY
    departure_time: I64
    departure_delay: I32
    relationship: I8  # CallRelationship
    assigned_stop: I32  # stop_time_properties.assigned_stop_id: index into stop_ids or NONE
    pickup_type: I8  # stop_time_properties.pickup_type or NONE
    drop_off_type: I8
    uncertainty: I32  # of the arrival, else of the departure, seconds; NONE


@dataclass(frozen=True, slots=True)
class TripUpdates:
    """`TripUpdate`s of one message, one entry each; entry -> value, (n,)."""

    entity_ids: tuple[str, ...]
    trip_ids: tuple[str, ...]
    route_ids: tuple[str, ...]
    vehicle_ids: tuple[str, ...]
    direction: I8  # 0, 1 or NONE
    start_day: I32  # service day, days since 1970-01-01, or NONE
    start_s: I32  # seconds from service-day noon minus 12 h, or NONE
    relationship: I8  # TripRelationship
    timestamp: I64  # POSIX seconds or NONE
    delay: I32  # of the trip as a whole; seconds or NO_DELAY
    offsets: I64  # entry -> first row of `calls`; (n + 1,)
    calls: CallUpdates
    stop_ids: tuple[str, ...]  # distinct stop_id that the calls name
    properties: dict[int, TripProperties] = field(default_factory=dict)  # entry -> where given

    def __len__(self) -> int:
        return len(self.trip_ids)

    def ref(self, entry: int) -> TripRef:
        """The trip that an entry is about."""
        return TripRef(
            self.trip_ids[entry], self.route_ids[entry], int(self.direction[entry]),
            int(self.start_day[entry]), int(self.start_s[entry]),
            TripRelationship(int(self.relationship[entry])),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class VehiclePosition:
    """`VehiclePosition`: where a vehicle is, and on which trip."""

    entity_id: str
    lat: float  # degrees north, WGS 84
    lon: float
    trip: TripRef | None = None
    vehicle_id: str = ""
    label: str = ""
    bearing: float | None = None  # degrees clockwise from north
    speed_m_s: float | None = None
    odometer_m: float | None = None
    timestamp: int = NONE  # POSIX seconds
    stop_sequence: int = NONE
    stop_id: str = ""
    status: VehicleStatus = VehicleStatus.IN_TRANSIT_TO
    occupancy: int = NONE  # OccupancyStatus as numbered in the proto
    occupancy_percent: int = NONE


@dataclass(frozen=True, slots=True)
class Informed:
    """`EntitySelector`: whom an alert concerns; the fields that are given hold all together."""

    agency_id: str = ""
    route_id: str = ""
    route_type: int = NONE
    direction: int = NONE
    trip: TripRef | None = None
    stop_id: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """`Alert`. Texts by BCP 47 language, `""` where none is given."""

    entity_id: str
    informed: tuple[Informed, ...]
    header: dict[str, str]
    description: dict[str, str] = field(default_factory=dict)
    url: dict[str, str] = field(default_factory=dict)
    periods: tuple[tuple[int, int], ...] = ()  # POSIX seconds from, until; NONE: open. No period: always
    cause: str = "UNKNOWN_CAUSE"  # names of the proto
    effect: str = "UNKNOWN_EFFECT"
    severity: str = "UNKNOWN_SEVERITY"

    def active(self, at: int) -> bool:
        """Whether it holds at an instant."""
        return not self.periods or any(
            (start == NONE or start <= at) and (end == NONE or at < end) for start, end in self.periods
        )


@dataclass(frozen=True, slots=True)
class RealtimeFeed:
    """One message: header, what it holds by kind, and what was bad in it and therefore left out."""

    header: Header
    trips: TripUpdates
    vehicles: tuple[VehiclePosition, ...]
    alerts: tuple[Alert, ...]
    deleted: tuple[str, ...] = ()  # entities that a differential message takes back
    faults: Faults = field(default_factory=Faults)


def day_of(days: int) -> date:
    """The service day that `start_day` counts."""
    return _EPOCH + timedelta(days=days)
