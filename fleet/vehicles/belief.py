"""Which fields of a message can be true, after what its sender is and has said.

What sensors may err by is an allowance over time: measured from an anchor, a word of the sender that stands
for `ALLOWANCE_S`, so that it does not begin anew with every message.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from math import cos, hypot, radians

import msgspec

from fleet.vehicles.ports import Spec
from fleet.vehicles.telemetry import LiveState, Message

__all__ = ["ALLOWANCE_S", "Belief", "Limits"]

ALLOWANCE_S = 60.0
"""An error of position and one of charge are granted once in so many seconds."""
M_PER_DEG = 111_320.0
Fix = tuple[float, float, float]
"""Epoch seconds, lat, lon."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Beyond these a message is not believed."""

    future_s: float = 5.0
    stale_s: float = 300.0
    jump_m: float = 50.0  # error of a position fix
    speed_factor: float = 1.5  # downhill, or a clock that drifts
    moved_after: int = 3  # so many agreeing "jumps" in a row are a move: towed, or wrong before
    charge_step: float = 0.02  # error of a charge, as a share of the battery
    charge_per_s: float = 0.002  # share of the battery gained a second, at the very most


@dataclass(slots=True)
class Belief:
    """Judges the fields of messages against the state before them. Safe to call from several threads."""

    limits: Limits
    _jumps: dict[tuple[str, str], list[Fix]] = field(default_factory=dict)
    _moved_s: dict[tuple[str, str], float] = field(default_factory=dict)  # when a jump was last believed
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wrong(self, message: Message, at_s: float, spec: Spec, before: LiveState | None) -> dict[str, str]:
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
        elif battery is not None and before is not None and before.charge_anchor is not None:
            since_s, was = before.charge_anchor
            gained = battery - was
            if gained > self.limits.charge_step + self.limits.charge_per_s * (at_s - since_s):
                wrong["battery"] = f"battery: rose by {gained:.2f} faster than any charger"
        for name, most in (("passengers", spec.seats), ("bikes", spec.places), ("places", spec.places)):
            count = getattr(message, name)
            if count is not None and not 0 <= count <= most:
                wrong[name] = f"{name}: {count} is not between 0 and {most}"
        return wrong

    def anchored(self, message: Message, state: LiveState, spec: Spec) -> LiveState:
        """The state after a believed message, with the anchors that the next one is measured from."""
        anchor, charge = state.anchor, state.charge_anchor
        at_s = state.at_s
        if message.lat is not None and message.lon is not None:
            here = (at_s, message.lat, message.lon)
            old = anchor is None or at_s - anchor[0] >= ALLOWANCE_S
            if anchor is None or old or not self._within(anchor, here, spec):  # not within: it was moved
                anchor = here
            state = msgspec.structs.replace(state, fix_s=at_s, anchor=anchor)
        battery = message.battery
        if battery is not None:
            if charge is None or at_s - charge[0] >= ALLOWANCE_S or battery <= charge[1]:
                charge = (at_s, battery)
            state = msgspec.structs.replace(state, charge_anchor=charge)
        return state

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
        elif before is not None:
            why = self._jumped((at_s, lat, lon), spec, before)
            if why and self._has_moved(message, (at_s, lat, lon), spec):
                why = ""
        if not why and lat is not None:
            self._jumps.pop((message.kind, message.id), None)
        return {"lat": why, "lon": why} if why else {}

    def _jumped(self, here: Fix, spec: Spec, before: LiveState) -> str:
        """Why a fix is too far from the last one, or from the anchor; empty if it is not."""
        known = [] if before.anchor is None else [before.anchor]
        if before.lat is not None and before.lon is not None and before.fix_s is not None:
            known.insert(0, (before.fix_s, before.lat, before.lon))
        for there in known:
            if not self._within(there, here, spec):
                far, most = _metres(*there[1:], *here[1:]), self._reach_m(there, here, spec)
                return f"lat, lon: {far:.0f} m in {here[0] - there[0]:.0f} s, {most:.0f} m are possible"
        return ""

    def _has_moved(self, message: Message, here: Fix, spec: Spec) -> bool:
        """Whether this jump agrees with those just before it, often enough to be believed.

        One message that comes three times is one jump, and nobody is towed away twice a minute.
        """
        key = (message.kind, message.id)
        with self._lock:
            seen = self._jumps.setdefault(key, [])
            if seen and here[0] <= seen[-1][0]:
                return False
            if seen and not self._within(seen[-1], here, spec):
                seen.clear()
            seen.append(here)
            often = len(seen) >= self.limits.moved_after
            if not often or here[0] - self._moved_s.get(key, -ALLOWANCE_S) < ALLOWANCE_S:
                return False
            self._moved_s[key] = here[0]
            return True

    def _within(self, there: Fix, here: Fix, spec: Spec) -> bool:
        far = _metres(*there[1:], *here[1:])
        return far <= self._reach_m(there, here, spec) + self.limits.jump_m

    def _reach_m(self, there: Fix, here: Fix, spec: Spec) -> float:
        return spec.speed_m_s_max * self.limits.speed_factor * max(0.0, here[0] - there[0])


def _metres(lat: float, lon: float, lat_to: float, lon_to: float) -> float:
    return hypot(lat_to - lat, (lon_to - lon) * cos(radians(lat))) * M_PER_DEG
