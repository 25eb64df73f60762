"""Judges what vehicles say before anybody believes it.

Radio links repeat, delay and reorder; clocks drift; sensors lie. A message is taken, or it is counted under
the reason why not and changes nothing. A message with one absurd field is taken without that field.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import isfinite
from typing import Any

import msgspec

from fleet.errors import Invalid
from fleet.vehicles.belief import Belief, Limits
from fleet.vehicles.ports import LiveStore, Registry, Spec
from fleet.vehicles.telemetry import FIELDS, LiveState, Message, Unreadable, instant_s, merged

__all__ = ["Intake", "Limits", "Outcome", "Verdict"]


class Verdict(StrEnum):
    """What became of a message."""

    ACCEPTED = "accepted"
    UNKNOWN = "unknown"  # nobody with this id
    FUTURE = "future"  # measured later than now
    STALE = "stale"  # measured too long ago to be of use
    DUPLICATE = "duplicate"
    OUT_OF_ORDER = "out_of_order"  # something newer is known
    ABSURD = "absurd"  # nothing in it can be true
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer to one message."""

    id: str
    verdict: Verdict
    dropped: tuple[str, ...] = ()  # fields that were not believed
    detail: str = ""


Listener = Callable[[LiveState | None, LiveState], None]
"""Called with the state before and after each accepted message, outside any lock."""


@dataclass(slots=True)
class Intake:
    """Takes messages of one zone from all transports. Safe to call from several threads."""

    store: LiveStore
    registry: Registry
    limits: Limits = field(default_factory=Limits)
    listeners: list[Listener] = field(default_factory=list)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)  # (source, verdict or field)
    _belief: Belief = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _merging: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Judge by the limits given."""
        self._belief = Belief(self.limits)

    def receive(self, messages: Sequence[Message | Unreadable], now_s: float, source: str) -> list[Outcome]:
        """Judge and keep messages in the order given; one outcome for each."""
        return [self._one(message, now_s, source) for message in messages]

    def malformed(self, source: str) -> None:
        """Count what could not even be read."""
        with self._lock:
            self.counts[source, Verdict.MALFORMED] += 1

    def summary(self) -> dict[str, dict[str, int]]:
        """Counts by source, then by verdict or `dropped:field`."""
        told: dict[str, dict[str, int]] = {}
        with self._lock:
            for (source, what), count in sorted(self.counts.items()):
                told.setdefault(source, {})[str(what)] = count
        return told

    def _one(self, message: Message | Unreadable, now_s: float, source: str) -> Outcome:
        if isinstance(message, Unreadable):
            self.malformed(source)
            return Outcome(message.id, Verdict.MALFORMED, detail=message.detail)
        before: LiveState | None = None
        after: LiveState | None = None
        spec = self.registry.spec(message.kind, message.id)
        if spec is None:
            outcome = Outcome(
                message.id, Verdict.UNKNOWN, detail=f"{message.kind} {message.id!r} is not known"
            )
        else:
            with self._merging:  # two partial messages of one sender must not undo each other
                before = self.store.get(message.kind, message.id)
                outcome, after = self._judge(message, spec, before, now_s)
                if after is not None and not self.store.put(after):
                    why = "another process knew newer"
                    outcome, after = Outcome(message.id, Verdict.OUT_OF_ORDER, detail=why), None
        with self._lock:
            self.counts[source, outcome.verdict] += 1
            for name in outcome.dropped:
                self.counts[source, f"dropped:{name}"] += 1
        if after is not None:
            for listener in self.listeners:
                listener(before, after)
        return outcome

    def _judge(
        self, message: Message, spec: Spec, before: LiveState | None, now_s: float
    ) -> tuple[Outcome, LiveState | None]:
        try:
            at_s = instant_s(message)
        except Invalid as error:
            return Outcome(message.id, Verdict.MALFORMED, detail=str(error)), None
        verdict = self._when(message, at_s, before, now_s)
        if verdict is not None:
            return verdict, None
        wrong = self._belief.wrong(message, at_s, spec, before)
        said = [name for name in FIELDS if getattr(message, name) is not None]
        dropped = tuple(name for name in said if name in wrong)
        if said and len(dropped) == len(said):
            detail = "; ".join(wrong.values())
            return Outcome(message.id, Verdict.ABSURD, dropped, detail), None
        cleared: dict[str, Any] = dict.fromkeys(dropped)
        kept = msgspec.structs.replace(message, **cleared)
        detail = "; ".join(dict.fromkeys(wrong[name] for name in dropped))
        after = self._belief.anchored(kept, merged(before, kept, at_s, now_s), spec)
        return Outcome(message.id, Verdict.ACCEPTED, dropped, detail), after

    def _when(self, message: Message, at_s: float, before: LiveState | None, now_s: float) -> Outcome | None:
        """The refusal of a message that comes at the wrong time."""
        if not isfinite(at_s) or at_s > now_s + self.limits.future_s:
            return Outcome(
                message.id, Verdict.FUTURE, detail=f"at: {at_s - now_s:.0f} s ahead of the clock here"
            )
        if at_s < now_s - self.limits.stale_s:
            return Outcome(message.id, Verdict.STALE, detail=f"at: {now_s - at_s:.0f} s ago")
        if before is not None and (at_s, message.seq) == before.order:
            return Outcome(message.id, Verdict.DUPLICATE)
        if before is not None and (at_s, message.seq) < before.order:
            return Outcome(message.id, Verdict.OUT_OF_ORDER, detail=f"at: {before.at_s - at_s:.1f} s behind")
        return None
