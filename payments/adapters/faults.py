"""Faults for the sandbox, decided by a seed: the same seed and calls give the same faults, in any process."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Faults:
    """Chances between 0 and 1. A call with the same key is decided anew at each attempt."""

    seed: int = 0
    lost_request: float = 0.0  # nothing happened and no answer came
    lost_answer: float = 0.0  # it happened, but no answer came
    slow_decision: float = 0.0  # an authorisation is PROCESSING first
    challenge: float = 0.0  # 3-D Secure is asked for whatever the card
    duplicate_webhook: float = 0.0
    disorder_webhook: float = 0.0

    def strikes(self, chance: float, *what: object) -> bool:
        """Whether the fault with this chance happens to `what`."""
        if chance <= 0:
            return False
        text = "|".join(str(w) for w in (self.seed, *what))
        roll = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") / 2**64
        return roll < chance


NO_FAULTS = Faults()
