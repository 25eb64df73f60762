"""The arrays of the plan improver. One line a field: key -> meaning; dtype, shape, unit.

A *node* is one stop of one vehicle or rider: a vehicle's start, its end, a pickup, a drop. A *unit* is what
is taken out of a plan and put back as one: a pickup with its drop, or only the drop of a rider who is on
board. Times are seconds (or the unit of a benchmark's file) on one clock; `hop` includes the service at its
first node, so that start + hop is the earliest start at the next.
"""

from __future__ import annotations

from typing import NamedTuple, cast

import numpy as np
import numpy.typing as npt

U8 = npt.NDArray[np.uint8]
I16 = npt.NDArray[np.int16]
I32 = npt.NDArray[np.int32]
U32 = npt.NDArray[np.uint32]
I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]

wide = cast("type[int]", np.int64)
"""To 64 bits, and no literal: numba compiles a function anew for each width and literal it is given."""

ABSENT = -1
TOLERANCE = 1e-9
"""Two sums of the same travel times in another order differ by less; windows are widened by this much."""


class ProblemArrays(NamedTuple):
    """What is to be planned; never written by a kernel."""

    hop: F64  # from, to -> service at from + travel; float64, (nodes, nodes), s
    cost: F64  # from, to -> cost of the arc; float64, (nodes, nodes), cost
    energy: F64  # from, to -> energy of the arc; float64, (nodes, nodes) or (1, 1) if has_energy is 0, Wh
    early: F64  # node -> earliest start of service; float64, (nodes,), s
    late: F64  # node -> latest start of service, + TOLERANCE; float64, (nodes,), s
    demand: I32  # node, kind -> change of load; int32, (nodes, kinds), places
    partner: I32  # node -> pickup whose ride is limited at this drop, or ABSENT; int32, (nodes,)
    ride: F64  # drop -> most between the starts of its pickup and itself; float64, (nodes,), s
    time_weight: F64  # node -> cost of each second that its start is later; float64, (nodes,), cost/s
    unit_of: I32  # node -> unit, or ABSENT for starts, ends and fixed stops; int32, (nodes,)
    unit_pick: I32  # unit -> pickup node, or ABSENT for a rider on board; int32, (units,)
    unit_drop: I32  # unit -> drop node; int32, (units,)
    unit_vehicle: I32  # unit -> the one vehicle that may serve it, or ABSENT; int32, (units,)
    unit_penalty: F64  # unit -> cost of leaving it out; float64, (units,), cost
    near: I32  # unit, rank -> unit, nearest first, itself at rank 0; int32, (units, near)
    capacity: I32  # vehicle, kind -> places; int32, (vehicles, kinds)
    onboard: I32  # vehicle, kind -> load at its start; int32, (vehicles, kinds)
    start: I32  # vehicle -> start node; int32, (vehicles,)
    end: I32  # vehicle -> end node; int32, (vehicles,)
    frozen: I32  # vehicle -> stops after the start that stay first; int32, (vehicles,)
    duration: F64  # vehicle -> most between start and end; float64, (vehicles,), s
    energy_limit: F64  # vehicle -> most energy of the route; float64, (vehicles,), Wh
    fixed: F64  # vehicle -> cost of a route that has stops; float64, (vehicles,), cost
    kind: I32  # vehicle -> class of vehicles that are the same to the plan; int32, (vehicles,)
    has_ride: int  # 1 if any ride or duration is limited
    has_energy: int  # 1 if any vehicle's energy is limited
    timed: int  # 1 if any time_weight is not zero


class PlanArrays(NamedTuple):
    """One plan, with what insertion needs to know of each route; owned by the caller."""

    nodes: U32  # vehicle, position -> node, start and end included; uint32, (vehicles, length)
    size: I32  # vehicle -> positions used; int32, (vehicles,)
    units: I32  # vehicle -> units on the route; int32, (vehicles,)
    first: F64  # vehicle, position -> earliest start of service; float64, (vehicles, length), s
    last: F64  # vehicle, position -> latest start of service; float64, (vehicles, length), s
    drive: F64  # vehicle, position -> sum of hops up to here; float64, (vehicles, length), s
    load: I32  # vehicle, position, kind -> load after the stop; int32, (vehicles, length, kinds)
    route_cost: F64  # vehicle -> arcs, time and fixed cost; float64, (vehicles,), cost
    route_energy: F64  # vehicle -> energy; float64, (vehicles,), Wh
    vehicle_of: I32  # node -> vehicle, or ABSENT; int32, (nodes,)
    place_of: I32  # node -> position on its route; int32, (nodes,)
    open: U8  # vehicle -> may be given stops; uint8, (vehicles,)
    absent: I32  # rank -> unit that is not served; int32, (units,)
    tally: I64  # 0 -> units absent; int64, (1,)


class Workspace(NamedTuple):
    """Working memory of one search; what it holds between calls is said here, the rest is scratch."""

    rng: I64  # 0 -> state of the generator, kept; int64, (1,)
    trial_nodes: U32  # position -> node of a route that is tried; uint32, (length + 2,)
    trial_start: F64  # position -> start of service on it; float64, (length + 2,), s
    further: F64  # vehicle, position -> least detour of a drop behind it or later; float64, (V, length), cost
    promise: F64  # vehicle, position -> least cost with a pickup behind it; float64, (V, length), cost
    promise_of: F64  # vehicle -> least of them; float64, (V,), cost
    promise_at: I32  # vehicle -> where it is; int32, (V,)
    promise_end: I32  # vehicle -> position from which on pickups come too late; int32, (V,)
    seen_kind: I64  # class of vehicles -> stamp of the search that has tried an empty one; int64, (kinds,)
    stamp: I64  # 0 -> last stamp given, 1 -> last stamp of a round; int64, (2,)
    touched: I32  # rank -> vehicle changed in this round; int32, (vehicles,)
    touched_at: I64  # vehicle -> round that last changed it; int64, (vehicles,)
    touched_count: I64  # 0 -> vehicles changed in this round; int64, (1,)
    marked: U8  # unit -> being taken out; uint8, (units,)
    key: F64  # unit -> sort key; float64, (units,)
    missed: F64  # unit -> rounds in which it could not be placed, kept; float64, (units,)
    weight: F64  # unit -> how much dearer than others it is to leave it out on the way; float64, (units,)
    counts: I64  # 0 rounds, 1 of them given up, 2 accepted, 3 best so far, 4 accepted with more
    # left out than in the best; int64, (5,), kept


class PoolArrays(NamedTuple):
    """Routes met on the way, at most one for each set of units and class of vehicle: the cheapest."""

    table: I32  # slot -> entry, or ABSENT; int32, (slots,), slots is a power of two
    zobrist: I64  # node -> random bits; int64, (nodes,)
    kind_bits: I64  # class of vehicles -> random bits; int64, (classes,)
    keys: I64  # entry -> exclusive or of the bits of its nodes and class; int64, (entries,)
    cost: F64  # entry -> cost; float64, (entries,), cost
    vehicle: I32  # entry -> vehicle that drove it; int32, (entries,)
    offset: I64  # entry -> first node in stops; int64, (entries,)
    length: I32  # entry -> stops between start and end; int32, (entries,)
    stops: I16  # offset + position -> node; int16, (capacity,)
    used: I64  # 0 -> entries used, 1 -> stops used, 2 -> routes turned away for want of room; int64, (3,)
