"""What the rules look at: the messages of one moment, those before them, and the static feed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from google.transit import gtfs_realtime_pb2 as pb

from gtfs.model.schedule import NONE
from gtfs.realtime.apply import Timetable
from gtfs.realtime.avl.track import Tracks
from gtfs.realtime.parse_parts import seconds
from gtfs.validate.notice import Kind, Report

__all__ = ["At", "Frequency", "Moment", "Seen"]

Trip = pb.TripDescriptor
NEW_TRIPS = frozenset((Trip.ADDED, Trip.NEW, Trip.DUPLICATED))
GONE = frozenset((Trip.CANCELED, Trip.DELETED))


@dataclass(frozen=True, slots=True)
class At:
    """Where a finding is."""

    file: str
    entity: str


@dataclass(frozen=True, slots=True)
class Frequency:
    """A headway of a trip; seconds of the service day."""

    start_s: int
    end_s: int
    headway_s: int
    exact: bool


@dataclass(frozen=True)
class Moment:
    """Messages that were fetched together, by the name of their file or address."""

    messages: tuple[tuple[str, Any], ...]

    @cached_property
    def updates(self) -> list[tuple[At, Any]]:
        """Every TripUpdate."""
        return list(self._of("trip_update"))

    @cached_property
    def vehicles(self) -> list[tuple[At, Any]]:
        """Every VehiclePosition."""
        return list(self._of("vehicle"))

    @cached_property
    def alerts(self) -> list[tuple[At, Any]]:
        """Every Alert."""
        return list(self._of("alert"))

    def _of(self, kind: str) -> Iterator[tuple[At, Any]]:
        for file, message in self.messages:
            for entity in message.entity:
                if entity.HasField(kind):
                    yield At(file, entity.id), getattr(entity, kind)

    @property
    def trips(self) -> Iterator[tuple[At, Any]]:
        """Every TripDescriptor of updates and positions."""
        for at, update in self.updates:
            yield at, update.trip
        for at, vehicle in self.vehicles:
            if vehicle.HasField("trip"):
                yield at, vehicle.trip

    @property
    def calls(self) -> Iterator[tuple[At, Any, Any]]:
        """Every StopTimeUpdate with its TripUpdate."""
        for at, update in self.updates:
            for call in update.stop_time_update:
                yield at, update, call


@dataclass(frozen=True)
class Seen:
    """One moment against the timetable, with the moment before it if that is known."""

    timetable: Timetable
    now: Moment
    now_s: int
    before: Moment | None = None

    @cached_property
    def tracks(self) -> Tracks:
        """Ways of the trips."""
        return Tracks(self.timetable.schedule)

    @cached_property
    def frequencies(self) -> dict[int, list[Frequency]]:
        """Headways by trip."""
        table = self.timetable.schedule.frequencies
        found: dict[int, list[Frequency]] = {}
        for k, trip in enumerate(table.trip.tolist()):
            one = Frequency(
                int(table.start_s[k]), int(table.end_s[k]), int(table.headway_s[k]), bool(table.exact[k])
            )
            found.setdefault(trip, []).append(one)
        return found

    def trip(self, descriptor: Any) -> int:
        """Index of the trip that is named, NONE if the timetable has none such."""
        return self.timetable.trips.get(descriptor.trip_id, NONE) if descriptor.trip_id else NONE

    def by_headway(self, descriptor: Any, *, exact: bool) -> list[Frequency]:
        """The headways of exact_times `exact` by which the named trip runs."""
        return [f for f in self.frequencies.get(self.trip(descriptor), []) if f.exact is exact]

    def stops_of(self, trip: int) -> list[tuple[int, str]]:
        """(stop_sequence, stop_id) of a trip's calls."""
        schedule = self.timetable.schedule
        times = schedule.stop_times
        rows = range(int(times.offsets[trip]), int(times.offsets[trip + 1]))
        return [(int(times.sequence[r]), schedule.stops.ids[int(times.stop[r])]) for r in rows]

    @staticmethod
    def found(report: Report, kind: Kind, at: At, field: str = "", value: object = "") -> None:
        """One finding in an entity."""
        report.add(kind, at.file, 0, field, value, entity=at.entity)


def clock(text: str) -> int | None:
    """Seconds of HH:MM:SS; None for what is no time, NONE for nothing."""
    return seconds(text)
