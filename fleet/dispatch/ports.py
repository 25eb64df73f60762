"""What the dispatcher needs from outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from fleet.model.ride import Breach, PlanRow, Ride

U16 = npt.NDArray[np.uint16]
F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Driving between all locations, rounded up to whole seconds and metres; (N, N), row to column.

    65,535 stands for "no way". Rounding up keeps the triangle inequality, on which the kernels rely.
    """

    seconds: U16
    metres: U16


@dataclass(frozen=True, slots=True)
class Closure:
    """A part of the map that vehicles must not enter: a polygon of (lon, lat)."""

    id: str
    polygon: tuple[tuple[float, float], ...]


class TravelTimes(Protocol):
    """How vehicles move between the locations of a zone; live: closures and slow running change it."""

    lat: F64  # location -> degrees; (N,)
    lon: F64

    def matrix(self, speed_share: float = 1.0, closures: tuple[Closure, ...] = ()) -> Matrix:
        """Times and ways between all locations at this share of the usual speed."""
        ...

    def via(self, start: int, end: int) -> list[int]:
        """The locations that the way between two of them passes, from `start` to `end` with both."""
        ...

    def line(self, start: int, end: int) -> list[tuple[float, float]]:
        """The way between two neighbouring locations of `via` as (lat, lon) points, for the map."""
        ...


class Walks(Protocol):
    """How riders get to and from stops on foot."""

    def stops_near(self, lat: float, lon: float, limit_s: int, count: int) -> list[tuple[int, int]]:
        """The nearest stops as (index of the stop in the service, seconds on foot), nearest first."""
        ...

    def on_map(self, lat: float, lon: float) -> bool:
        """Whether anybody could set out from here."""
        ...


class Journal(Protocol):
    """Where what was promised outlives the process. Every write is refused once the lease is lost."""

    def save(self, rides: list[Ride], plans: list[PlanRow], breaches: list[Breach]) -> None:
        """Write all of it in one transaction; NotOwner if another dispatcher has taken the zone."""
        ...

    def load(self) -> tuple[list[Ride], list[PlanRow]]:
        """Every ride that is not over, and the last plan of each vehicle."""
        ...


class NoJournal:
    """For simulations and tests: nothing outlives the process."""

    def save(self, rides: list[Ride], plans: list[PlanRow], breaches: list[Breach]) -> None:
        """Forget it."""

    def load(self) -> tuple[list[Ride], list[PlanRow]]:
        """Nothing was there before."""
        return [], []
