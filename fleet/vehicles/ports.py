"""Where live state is kept, and what is known of those who send it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from fleet.vehicles.telemetry import Kind, LiveState

__all__ = ["LiveStore", "Registry", "Spec", "Subscription"]


@dataclass(frozen=True, slots=True)
class Spec:
    """What a sender can possibly be and do."""

    speed_m_s_max: float = 0.0  # 0: it does not move
    seats: int = 0
    places: int = 0  # of a dock
    bounds: tuple[float, float, float, float] = (-180.0, -90.0, 180.0, 90.0)  # west, south, east, north


class Registry(Protocol):
    """Who may send."""

    def spec(self, kind: Kind, identity: str) -> Spec | None:
        """What a sender can be and do; None if nobody knows it."""
        ...


class Subscription(Protocol):
    """States as they are kept, for one thread.

    A slow reader gets the newest of each sender; nothing piles up for it.
    """

    def take(self, timeout_s: float = 0.0) -> list[LiveState]:
        """States kept since the last call, each sender once; waits so long if there is none yet."""
        ...

    def close(self) -> None:
        """Hear no more."""
        ...


class LiveStore(Protocol):
    """The latest state of every sender, shared by all processes of a zone."""

    def put(self, state: LiveState) -> bool:
        """Keep a state unless a newer one is there already, in one step; whether it was kept."""
        ...

    def get(self, kind: Kind, identity: str) -> LiveState | None:
        """The latest state of one sender."""
        ...

    def all(self, kind: Kind) -> list[LiveState]:
        """The latest states of a kind, by id."""
        ...

    def changes(self, since: int) -> tuple[int, list[LiveState]]:
        """States kept after revision `since` (0 for all), each once, and the revision now.

        A store that has begun anew tells everything to whoever brings a revision from before.
        """
        ...

    def subscribe(self) -> Subscription:
        """Hear of every state that any process keeps from now on."""
        ...
