"""How long a search may go on: seconds of a clock, or rounds where a run must be the same every time."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

CHUNK_S = 0.02
"""Kernels are called for about so long, so that a search stops within that time of being told to."""
CHUNK_ROUNDS = 200
CHAIN_ROUNDS = 250
"""Rounds for each unit that one cooling should have."""
CHAINS_MAX = 3


@dataclass
class Budget:
    """Progress through a search: `done` runs from 0 to 1.

    With `rounds_max` the clock decides nothing, and one seed gives one answer.
    """

    seconds: float
    clock: Callable[[], float]
    should_stop: Callable[[], bool]
    rounds_max: int | None = None
    rounds: int = 0
    chunk: int = 50
    start: float = field(init=False)

    def __post_init__(self) -> None:
        self.start = self.clock()

    @property
    def done(self) -> float:
        """Share of the budget that is used up."""
        if self.rounds_max is not None:
            return self.rounds / max(1, self.rounds_max)
        return (self.clock() - self.start) / max(self.seconds, 1e-9)

    def over(self, share: float = 1.0) -> bool:
        """Whether `share` of the budget is used up or the search was told to stop."""
        return self.done >= share or self.should_stop()

    def next_chunk(self) -> int:
        """Rounds to ask of a kernel now."""
        if self.rounds_max is not None:
            return max(1, min(CHUNK_ROUNDS, self.rounds_max - self.rounds))
        return self.chunk

    def spend(self, rounds: int, asked: int, took_s: float) -> None:
        """Note that a kernel was asked for so many rounds, used so many and took so long."""
        self.rounds += max(1, rounds)
        if rounds == asked and took_s < CHUNK_S / 2:
            self.chunk = asked * 2
        elif took_s > 2 * CHUNK_S and asked > 1:
            self.chunk = asked // 2

    def chains(self, units: int) -> int:
        """How many coolings the rest of the budget is enough for, going by the pace so far."""
        if self.rounds_max is not None:
            left = float(self.rounds_max - self.rounds)
        else:
            used_s = max(self.clock() - self.start, 1e-6)
            left = self.rounds / used_s * max(0.0, self.seconds - used_s)
        return max(1, min(CHAINS_MAX, int(left / (CHAIN_ROUNDS * max(1, units)))))

    def deadline(self, share: float) -> float:
        """The reading of the clock `share` of the budget from now, at most its end."""
        if self.rounds_max is not None:
            return math.inf
        return min(self.start + self.seconds, self.clock() + share * self.seconds)
