"""Rides that somebody offers instead of a timetable: shuttles, devices that come, share cycles, one's own.

`routing` knows no fleet: whoever has one implements `Mover`, and its offers become legs of journeys. All
instants here are POSIX seconds, because an offer belongs to no service day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from routing.journey import LegEnd, Terms
from routing.line import Line
from routing.query import Point

__all__ = ["BOARD_S", "Move", "Mover", "Offered"]


BOARD_S = 120
"""Between a ride on demand and a platform, either way."""


@dataclass(frozen=True, slots=True)
class Move:
    """One movement of an offered ride: the walk to it, the ride, the walk from it."""

    mode: str
    start: LegEnd
    end: LegEnd
    departure_at_s: int
    arrival_at_s: int
    distance_m: float
    geometry: Line
    terms: Terms | None = None  # of the ride itself


@dataclass(frozen=True, slots=True)
class Offered:
    """A way from a point to another, each move beginning where and no earlier than the last one ended."""

    moves: tuple[Move, ...]

    @property
    def departure_at_s(self) -> int:
        """When the rider sets out."""
        return self.moves[0].departure_at_s

    @property
    def arrival_at_s(self) -> int:
        """When the rider is there."""
        return self.moves[-1].arrival_at_s


class Mover(Protocol):
    """Somebody who offers rides, to one rider with their party and needs."""

    @property
    def mode(self) -> str:
        """What it is called among modes: shuttle, device, cycle, bicycle."""
        ...

    def estimate_s(self, origin: Point, destination: Point) -> int | None:
        """Roughly how long it would take with the wait for it; None where it does not go. Must be cheap."""
        ...

    def offer(self, origin: Point, destination: Point, at_s: int, *, arrive_by: bool) -> Offered | None:
        """What it can really do now: leave at `at_s` or later, or arrive by then; None if it cannot."""
        ...
