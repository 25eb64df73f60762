"""How late one may still be: bounds that know when the last vehicle of a journey leaves.

Floors (`routing.kernels.floors`) know no waiting. Where a destination is served once an hour they say that
almost everything reached by now might still improve on the best arrival, though the one vehicle that would
has left. Here the last vehicle is taken from the timetable: for every stop at which it can be boarded, the
latest departure that arrives before the best arrival; from there on backwards the floors count.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from routing.kernels.floors import Floors
from routing.kernels.layout import ALIGHT, BOARD, I32, U16, UNREACHED, DayTimetable, Interchanges

_NEVER = -UNREACHED
_LOOSE_S = 120
"""Bounds may be later than they must by so much: what another row covers up to that is not read."""


class LatestState(NamedTuple):
    """Working memory, by served stop; int32, (served,), s. The first two hold nothing between searches."""

    departure: I32  # latest departure of a last vehicle from there
    change: I32  # latest time of alighting there to change to a last vehicle
    listed: I32  # stops that have such a time, as a list
    latest: I32  # latest time of alighting there to be in time by one more vehicle at least


def new_latest_state(served: int) -> LatestState:
    """Working memory for a day with so many served stops."""
    return LatestState(
        departure=np.full(served, _NEVER, np.int32),
        change=np.full(served, _NEVER, np.int32),
        listed=np.empty(served, np.int32),
        latest=np.empty(served, np.int32),
    )


@njit(cache=True, nogil=True)
def fill_latest(
    day: DayTimetable,
    floors: Floors,
    against: Interchanges,
    egress_stops: I32,
    egress_s: I32,
    before_s: int | np.int64,
    state: LatestState,
) -> None:
    """Write `state.latest` for arrivals at the door before `before_s`; `against` has footpaths by target."""
    boarded = 0
    for g in range(egress_stops.shape[0]):
        by = np.int64(before_s) - 1 - egress_s[g]
        boarded = _board(day, floors.number, np.int64(egress_stops[g]), by, boarded, state)
    listed = _change(floors.number, against, boarded, state)
    state.latest[:] = _NEVER
    # Latest first: floors obey the triangle inequality, so one row covers most of those behind it.
    order = np.argsort(state.change[state.listed[:listed]])
    for k in range(listed - 1, -1, -1):
        stop = state.listed[order[k]]
        if state.latest[stop] < state.change[stop]:
            _cover(floors.least_s[stop], np.int32(state.change[stop] + _LOOSE_S), state.latest)
    for k in range(listed):
        state.change[state.listed[k]] = _NEVER


@njit(cache=True, nogil=True)
def _board(
    day: DayTimetable, number: I32, stop: np.int64, by: np.int64, boarded: int, state: LatestState
) -> int:
    """Note departures of the latest vehicles that are at a stop by a time; returns how many stops have one.

    The list stands in `state.latest` meanwhile, by number of the stop in the day.
    """
    for e in range(day.stop_offsets[stop], day.stop_offsets[stop + 1]):
        pattern = day.stop_patterns[e]
        position = day.stop_positions[e]
        entry = day.pattern_offsets[pattern]
        if not day.pattern_flags[entry + position] & ALIGHT:
            continue
        length = day.pattern_offsets[pattern + 1] - entry
        base = day.time_offsets[pattern]
        low = 0
        high = day.run_offsets[pattern + 1] - day.run_offsets[pattern]
        while low < high:
            middle = (low + high) >> 1
            if day.arrival[base + middle * length + position] <= by:
                low = middle + 1
            else:
                high = middle
        if low == 0:
            continue
        event = base + (low - 1) * length
        for i in range(position):
            if day.pattern_flags[entry + i] & BOARD:
                at = number[day.pattern_stops[entry + i]]
                departure = day.departure[event + i]
                if departure > state.departure[at]:
                    if state.departure[at] == _NEVER:
                        state.latest[boarded] = day.pattern_stops[entry + i]
                        boarded += 1
                    state.departure[at] = departure
    return boarded


@njit(cache=True, nogil=True)
def _change(number: I32, against: Interchanges, boarded: int, state: LatestState) -> int:
    """From departures to times of alighting before them; returns how many stops are listed."""
    listed = 0
    for k in range(boarded):
        stop = state.latest[k]
        departure = np.int64(state.departure[number[stop]])
        state.departure[number[stop]] = _NEVER
        for path in range(against.offsets[stop] - 1, against.offsets[stop + 1]):
            at = number[stop]
            by = departure - against.change_s[stop]
            if path >= against.offsets[stop]:
                at = number[against.target[path]]
                by = departure - against.duration_s[path]
            if at >= 0 and by > state.change[at]:
                if state.change[at] == _NEVER:
                    state.listed[listed] = at
                    listed += 1
                state.change[at] = by
    return listed


@njit(cache=True, nogil=True)
def _cover(row: U16, by: np.int32, latest: I32) -> None:
    for at in range(latest.shape[0]):
        time = np.int32(by - np.int32(row[at]))
        latest[at] = time if time > latest[at] else latest[at]
