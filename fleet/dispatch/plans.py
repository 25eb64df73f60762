"""All plans of a zone: the board's arrays with names on them.

Only this module turns vehicles, rides and instants into indices and board seconds, and back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fleet.dispatch.ports import Matrix
from fleet.errors import Unknown
from fleet.kernels import plan_change
from fleet.kernels.board_layout import (
    DROP,
    NEVER,
    NOBODY,
    PICKUP,
    VISIT,
    Ask,
    Board,
    Found,
    Ground,
    Weights,
    new_board,
    new_found,
    new_trial,
)
from fleet.kernels.insertion import scan
from fleet.kernels.landmarks import lay_ground
from fleet.kernels.schedule import settle

__all__ = ["Place", "Plans", "Task"]

I16 = npt.NDArray[np.int16]
TASKS_MAX = 64
_KIND = {PICKUP: "pickup", DROP: "drop", VISIT: "visit"}
_CODE = {name: code for code, name in _KIND.items()}


@dataclass(frozen=True, slots=True)
class Task:
    """One stop of a plan; instants in epoch seconds."""

    kind: str  # pickup | drop | visit
    ride_id: str  # empty at a visit
    location: int
    early_s: int
    late_s: int
    dwell_s: int
    ride_s_max: int = NEVER  # at a drop: longest from the end of the pickup
    change: tuple[int, ...] = ()  # places taken or freed, by kind; empty: none
    start_s: int = 0  # planned; read only


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a plan a ride goes: pickup after slot `i`, drop after slot `j` of the plan as it is."""

    vehicle: int
    i: int
    j: int


