"""The live plan as flat arrays: what every array means.

V vehicles, S slots a vehicle, K kinds of places (seats, wheelchair places, luggage), N locations. Slot 0 of a
vehicle is its origin: where and when it can next be sent elsewhere. Slots 1 .. size are its tasks in order.
Instants are seconds after the board's epoch, int32.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

I16 = npt.NDArray[np.int16]
I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
U8 = npt.NDArray[np.uint8]
U16 = npt.NDArray[np.uint16]
F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

ORIGIN, PICKUP, DROP, VISIT = 0, 1, 2, 3
NOBODY = -1
NEVER = 2_000_000_000
"""Stands for "no limit" in instants; far from the end of int32, so that sums stay in range."""

LANDMARKS = 4
"""So many places from which the extent of plans is told; more gained less than they cost."""

CLOSED, NO_PLACE, TOO_FAR, FULL, BATTERY, TOO_LONG, PROMISED = 0, 1, 2, 3, 4, 5, 6
REASONS = 7
"""Why a vehicle could not take a request: takes nobody now, never has such places, cannot be there in
time, its places are taken, would run low, the rider would ride too long or arrive too late, or another's
promise would be broken."""


class Board(NamedTuple):
    """All plans of a zone."""

    origin_loc: I32  # vehicle -> location at which its plan can change; (V,)
    origin_s: I32  # vehicle -> when it is there, ready to leave; (V,)
    size: I32  # vehicle -> tasks in its plan; (V,)
    fixed: I32  # vehicle -> leading slots after which nothing may be put yet (doors about to open); (V,)
    version: I32  # vehicle -> number of changes to its plan; (V,)
    taking: U8  # vehicle -> 1 if it takes new riders; (V,)
    simple: U8  # vehicle -> 1 if every ride bound follows from the windows; (V,)
    capacity: I16  # vehicle, kind -> places; (V, K)
    home: I32  # vehicle -> location of its depot; (V,)
    shift_end_s: I32  # vehicle -> when it must be home; (V,)
    usable_wh: F32  # vehicle -> energy at the origin above the reserve; (V,)
    wh_per_m: F32  # vehicle -> energy a metre; (V,)
    needed_wh: F32  # vehicle -> energy of its plan and the way to the nearest charger; (V,)
    loc: I32  # vehicle, slot -> location; (V, S)
    kind: U8  # vehicle, slot -> ORIGIN, PICKUP, DROP or VISIT; (V, S)
    ride: I32  # vehicle, slot -> ride, NOBODY for none; (V, S)
    early_s: I32  # vehicle, slot -> service starts no earlier; (V, S)
    late_s: I32  # vehicle, slot -> service starts no later, as promised; (V, S)
    dwell_s: I32  # vehicle, slot -> time of service; (V, S)
    ride_s_max: I32  # vehicle, slot -> at a drop: longest from end of pickup to start of drop; (V, S)
    mate: I16  # vehicle, slot -> at a drop: slot of its pickup, at a pickup: of its drop; (V, S)
    start_s: I32  # vehicle, slot -> earliest start of service under all bounds; (V, S)
    last_s: I32  # vehicle, slot -> latest start that breaks nothing that can still be kept; (V, S)
    change: (
        I16  # vehicle, slot, kind -> places taken (+) or freed (-) there; at slot 0 those on board; (V, S, K)
    )
    load: I16  # vehicle, slot, kind -> places taken on leaving; (V, S, K)
    ends: I32  # vehicle -> location of its last task (its origin if it has none), when it can leave; (V, 2)
    legs: I32  # vehicle, slot -> location, when it is left, seconds and metres to the next slot; (V, S, 4)
    reach: (
        F32  # vehicle, landmark -> largest toll from it round by a leg, and the leg; smallest toll to it and
        # back to a leg, less the leg; (V, 2 LANDMARKS)
    )


class Ground(NamedTuple):
    """How long it takes between locations; seconds obey the triangle inequality (rounded up)."""

    seconds: U16  # from, to -> driving time; (N, N)
    back: (
        U16  # to, from -> the same, transposed, so that "from all vehicles to one stop" reads one row; (N, N)
    )
    metres: U16  # from, to -> way; (N, N)
    charger_m: U16  # location -> way to the nearest charger; (N,)
    toll: F32  # from, to -> cost of driving there, seconds and metres; (N, N)
    toll_back: F32  # to, from -> the same, transposed; (N, N)
    from_mark: F32  # landmark, location -> toll from the landmark; (LANDMARKS, N)
    to_mark: F32  # landmark, location -> toll to the landmark; (LANDMARKS, N)
    slack: float  # what rounding may add to a bound made of tolls


class Ask(NamedTuple):
    """One request with the stops that could serve it: P pickup and D drop options."""

    pick_loc: I32  # (P,)
    pick_early_s: I32  # (P,)
    pick_late_s: I32  # (P,)
    pick_walk_s: I32  # (P,)
    drop_loc: I32  # (D,)
    drop_late_s: I32  # (D,)
    drop_walk_s: I32  # (D,)
    ride_s_max: I32  # (P, D)
    demand: I16  # places by kind; (K,)
    pick_dwell_s: int
    drop_dwell_s: int
    ready_s: int  # waiting counts from here


class Weights(NamedTuple):
    """Cost of a second or a metre, in seconds of a driven vehicle; the area's configuration."""

    drive: float  # per second driven
    metre: float  # per metre driven, energy included
    wait: float  # per second between being ready and boarding
    ride: float  # per second on board
    walk: float  # per second on foot to and from stops
    delay: float  # per second that others' tasks come later


