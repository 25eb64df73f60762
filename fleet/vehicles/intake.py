"""Judges what vehicles say before anybody believes it.

Radio links repeat, delay and reorder; clocks drift; sensors lie. A message is taken, or it is counted under
the reason why not and changes nothing. A message with one absurd field is taken without that field.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from math import cos, hypot, isfinite, radians
from typing import Any

import msgspec

from fleet.errors import Invalid
from fleet.vehicles.ports import LiveStore, Registry, Spec
from fleet.vehicles.telemetry import FIELDS, LiveState, Message, instant_s, merged

__all__ = ["Intake", "Limits", "Outcome", "Verdict"]

M_PER_DEG = 111_320.0


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
class Limits:
    """Beyond these a message is not believed."""

    future_s: float = 5.0
    stale_s: float = 300.0
    jump_m: float = 50.0  # error of a position fix
    speed_factor: float = 1.5  # downhill, or a clock that drifts
    moved_after: int = 3  # so many agreeing "jumps" in a row are a move: towed, or wrong before
    charge_per_s: float = 0.002  # share of the battery gained a second, at the very most


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
    _jumps: dict[tuple[str, str], list[tuple[float, float, float]]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _merging: threading.Lock = field(default_factory=threading.Lock)

    def receive(self, messages: list[Message], now_s: float, source: str) -> list[Outcome]:
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

    def _one(self, message: Message, now_s: float, source: str) -> Outcome:
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
        wrong = self._wrong(message, at_s, spec, before)
        said = [name for name in FIELDS if getattr(message, name) is not None]
        dropped = tuple(name for name in said if name in wrong)
        if said and len(dropped) == len(said):
            detail = "; ".join(wrong.values())
            return Outcome(message.id, Verdict.ABSURD, dropped, detail), None
        cleared: dict[str, Any] = dict.fromkeys(dropped)
        kept = msgspec.structs.replace(message, **cleared)
        detail = "; ".join(dict.fromkeys(wrong[name] for name in dropped))
        return Outcome(message.id, Verdict.ACCEPTED, dropped, detail), merged(before, kept, at_s, now_s)

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

    def _wrong(self, message: Message, at_s: float, spec: Spec, before: LiveState | None) -> dict[str, str]:
        """Fields that cannot be true, and why."""
        wrong = self._wrong_position(message, at_s, spec, before)
        speed, battery = message.speed_m_s, message.battery
        top = spec.speed_m_s_max * self.limits.speed_factor
        if speed is not None and not 0.0 <= speed <= max(top, 0.5):
            wrong["speed_m_s"] = f"speed_m_s: {speed} is not between 0 and {top:.1f}"
        if message.heading is not None and not 0.0 <= message.heading <= 360.0:
            wrong["heading"] = f"heading: {message.heading} is not between 0 and 360"
        if battery is not None and not 0.0 <= battery <= 1.0:
            wrong["battery"] = f"battery: {battery} is no share of 1"
        elif battery is not None and before is not None and before.battery is not None:
            gained = battery - before.battery
            if gained > 0.02 + self.limits.charge_per_s * max(0.0, at_s - before.at_s):
                wrong["battery"] = f"battery: rose by {gained:.2f} faster than any charger"
        for name, most in (("passengers", spec.seats), ("bikes", spec.places), ("places", spec.places)):
            count = getattr(message, name)
            if count is not None and not 0 <= count <= most:
                wrong[name] = f"{name}: {count} is not between 0 and {most}"
        return wrong

    def _wrong_position(
        self, message: Message, at_s: float, spec: Spec, before: LiveState | None
    ) -> dict[str, str]:
        lat, lon = message.lat, message.lon
        if lat is None and lon is None:
            return {}
        west, south, east, north = spec.bounds
        why = ""
        if lat is None or lon is None:
            why = "lat, lon: one without the other"
        elif not (south <= lat <= north and west <= lon <= east):
            why = f"lat, lon: ({lat}, {lon}) lies outside the zone's bounds"
        elif before is not None and before.lat is not None and before.lon is not None:
            far = _metres(before.lat, before.lon, lat, lon)
            reach = spec.speed_m_s_max * self.limits.speed_factor * max(0.0, at_s - before.at_s)
            if far > reach + self.limits.jump_m and not self._has_moved(message, at_s, lat, lon):
                why = f"lat, lon: {far:.0f} m since the last message, {reach:.0f} m are possible"
        if not why and lat is not None:
            self._jumps.pop((message.kind, message.id), None)
        return {"lat": why, "lon": why} if why else {}

    def _has_moved(self, message: Message, at_s: float, lat: float, lon: float) -> bool:
        """Whether this jump agrees with those just before it, often enough to be believed.

        One message that comes three times is one jump.
        """
        with self._lock:
            seen = self._jumps.setdefault((message.kind, message.id), [])
            if seen and at_s <= seen[-1][2]:
                return False
            if seen and _metres(seen[-1][0], seen[-1][1], lat, lon) > 4 * self.limits.jump_m:
                seen.clear()
            seen.append((lat, lon, at_s))
            return len(seen) >= self.limits.moved_after


def _metres(lat: float, lon: float, lat_to: float, lon_to: float) -> float:
    return hypot(lat_to - lat, (lon_to - lon) * cos(radians(lat))) * M_PER_DEG
