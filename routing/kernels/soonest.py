"""The journey that is there soonest by Trip-Based searches both ways, in one call."""

from __future__ import annotations

import numpy as np
from numba import njit

from routing.kernels.layout import I32, NO_LIMIT
from routing.kernels.trips import Tables, TripState, search_trips


@njit(cache=True, nogil=True)
def soonest_trips(
    side: Tables,
    other: Tables,
    first_stops: I32,
    first_s: I32,
    last_stops: I32,
    last_s: I32,
    begin_s: int,
    vehicles_max: int,
    walk_class: int,
    turned: bool,
    state: TripState,
    rides: I32,
) -> int:
    """By how many vehicles one is there soonest; 0 if there is no way, -1 if `state` has too few parts.

    The search in `side` finds when; of the journeys that are there by then with as few vehicles the one that
    leaves last is found in `other`. It is written into `rides`, in the order of `side` if `turned`, else in
    that of `other`: pattern, run of the pattern, positions boarded and left at; int32, (vehicles_max, 4).
    """
    found = search_trips(
        side.day, side.runs, side.changes, side.floors, side.column, side.change_s, side.against,
        first_stops, first_s, last_stops, last_s, begin_s, NO_LIMIT, 1, vehicles_max, walk_class, state,
    )  # fmt: skip
    if found <= 0:
        return found
    k = 0
    for more in range(vehicles_max + 1):
        if state.target_arrival[more] < state.target_arrival[k]:
            k = more
    end_s = np.int64(state.target_arrival[k])
    begun_s = _leaves(side, first_stops, first_s, np.int64(state.trail[k, 0, 0]), state.trail[k, 0, 1])
    # That one leaves no earlier than the one found; nothing is there as soon by fewer vehicles.
    found = search_trips(
        other.day, other.runs, other.changes, other.floors, other.column, other.change_s, other.against,
        last_stops, last_s, first_stops, first_s, -end_s, -begun_s + 1, k, k, walk_class, state,
    )  # fmt: skip
    if found < 0:
        return -1
    for n in range(k):
        run, board, alight = state.trail[k, n]
        pattern = np.searchsorted(other.day.run_offsets, run, "right") - 1
        within = run - other.day.run_offsets[pattern]
        place = n
        if turned:
            length = other.runs.row[run, 1]
            place = k - 1 - n
            within = other.day.run_offsets[pattern + 1] - 1 - run
            board, alight = length - 1 - alight, length - 1 - board
        rides[place, 0], rides[place, 1], rides[place, 2], rides[place, 3] = pattern, within, board, alight
    return k


@njit(cache=True, nogil=True)
def _leaves(side: Tables, stops: I32, seconds: I32, run: np.int64, board: int) -> np.int64:
    """When one leaves the door to board a run of the day at a position."""
    stop = side.day.pattern_stops[side.runs.row[run, 0] + board]
    departure = np.int64(side.day.departure[side.runs.row[run, 2] + board])
    leaves = departure - NO_LIMIT
    for a in range(stops.shape[0]):
        if stops[a] == stop:
            leaves = max(leaves, departure - seconds[a])
    return leaves