class Plans:
    """The plans of `vehicle_ids`, in that order. Not thread-safe: the dispatcher locks."""

    def __init__(
        self, vehicle_ids: list[str], capacity: I16, matrix: Matrix, epoch_s: int, weights: Weights
    ) -> None:
        self.epoch_s = epoch_s
        self._weights = weights
        self.ids = list(vehicle_ids)
        self.index = {identity: v for v, identity in enumerate(vehicle_ids)}
        self.board: Board = new_board(len(vehicle_ids), TASKS_MAX, capacity.shape[1])
        self.board.capacity[:] = capacity
        self._charger_locations: list[int] = []
        self.ground: Ground
        self.use(matrix)
        self._trial = new_trial(TASKS_MAX, len(vehicle_ids))
        self._found = new_found(1)
        self._ride_ids: list[str] = []
        self._ride_numbers: dict[str, int] = {}
        self._free: list[int] = []

    def use(self, matrix: Matrix, chargers: list[int] | None = None) -> None:
        """Go by other travel times from now on; the caller settles the plans anew with `settle_all`."""
        if chargers is not None:
            self._charger_locations = chargers
        if self._charger_locations:
            charger_m = matrix.metres[:, self._charger_locations].min(axis=1)
        else:
            charger_m = np.zeros(len(matrix.metres), np.uint16)
        self.ground = lay_ground(matrix.seconds, matrix.metres, charger_m, self._weights)

    def vehicle(self, identity: str) -> int:
        """The index of a vehicle; Unknown if there is none."""
        try:
            return self.index[identity]
        except KeyError:
            raise Unknown("vehicle", identity) from None

    def to_board(self, instant_s: int) -> int:
        """Board seconds of an instant."""
        return max(-NEVER, min(instant_s - self.epoch_s, NEVER))

    def settle_all(self) -> list[int]:
        """Settle every plan; the vehicles with a late task in theirs."""
        return [v for v in range(len(self.ids)) if settle(self.board, self.ground, v) > 0]

    def settle(self, v: int) -> int:
        """Settle one plan; its lateness in seconds."""
        return int(settle(self.board, self.ground, v))

    def set_origin(self, v: int, location: int, instant_s: int) -> int:
        """Vehicle `v` can next be sent elsewhere from `location` at `instant_s`; the lateness of its plan."""
        self.board.origin_loc[v], self.board.origin_s[v] = location, self.to_board(instant_s)
        return self.settle(v)

    def catch_up(self, now_s: int, standing: npt.NDArray[np.bool_], due_s: int) -> list[int]:
        """Let no plan begin before `now_s`, and fix the stops that are due; the vehicles whose times changed.

        A vehicle that stood, or has said nothing, leaves its origin now at the earliest; one of `standing`
        (at a stop of its plan; (vehicles,)) that still has a task there stays till now at least. Stops that
        begin within `due_s` stay first in their plans.
        """
        board, now = self.board, self.to_board(now_s)
        busy = board.size > 0
        serving = busy & standing & (board.loc[:, 1] == board.origin_loc)
        first_s = board.start_s[:, 1]
        np.maximum(board.origin_s, now, out=board.origin_s, where=~serving)
        soonest_s = board.origin_s + self.ground.seconds[board.origin_loc, board.loc[:, 1]]
        longer = serving & (first_s + board.dwell_s[:, 1] < now)
        board.dwell_s[longer, 1] = now - first_s[longer]
        changed = [int(v) for v in np.flatnonzero(longer | (busy & ~serving & (soonest_s > first_s)))]
        for v in changed:
            settle(board, self.ground, v)
        slots = np.arange(1, board.loc.shape[1])
        due = (board.start_s[:, 1:] <= now + due_s) & (slots <= board.size[:, None])
        board.fixed[:] = np.maximum(due.sum(axis=1), serving)
        return changed

    def best(self, ask: Ask, now_s: int) -> Found:
        """The cheapest insertions of an ask (whose instants are board seconds); valid until the next call."""
        now = self.to_board(now_s)
        scan(self.board, self.ground, ask, self._weights, now, self._trial, self._found)
        return self._found

    def put(
        self,
        ride_id: str,
        place: Place,
        pick: tuple[int, int, int, int],
        drop: tuple[int, int, int],
        ride_s_max: int,
        demand: I16,
    ) -> int:
        """Put a ride where `best` found it; (location, earliest, latest, dwell), epoch seconds; lateness."""
        number = self._number(ride_id)
        return int(
            plan_change.insert(
                self.board, self.ground, place.vehicle, place.i, place.j, number,
                (pick[0], self.to_board(pick[1]), self.to_board(pick[2]), pick[3]),
                (drop[0], self.to_board(drop[1]), drop[2]),
                min(ride_s_max, NEVER), demand,
            )
        )  # fmt: skip

    def take_out(self, ride_id: str, v: int) -> int:
        """Take a ride out of a plan; the lateness that remains."""
        self._release(v, self.slots(ride_id, v))
        number = self._ride_numbers.pop(ride_id)
        late = int(plan_change.remove_ride(self.board, self.ground, v, number))
        self._free.append(number)
        return late

    def visit(
        self, v: int, location: int, early_s: int, late_s: int, dwell_s: int, at: int | None = None
    ) -> int:
        """Send a vehicle somewhere without riders, after slot `at` (its end if None); the lateness."""
        slot = int(self.board.size[v]) if at is None else at
        early, late = self.to_board(early_s), self.to_board(late_s)
        return int(plan_change.visit(self.board, self.ground, v, slot, location, early, late, dwell_s))

    def drop_slot(self, v: int, k: int) -> int:
        """Take the visit in slot `k` out of a plan; the lateness that remains."""
        self._release(v, (k,))
        return int(plan_change.remove_slot(self.board, self.ground, v, k))

    def drop_visits(self, v: int) -> None:
        """Take every visit out of a plan."""
        for k in range(int(self.board.size[v]), 0, -1):
            if self.board.kind[v, k] == VISIT:
                self.drop_slot(v, k)

    def _release(self, v: int, slots: tuple[int, ...]) -> None:
        """What is fixed ends with these slots, which go; the vehicle takes others before what stays."""
        self.board.fixed[v] -= sum(0 < k <= self.board.fixed[v] for k in slots)

    def stretch_first(self, v: int, until_s: int) -> int:
        """The first task of `v` lasts until an instant if that is later than planned; the lateness."""
        board = self.board
        board.dwell_s[v, 1] = max(int(board.dwell_s[v, 1]), self.to_board(until_s) - int(board.start_s[v, 1]))
        return self.settle(v)

    def finish_first(self, v: int, done_s: int) -> int:
        """The first task of `v` is done; the lateness of the rest."""
        number = int(self.board.ride[v, 1])
        over = self.board.kind[v, 1] == DROP
        late = int(plan_change.finish_first(self.board, self.ground, v, self.to_board(done_s)))
        if over:
            self._ride_numbers.pop(self._ride_ids[number])
            self._free.append(number)
        return late

    def clear(self, v: int) -> list[str]:
        """Empty a plan; the rides that were in it."""
        rides = self.rides_of(v)
        for ride_id in rides:
            self.take_out(ride_id, v)
        self.drop_visits(v)
        return rides

    def slots(self, ride_id: str, v: int) -> tuple[int, int]:
        """Slots of a ride's pickup (0 when on board) and drop in plan `v`."""
        number = self._ride_numbers[ride_id]
        n = int(self.board.size[v])
        pick = drop = 0
        for k in range(1, n + 1):
            if self.board.ride[v, k] == number:
                if self.board.kind[v, k] == PICKUP:
                    pick = k
                else:
                    drop = k
        return pick, drop

    def times(self, ride_id: str, v: int) -> tuple[int, int]:
        """Planned start of pickup (0 when on board) and of drop, in epoch seconds."""
        k, m = self.slots(ride_id, v)
        start = self.board.start_s[v]
        return (int(start[k]) + self.epoch_s if k else 0), int(start[m]) + self.epoch_s

    def tasks(self, v: int) -> list[Task]:
        """The plan of a vehicle."""
        board = self.board
        return [
            Task(
                _KIND[int(board.kind[v, k])],
                "" if board.ride[v, k] == NOBODY else self._ride_ids[int(board.ride[v, k])],
                int(board.loc[v, k]),
                int(board.early_s[v, k]) + self.epoch_s,
                int(board.late_s[v, k]) + self.epoch_s,
                int(board.dwell_s[v, k]),
                int(board.ride_s_max[v, k]),
                tuple(board.change[v, k].tolist()),
                int(board.start_s[v, k]) + self.epoch_s,
            )
            for k in range(1, int(board.size[v]) + 1)
        ]

    def lay(self, v: int, tasks: list[Task], on_board: tuple[int, ...] | None = None) -> int:
        """Replace the whole plan of a vehicle; its lateness. `on_board` are the places taken at its start.

        The rides of the tasks must stand in no other plan. Used to publish a better plan and after a
        takeover.
        """
        board = self.board
        if len(tasks) >= board.loc.shape[1]:
            raise ValueError(f"{len(tasks)} tasks in a plan with room for {board.loc.shape[1] - 1}")
        kept = {task.ride_id for task in tasks if task.ride_id}
        for ride_id in self.rides_of(v):
            if ride_id not in kept:
                self._free.append(self._ride_numbers.pop(ride_id))
        if on_board is not None:
            board.change[v, 0] = on_board
        for k, task in enumerate(tasks, 1):
            number = NOBODY
            if task.ride_id:
                number = self._ride_numbers.get(task.ride_id, NOBODY)
                number = self._number(task.ride_id) if number == NOBODY else number
            board.kind[v, k], board.ride[v, k], board.loc[v, k] = _CODE[task.kind], number, task.location
            board.early_s[v, k], board.late_s[v, k] = self.to_board(task.early_s), self.to_board(task.late_s)
            board.dwell_s[v, k], board.ride_s_max[v, k] = task.dwell_s, min(task.ride_s_max, NEVER)
            board.change[v, k] = task.change or 0
        board.size[v] = len(tasks)
        board.version[v] += 1
        plan_change.relink(board, v)
        return self.settle(v)

    def rides_of(self, v: int) -> list[str]:
        """The rides in a plan, in the order of their first task."""
        seen = dict.fromkeys(
            int(r) for r in self.board.ride[v, 1 : int(self.board.size[v]) + 1] if r != NOBODY
        )
        return [self._ride_ids[r] for r in seen]

    def lateness(self, v: int) -> list[tuple[str, str, int]]:
        """(ride, pickup or drop, seconds beyond the promise) of every late task of a plan."""
        board = self.board
        return [
            (self._ride_ids[int(board.ride[v, k])], _KIND[int(board.kind[v, k])], late)
            for k in range(1, int(board.size[v]) + 1)
            if board.ride[v, k] != NOBODY and (late := int(board.start_s[v, k] - board.late_s[v, k])) > 0
        ]

    def _number(self, ride_id: str) -> int:
        if self._free:
            number = self._free.pop()
            self._ride_ids[number] = ride_id
        else:
            number = len(self._ride_ids)
            self._ride_ids.append(ride_id)
        self._ride_numbers[ride_id] = number
        return number