class Found(NamedTuple):
    """The best insertions, one a vehicle, cheapest first; unused rows have cost infinity.

    Few arrays with names on their rows, since handing over each array of its own to a kernel takes time.
    """

    cost: F64  # (B,)
    rows: I32  # what the properties below name; (9, B)
    reason: I64  # why vehicles could not; (REASONS,)

    def row(self, k: int) -> I32:
        """Row `k` of `rows`; (B,)."""
        row: I32 = self.rows[k]
        return row

    @property
    def vehicle(self) -> I32:
        """Vehicle, NOBODY in unused rows; (B,)."""
        return self.row(0)

    @property
    def after_pick(self) -> I32:
        """Slot after which the pickup goes; (B,)."""
        return self.row(1)

    @property
    def after_drop(self) -> I32:
        """Slot (of the plan as it is) after which the drop goes, >= after_pick; (B,)."""
        return self.row(2)

    @property
    def pick(self) -> I32:
        """Chosen pickup option; (B,)."""
        return self.row(3)

    @property
    def drop(self) -> I32:
        """Chosen drop option; (B,)."""
        return self.row(4)

    @property
    def pick_s(self) -> I32:
        """Start of pickup; (B,)."""
        return self.row(5)

    @property
    def drop_s(self) -> I32:
        """Start of drop; (B,)."""
        return self.row(6)

    @property
    def drive_s(self) -> I32:
        """Driving time added; (B,)."""
        return self.row(7)

    @property
    def drive_m(self) -> I32:
        """Way added; (B,)."""
        return self.row(8)


LOC, EARLY, LATE, DWELL, RIDE_MAX, MATE, START = 0, 1, 2, 3, 4, 5, 6
"""Rows of `Trial.route`."""


class Trial(NamedTuple):
    """Scratch memory for one route with a candidate in it, and for the bounds of all."""

    route: I32  # LOC .. START, slot of the route with both stops in it; (7, S + 2)
    further: F64  # slot of the plan as it is -> least toll of a drop behind it or later; (S + 2,)
    floor: F64  # slot of the plan as it is -> least cost with the pickup behind it; (S + 2,)
    grade: U8  # vehicle -> how soon it could come, in steps of cost; (V,)
    vehicle: I32  # those that are looked at; (V,)
    order: I32  # places in `vehicle` in the order in which they are tried; (V,)


def new_board(vehicles: int, slots: int, kinds: int) -> Board:
    """An empty board; every vehicle closed, at location 0."""
    v, s = vehicles, slots

    def grid(fill: int, dtype: npt.DTypeLike = np.int32) -> npt.NDArray[np.int32]:
        return np.full((v, s), fill, dtype)

    return Board(
        origin_loc=np.zeros(v, np.int32),
        origin_s=np.zeros(v, np.int32),
        size=np.zeros(v, np.int32),
        fixed=np.zeros(v, np.int32),
        version=np.zeros(v, np.int32),
        taking=np.zeros(v, np.uint8),
        simple=np.ones(v, np.uint8),
        capacity=np.zeros((v, kinds), np.int16),
        home=np.zeros(v, np.int32),
        shift_end_s=np.full(v, NEVER, np.int32),
        usable_wh=np.full(v, np.inf, np.float32),
        wh_per_m=np.zeros(v, np.float32),
        needed_wh=np.zeros(v, np.float32),
        loc=grid(0),
        kind=np.zeros((v, s), np.uint8),
        ride=grid(NOBODY),
        early_s=grid(0),
        late_s=grid(NEVER),
        dwell_s=grid(0),
        ride_s_max=grid(NEVER),
        mate=np.full((v, s), NOBODY, np.int16),
        start_s=grid(0),
        last_s=grid(NEVER),
        change=np.zeros((v, s, kinds), np.int16),
        load=np.zeros((v, s, kinds), np.int16),
        ends=np.zeros((v, 2), np.int32),
        legs=np.zeros((v, s, 4), np.int32),
        reach=np.zeros((v, 2 * LANDMARKS), np.float32),
    )


def new_found(best: int) -> Found:
    """Room for the `best` cheapest insertions."""
    return Found(np.full(best, np.inf), np.full((9, best), NOBODY, np.int32), np.zeros(REASONS, np.int64))


def new_trial(slots: int, vehicles: int) -> Trial:
    """Scratch for a search over `vehicles` plans of `slots` slots."""
    return Trial(
        np.zeros((7, slots + 2), np.int32), np.zeros(slots + 2), np.zeros(slots + 2),
        np.empty(vehicles, np.uint8), np.empty(vehicles, np.int32), np.empty(vehicles, np.int32),
    )  # fmt: skip
