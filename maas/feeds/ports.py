"""What the feed house needs from others: a judge of feeds, streets, bookings, questions, a router to tell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from gtfs.schedule.feed import Feed

__all__ = [
    "BookedLeg", "Clock", "Finding", "LiveBookings", "Network", "Networks", "Report", "Streets", "Validator",
]  # fmt: skip


class Clock(Protocol):
    """Tells the instant; edges hand in the real one."""

    def __call__(self) -> datetime:
        """An aware instant."""
        ...


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of thing that a validator found, with a few samples."""

    code: str
    severity: str  # error | warning | info
    total: int
    samples: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Report:
    """What a validator says of a feed."""

    errors: int
    warnings: int
    infos: int
    findings: tuple[Finding, ...] = ()
    profile: str = ""


class Validator(Protocol):
    """Judges a feed by a profile."""

    def judge(self, feed: Feed, profile: str, day: date) -> Report:
        """`day` is the day it is judged for, for rules about feeds that have expired."""
        ...


class Streets(Protocol):
    """Draws ways along streets."""

    def way(
        self, start: tuple[float, float], end: tuple[float, float]
    ) -> tuple[Sequence[tuple[float, float]], float] | None:
        """Points (lat, lon) from `start` to `end` as a bus drives, and metres; None if there is no way."""
        ...


@dataclass(frozen=True, slots=True)
class BookedLeg:
    """A part of a live booking that rides a timetabled trip. Carries no person."""

    booking: str
    feed_id: str
    trip_id: str
    service_date: date
    from_stop: str
    to_stop: str
    departure_s: int  # from service-day noon minus 12 h, as promised
    arrival_s: int
    next_departure_s: int | None = None  # when the next booked part leaves where this one arrives
    next_place: str = ""  # the name of where that is


class LiveBookings(Protocol):
    """Bookings that have not been ridden yet."""

    def transit_legs(self, feed_id: str, from_day: date) -> Iterable[BookedLeg]:
        """Every booked leg on a trip of this feed on or after a day."""
        ...


class NoBookings:
    """Where nothing can be booked."""

    def transit_legs(self, feed_id: str, from_day: date) -> Iterable[BookedLeg]:  # noqa: ARG002
        """None."""
        return ()


class Network(Protocol):
    """A compiled timetable with streets, ready to be asked."""

    def minutes(
        self, origin: tuple[float, float], destination: tuple[float, float], at: datetime
    ) -> float | None:
        """Minutes from door to door when leaving at `at`; None if there is no way at all."""
        ...

    def served(self) -> set[str]:
        """Stops (`feed:stop`) at which a vehicle calls on some day."""
        ...

    def places(self) -> dict[str, tuple[str, float, float]]:
        """Stop (`feed:stop`) -> name, latitude, longitude."""
        ...


class Networks(Protocol):
    """The router's side of publishing."""

    def current(self) -> Network:
        """What is asked at present."""
        ...

    def trial(self, feed_id: str, feed: Feed) -> Network:
        """The present network with this feed in the place of what is published of it; nobody else sees it."""
        ...

    def replace(self) -> bool:
        """Published feeds changed: build anew in a process of its own, and swap when ready."""
        ...
