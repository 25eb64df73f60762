"""Share-cycle docks in operation: what is there, what will be, what is held, and tours that even it out."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from fleet.errors import Conflict, Unknown
from fleet.model.cycles import Dock
from fleet.personal.cycle_forecast import CycleForecast
from fleet.personal.cycle_tours import Stop, plan_tours

__all__ = ["Cycles", "DockHold", "DockView"]

_TARGET_LOW, _TARGET_HIGH = 0.3, 0.7
"""A dock between these shares of its capacity serves takers and bringers alike."""


@dataclass(frozen=True, slots=True)
class DockView:
    """A dock now, and the chances later."""

    dock: Dock
    bikes: int  # that can still be taken
    places: int  # that are still free
    bike_chance: float
    place_chance: float


@dataclass(frozen=True, slots=True)
class DockHold:
    """A bike or a place kept for somebody until `until_s`."""

    id: str
    dock_id: str
    what: str  # bike | place
    until_s: int


@dataclass(slots=True)
class Cycles:
    """The docks of one operator. Safe to call from several threads."""

    docks: dict[str, Dock]
    forecast: CycleForecast
    bikes: dict[str, int] = field(default_factory=dict)
    hold_s: int = 600
    _holds: dict[str, DockHold] = field(default_factory=dict)
    _count: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def open(cls, docks: list[Dock], timezone: str) -> Cycles:
        """Docks whose counts are not known yet count as half full."""
        forecast = CycleForecast([dock.id for dock in docks], timezone)
        return cls({d.id: d for d in docks}, forecast, {d.id: d.capacity // 2 for d in docks})

    def told(self, dock_id: str, bikes: int, now_s: int) -> None:
        """A dock says how many bikes it has. Raises Unknown."""
        with self._lock:
            dock = self._dock(dock_id)
            self.forecast.seen(dock_id, min(bikes, dock.capacity), now_s)
            self.bikes[dock_id] = min(bikes, dock.capacity)

    def view(self, dock_id: str, now_s: int, in_s: int = 0) -> DockView:
        """A dock now, and the chance of a bike and of a place `in_s` seconds from now. Raises Unknown."""
        with self._lock:
            self._expire(now_s)
            dock = self._dock(dock_id)
            bikes = self.bikes[dock_id] - self._held(dock_id, "bike")
            places = dock.capacity - self.bikes[dock_id] - self._held(dock_id, "place")
            later = self.forecast.bikes_later(dock_id, max(bikes, 0), dock.capacity, now_s, in_s)
            room = self.forecast.bikes_later(
                dock_id, dock.capacity - max(places, 0), dock.capacity, now_s, in_s
            )
            return DockView(
                dock, max(bikes, 0), max(places, 0), float(1 - later[0]), float(1 - room[dock.capacity])
            )

    def hold(self, dock_id: str, what: str, now_s: int) -> DockHold:
        """Keep a bike or a place for a rider on the way; Conflict if there is none."""
        with self._lock:
            self._expire(now_s)
            dock = self._dock(dock_id)
            free = self.bikes[dock_id] if what == "bike" else dock.capacity - self.bikes[dock_id]
            if free - self._held(dock_id, what) < 1:
                raise Conflict(f"no_{what}", f"dock {dock_id} has no {what} left. Ask for one nearby")
            self._count += 1
            hold = DockHold(f"{dock_id}-{self._count}", dock_id, what, now_s + self.hold_s)
            self._holds[hold.id] = hold
            return hold

    def drop(self, hold_id: str) -> None:
        """Give a hold back, or use it up; safe to repeat."""
        with self._lock:
            self._holds.pop(hold_id, None)

    def surplus(self, now_s: int, hours: int = 3) -> dict[str, int]:
        """Bikes too many (+) or too few (-) at each dock, looking some hours ahead."""
        with self._lock:
            found = {}
            for dock in self.docks.values():
                later = self.bikes[dock.id] + self.forecast.expected_change(dock.id, now_s, hours)
                low, high = _TARGET_LOW * dock.capacity, _TARGET_HIGH * dock.capacity
                wanted = max(0.0, later - high) - max(0.0, low - later)
                bound = min(self.bikes[dock.id], int(wanted)) if wanted > 0 else int(wanted)
                found[dock.id] = max(bound, self.bikes[dock.id] - dock.capacity)
            return found

    def tours(
        self,
        seconds: npt.NDArray[np.int64],
        now_s: int,
        *,
        vans: int = 1,
        capacity: int = 12,
        budget_s: int = 5400,
        solve_s: float = 1.0,
    ) -> list[list[Stop]]:
        """Tours that even the docks out; place 0 of `seconds` is the depot, then the docks in order."""
        wanted = self.surplus(now_s)
        return plan_tours(
            [0, *(wanted[dock] for dock in self.docks)], seconds, vans=vans, capacity=capacity,
            budget_s=budget_s, solve_s=solve_s,
        )  # fmt: skip

    def _held(self, dock_id: str, what: str) -> int:
        return sum(h.dock_id == dock_id and h.what == what for h in self._holds.values())

    def _expire(self, now_s: int) -> None:
        for hold in [h for h in self._holds.values() if h.until_s <= now_s]:
            del self._holds[hold.id]

    def _dock(self, dock_id: str) -> Dock:
        try:
            return self.docks[dock_id]
        except KeyError:
            raise Unknown("dock", dock_id) from None
