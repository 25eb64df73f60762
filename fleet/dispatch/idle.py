"""What vehicles without riders do: go where riders will be, charge when it hurts least, rest.

Demand is forecast per stop and half hour of the weekday by exponential smoothing of what was asked (also
what had to be refused). Idle vehicles then flow to the stops that expect more riders than vehicles near
them will serve, each move paid for with its empty kilometres: a minimum-cost flow, as Pavone et al. (2012)
formulate rebalancing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from fleet.adapters.flow import assign
from fleet.dispatch.fleet_state import FleetState, Mode
from fleet.dispatch.operations import Operations

__all__ = ["Forecast", "Idle"]

SLOT_S = 1800
_SMOOTHING = 0.3
_AHEAD_SLOTS = 1
_RIDERS_EACH = 3.0
"""Riders that one vehicle standing near can serve within a slot."""
_STOPS_EACH = 4
_LOW_SHARE = 0.30
_FULL_SHARE = 0.90
_OPPORTUNE_SHARE = 0.60


class Forecast:
    """Expected requests by stop, weekday and half hour."""

    def __init__(self, stops: int, timezone: str) -> None:
        self._zone = ZoneInfo(timezone)
        self.level = np.zeros((7, 48, stops))
        self._count = np.zeros(stops)
        self._slot: tuple[int, int] | None = None

    def seen(self, stop: int, now_s: int) -> None:
        """Somebody asked for a ride from here."""
        self._turn(now_s)
        self._count[stop] += 1

    def expected(self, now_s: int) -> npt.NDArray[np.float64]:
        """Requests expected at each stop from now on for one slot; (stops,)."""
        self._turn(now_s)
        day, slot = self._at(now_s)
        share = (now_s % SLOT_S) / SLOT_S
        later = divmod(day * 48 + slot + _AHEAD_SLOTS, 48)
        ahead = self.level[later[0] % 7, later[1]]
        return np.asarray((1 - share) * np.maximum(self.level[day, slot], self._count) + share * ahead)

    def _turn(self, now_s: int) -> None:
        """Close the slots that have ended."""
        at = self._at(now_s)
        if self._slot is not None and at != self._slot:
            level = self.level[self._slot]
            level += np.where(level == 0, 1.0, _SMOOTHING) * (self._count - level)
            self._count[:] = 0
        self._slot = at

    def _at(self, now_s: int) -> tuple[int, int]:
        moment = datetime.fromtimestamp(now_s, self._zone)
        return moment.weekday(), moment.hour * 2 + moment.minute // 30


@dataclass(slots=True)
class Idle:
    """Directs vehicles whose plans are empty. Safe to call from several threads."""

    state: FleetState
    operations: Operations
    forecast: Forecast

    def direct(self, now_s: int) -> list[str]:
        """Send idle vehicles to charge or to where riders will be; the vehicles sent."""
        state = self.state
        with state.lock:
            board = state.plans.board
            idle = [
                v
                for v, duty in enumerate(state.duties)
                if duty.mode is Mode.SERVICE and board.size[v] == 0 and not duty.at_stop
            ]
            charging = self._charge(idle, now_s)
            rest = [v for v in idle if v not in charging]
            return [state.duties[v].id for v in charging + self._relocate(rest, now_s)]

    def _charge(self, idle: list[int], now_s: int) -> list[int]:
        """Charge what is low, and what could use it while more vehicles idle than riders are expected."""
        state = self.state
        chargers = state.charger_locations()
        room = {c: state.service.chargers[k].points for k, c in enumerate(chargers)}
        board = state.plans.board
        for v, duty in enumerate(state.duties):
            if duty.mode is Mode.CHARGING:
                place = int(board.loc[v, board.size[v]]) if board.size[v] else int(board.origin_loc[v])
                room[place] = room.get(place, 1) - 1
        spare = len(idle) - int(np.ceil(self.forecast.expected(now_s).sum() / _RIDERS_EACH))
        sent: list[int] = []
        for v in sorted(idle, key=lambda v: state.duties[v].charge_wh / state.duties[v].model.battery_wh):
            duty = state.duties[v]
            share = duty.charge_wh / duty.model.battery_wh
            if share >= _OPPORTUNE_SHARE or (share >= _LOW_SHARE and len(sent) >= spare):
                break
            free = [c for c in chargers if room[c] > 0]
            if not free:
                break
            here = int(board.origin_loc[v])
            place = min(free, key=lambda c: (int(state.matrix.seconds[here, c]), c))
            room[place] -= 1
            power = state.service.chargers[chargers.index(place)].power_w
            dwell_s = int((_FULL_SHARE * duty.model.battery_wh - duty.charge_wh) / power * 3600)
            duty.target = -1
            self.operations.send(duty.id, place, dwell_s, now_s, Mode.CHARGING)
            sent.append(v)
        return sent

    def _relocate(self, idle: list[int], now_s: int) -> list[int]:
        state = self.state
        expected = self.forecast.expected(now_s)
        need = np.ceil(expected / _RIDERS_EACH).astype(np.int64)
        stops = np.flatnonzero(need)
        if not idle or not len(stops):
            return []
        most = _STOPS_EACH * len(idle)
        if len(stops) > most:  # the busiest: nobody is sent to the others anyway
            stops = np.sort(stops[np.argsort(-expected[stops], kind="stable")[:most]])
        goal = state.service.objective
        here = state.plans.board.origin_loc[idle]
        at = np.array([d.target if d.target >= 0 else int(h) for d, h in
                       ((state.duties[v], h) for v, h in zip(idle, here, strict=True))])  # fmt: skip
        seconds = state.matrix.seconds[np.ix_(here, stops)].astype(np.float64)
        metres = state.matrix.metres[np.ix_(here, stops)].astype(np.float64)
        price = goal.drive * seconds + (goal.km + goal.empty_km) * metres / 1000.0
        worth = goal.wait * expected[stops] / need[stops] * _gain_s(state, stops)
        places = assign((price - worth).astype(np.int64), need[stops], 0)
        sent = []
        for k, place in enumerate(places.tolist()):
            target = int(stops[place]) if place >= 0 else -1
            duty = state.duties[idle[k]]
            if target >= 0 and target != at[k]:
                duty.target = target
                state.tell("relocate", duty.id, now_s)
                sent.append(idle[k])
        return sent


def _gain_s(state: FleetState, stops: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Waiting that a vehicle standing at a stop saves each rider there: the mean way to it from anywhere."""
    return np.asarray(state.matrix.seconds[: len(state.service.stops)][:, stops].mean(axis=0), np.float64)
