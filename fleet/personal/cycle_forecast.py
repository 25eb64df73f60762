"""Whether there will be a bike when a rider gets there, and a place when it is brought back.

Takings and returns at a dock are taken as Poisson streams whose rates are learnt by weekday and hour; what
is there later is what is there now plus a Skellam variable, kept within the dock (its edges absorb).
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

__all__ = ["CycleForecast"]

_SMOOTHING = 0.25
_STEP_S = 60.0
_LONG_S = 3 * 3600.0


class CycleForecast:
    """Rates of one operator's docks."""

    def __init__(self, docks: list[str], timezone: str) -> None:
        self._zone = ZoneInfo(timezone)
        self._index = {dock: k for k, dock in enumerate(docks)}
        self.taken = np.zeros((7, 24, len(docks)))  # an hour
        self.returned = np.zeros((7, 24, len(docks)))
        self._bikes: dict[str, int] = {}
        self._counts = np.zeros((2, len(docks)))
        self._hour: tuple[int, int] | None = None

    def seen(self, dock: str, bikes: int, now_s: float) -> None:
        """A dock says how many bikes it has; the difference teaches."""
        self._turn(now_s)
        k = self._index[dock]
        change = bikes - self._bikes.get(dock, bikes)
        self._counts[0 if change < 0 else 1, k] += abs(change)
        self._bikes[dock] = bikes

    def bikes_later(
        self, dock: str, bikes: int, capacity: int, now_s: float, in_s: float
    ) -> npt.NDArray[np.float64]:
        """Probability of each number of bikes, 0 to `capacity`, `in_s` seconds from now; (capacity + 1,).

        A birth-death chain in steps of a minute; beyond three hours the forecast stays as it is then.
        """
        k = self._index[dock]
        chance = np.zeros(capacity + 1)
        chance[min(max(bikes, 0), capacity)] = 1.0
        at, end = now_s, now_s + min(in_s, _LONG_S)
        while at < end:
            step_s = min(_STEP_S, end - at)
            day, hour = self._at(at)
            away = min(0.45, float(self.taken[day, hour, k]) * step_s / 3600)
            back = min(0.45, float(self.returned[day, hour, k]) * step_s / 3600)
            fewer, more = chance * away, chance * back
            fewer[0] = more[-1] = 0.0
            chance = chance - fewer - more
            chance[:-1] += fewer[1:]
            chance[1:] += more[:-1]
            at += step_s
        return chance

    def expected_change(self, dock: str, now_s: float, hours: int) -> float:
        """Bikes that a dock gains (or loses) over the next hours if it never ran full or empty."""
        k = self._index[dock]
        total = 0.0
        for h in range(hours):
            day, hour = self._at(now_s + h * 3600)
            total += float(self.returned[day, hour, k] - self.taken[day, hour, k])
        return total

    def _turn(self, now_s: float) -> None:
        """Close the hour that has ended."""
        at = self._at(now_s)
        if self._hour is not None and at != self._hour:
            for table, count in ((self.taken, self._counts[0]), (self.returned, self._counts[1])):
                level = table[self._hour]
                level += np.where(level == 0, 1.0, _SMOOTHING) * (count - level)
            self._counts[:] = 0
        self._hour = at

    def _at(self, now_s: float) -> tuple[int, int]:
        moment = datetime.fromtimestamp(now_s, self._zone)
        return moment.weekday(), moment.hour
