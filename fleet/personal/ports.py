"""What the device desk needs from outside."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

from fleet.model.mission import Mission

__all__ = ["MissionJournal", "NoMissionJournal", "Pavements", "Position"]

Position = tuple[float, float]
"""lat, lon."""
I32 = npt.NDArray[np.int32]
NO_WAY_M = 2**30


class Pavements(Protocol):
    """Ways without steps and raised kerbs."""

    def metres(self, starts: list[Position], ends: list[Position], limit_m: int) -> I32:
        """Ways between all pairs, NO_WAY_M beyond `limit_m` or where there is none; (starts, ends)."""
        ...

    def line(self, start: Position, end: Position) -> list[Position]:
        """The way as points; empty if there is none."""
        ...

    def on_map(self, lat: float, lon: float) -> bool:
        """Whether a device could stand here."""
        ...


class MissionJournal(Protocol):
    """Where confirmed uses outlive the process; every write is refused once the lease is lost."""

    def save(self, missions: list[Mission]) -> None:
        """Write all of them in one transaction."""
        ...

    def load(self) -> list[Mission]:
        """Every mission that is not over."""
        ...


class NoMissionJournal:
    """For simulations and tests."""

    def save(self, missions: list[Mission]) -> None:
        """Forget them."""

    def load(self) -> list[Mission]:
        """Nothing was there before."""
        return []
