"""What the device desk needs from outside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from fleet.model.incident import Incident
from fleet.model.mission import Mission

__all__ = ["MissionJournal", "NoMissionJournal", "Pavements", "Position"]

Position = tuple[float, float]
"""lat, lon."""
I32 = npt.NDArray[np.int32]
NO_WAY_M = 2**30


class Pavements(Protocol):
    """Ways without steps and raised kerbs."""

    def metres(
        self, starts: list[Position], ends: list[Position], limit_m: int, barred: frozenset[str]
    ) -> I32:
        """Ways between all pairs, NO_WAY_M beyond `limit_m` or where there is none; (starts, ends).

        They keep out of the no-entry fences whose ids are `barred`.
        """
        ...

    def line(self, start: Position, end: Position, barred: frozenset[str]) -> list[Position]:
        """The way as points; empty if there is none outside the fences that are `barred`."""
        ...

    def on_map(self, lat: float, lon: float) -> bool:
        """Whether a device could stand here."""
        ...


class MissionJournal(Protocol):
    """Where confirmed uses outlive the process; every write is refused once the lease is lost."""

    def save(self, missions: list[Mission], incidents: Sequence[Incident] = ()) -> None:
        """Write all of them in one transaction."""
        ...

    def load(self) -> list[Mission]:
        """Every mission that is not over."""
        ...

    def incidents(self) -> list[Incident]:
        """Every incident that is not resolved, and the last one, by id."""
        ...


class NoMissionJournal:
    """For simulations and tests."""

    def save(self, missions: list[Mission], incidents: Sequence[Incident] = ()) -> None:
        """Forget them."""

    def load(self) -> list[Mission]:
        """Nothing was there before."""
        return []

    def incidents(self) -> list[Incident]:
        """Nothing had happened."""
        return []
