"""What vehicles have shown of a network: seconds between stops and at stops, by hour, and how it is just now.

Means are exponential: the last few dozen runs count. Until enough was seen the timetable counts as so many
runs, so that a network that is new begins with it. What the last vehicles met on a stretch holds for a while.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from gtfs.model.schedule import NONE

__all__ = ["Learned"]

_Pairs = list[tuple[tuple[int, int], float, float]]
_Kept = tuple[list[str], list[tuple[tuple[int, int, int], float, float]], _Pairs, _Pairs]

_RUNS_MAX = 40.0
_TIMETABLE_RUNS = 2.0
_DAY_RUNS = 4.0
_JUST_NOW_S = 1500.0
_JUST_NOW_SHARE = 0.6
_RATIO = (0.5, 2.5)
_DWELL_S = 12.0


@dataclass(slots=True)
class _Mean:
    runs: float = 0.0
    seconds: float = 0.0

    def add(self, seconds: float) -> None:
        self.runs = min(self.runs + 1.0, _RUNS_MAX)
        self.seconds += (seconds - self.seconds) / self.runs


@dataclass(slots=True)
class Learned:
    """Travel and dwell times of one network. Stops are indices of its schedule; hours those of the day."""

    _travel: dict[tuple[int, int, int], _Mean] = field(default_factory=dict)
    _travel_any: dict[tuple[int, int], _Mean] = field(default_factory=dict)
    _dwell: dict[tuple[int, int], _Mean] = field(default_factory=dict)
    _just_now: dict[tuple[int, int], tuple[float, float]] = field(default_factory=dict)  # at, log ratio

    def to_bytes(self, stop_ids: Sequence[str]) -> bytes:
        """What was learnt, to be kept with the ids of the stops; what the last vehicles met is forgotten."""
        tables = (self._travel, self._travel_any, self._dwell)
        kept = [[(key, mean.runs, mean.seconds) for key, mean in table.items()] for table in tables]
        return msgspec.msgpack.encode((list(stop_ids), *kept))

    @classmethod
    def from_bytes(cls, data: bytes, stop_ids: Sequence[str]) -> Learned:
        """What `to_bytes` kept, for a network with these stops; nothing, if it cannot be read.

        Stops are found again by their ids, whatever timetable they were learnt in; those that are gone go.
        """
        try:
            known, travel, whole, dwell = msgspec.msgpack.decode(data, type=_Kept)
        except (msgspec.DecodeError, ValueError):
            return cls()
        number = {stop: k for k, stop in enumerate(stop_ids)}
        now = dict(enumerate(number.get(stop, NONE) for stop in known))
        found = cls()
        for key, runs, seconds in (*travel, *whole):
            start, end = (now.get(stop, NONE) for stop in key[:2])
            if min(start, end) == NONE:
                continue
            if len(key) == 3:
                found._travel[start, end, key[2]] = _Mean(runs, seconds)
            else:
                found._travel_any[start, end] = _Mean(runs, seconds)
        for key, runs, seconds in dwell:
            stop = now.get(key[0], NONE)
            if stop != NONE:
                found._dwell[stop, key[1]] = _Mean(runs, seconds)
        return found

    def saw_travel(
        self, start: int, end: int, hour: int, seconds: float, planned_s: float, at_s: float
    ) -> None:
        """A vehicle needed so long from leaving one stop to reaching the next."""
        usual = self._usual(start, end, hour, planned_s)
        ratio = math.log(min(max(seconds / max(usual, 1.0), _RATIO[0]), _RATIO[1]))
        known = self._just_now.get((start, end))
        if known is not None:
            kept = 0.5 * math.exp(-(at_s - known[0]) / _JUST_NOW_S)
            ratio = kept * known[1] + (1 - kept) * ratio
        self._just_now[start, end] = at_s, ratio
        self._travel.setdefault((start, end, hour), _Mean()).add(seconds)
        self._travel_any.setdefault((start, end), _Mean()).add(seconds)

    def saw_dwell(self, stop: int, hour: int, seconds: float) -> None:
        """A vehicle stood so long at a stop for its riders."""
        self._dwell.setdefault((stop, hour), _Mean()).add(min(seconds, 180.0))

    def travel_s(self, start: int, end: int, hour: int, planned_s: float, leaves_s: float) -> float:
        """Expected seconds from one stop to the next for a vehicle that leaves at `leaves_s`."""
        usual = self._usual(start, end, hour, planned_s)
        known = self._just_now.get((start, end))
        if known is None:
            return usual
        age = max(0.0, leaves_s - known[0])
        return usual * math.exp(_JUST_NOW_SHARE * math.exp(-age / _JUST_NOW_S) * known[1])

    def dwell_s(self, stop: int, hour: int) -> float:
        """Expected seconds at a stop."""
        mean = self._dwell.get((stop, hour))
        if mean is None:
            return _DWELL_S
        return (mean.seconds * mean.runs + _DWELL_S) / (mean.runs + 1.0)

    def _usual(self, start: int, end: int, hour: int, planned_s: float) -> float:
        """Mean of the hour, leaning on that of the day, which leans on the timetable."""
        total, runs = planned_s * _TIMETABLE_RUNS, _TIMETABLE_RUNS
        whole = self._travel_any.get((start, end))
        if whole is not None:
            total, runs = total + whole.seconds * whole.runs, runs + whole.runs
        base = total / runs
        mean = self._travel.get((start, end, hour))
        if mean is None:
            return base
        return (base * _DAY_RUNS + mean.seconds * mean.runs) / (_DAY_RUNS + mean.runs)
