"""Round-based search (RAPTOR; Delling, Pajor, Werneck 2012): arrival time against number of vehicles.

Round k holds what k vehicles reach. Between two vehicles lies either a change at the same stop, which takes
`change_s`, or one footpath. Searching backwards is the same kernel over a mirrored timetable
(`routing.timetable.day.mirrored`).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from routing.kernels.layout import (
    ALIGHT,
    BOARD,
    I32,
    NOBODY,
    UNREACHED,
    DayTimetable,
    Interchanges,
    LegRows,
    SearchState,
)

FAR = 1_000_000
"""Greater than any position in a pattern."""


@njit(cache=True, nogil=True)
def search(
    day: DayTimetable,
    change: Interchanges,
    access_stops: I32,
    access_s: I32,
    egress_s: I32,
    bound_s: I32,
    depart_s: int,
    state: SearchState,
) -> int:
    """Fill `state`; returns how many journeys `state.target_arrival` holds.

    `egress_s` and `bound_s` have one entry per stop: time from there to the destination, UNREACHED where
    there is no way, and a lower bound of the time from there by any means (`routing.kernels.bounds`). As many
    rounds are run as `state.ready` has rows, less one.
    """
    rounds_max = state.ready.shape[0] - 1
    _reset(state)
    best_target = UNREACHED
    marked_n = 0
    for a in range(access_stops.shape[0]):
        stop = access_stops[a]
        time = depart_s + access_s[a]
        if time < state.ready[0, stop] and bound_s[stop] < UNREACHED:
            state.ready[0, stop] = time
            state.ready_from[0, stop] = NOBODY
            state.best_ready[stop] = time
            if state.is_marked[stop] == 0:
                state.is_marked[stop] = 1
                state.marked[marked_n] = stop
                marked_n += 1
    journeys = 0
    for k in range(1, rounds_max + 1):
        if marked_n == 0:
            break
        queued_n = _collect(day, state, marked_n)
        before = best_target
        alighted_n = 0
        for q in range(queued_n):
            pattern = state.queue[q]
            begin = state.first_position[pattern]
            state.first_position[pattern] = FAR
            best_target, alighted_n = _scan(
                day, state, egress_s, bound_s, k, pattern, begin, best_target, alighted_n
            )
        if best_target < before:
            state.target_arrival[k] = best_target
            journeys += 1
        if k < rounds_max:
            marked_n = _walk(change, state, bound_s, k, alighted_n, best_target)
        else:
            for a in range(alighted_n):
                state.is_alighted[state.alighted[a]] = 0
            marked_n = 0
    return journeys


@njit(cache=True, nogil=True)
def _reset(state: SearchState) -> None:
    state.ready[:] = UNREACHED
    state.arrived[:] = UNREACHED
    state.best_ready[:] = UNREACHED
    state.best_arrived[:] = UNREACHED
    state.target_arrival[:] = UNREACHED
    state.is_marked[:] = 0
    state.is_alighted[:] = 0


@njit(cache=True, nogil=True)
def _collect(day: DayTimetable, state: SearchState, marked_n: int) -> int:
    """Queue each pattern that calls at a marked stop, from the first such position on."""
    queued_n = 0
    for m in range(marked_n):
        stop = state.marked[m]
        state.is_marked[stop] = 0
        for e in range(day.stop_offsets[stop], day.stop_offsets[stop + 1]):
            pattern = day.stop_patterns[e]
            position = day.stop_positions[e]
            first = state.first_position[pattern]
            if position < first:
                if first == FAR:
                    state.queue[queued_n] = pattern
                    queued_n += 1
                state.first_position[pattern] = position
    return queued_n


@njit(cache=True, nogil=True)
def _scan(
    day: DayTimetable,
    state: SearchState,
    egress_s: I32,
    bound_s: I32,
    k: int,
    pattern: int,
    begin: int,
    best_target: int,
    alighted_n: int,
) -> tuple[int, int]:
    """Ride one pattern from `begin`, on the earliest run that can be caught so far."""
    entry = day.pattern_offsets[pattern]
    length = day.pattern_offsets[pattern + 1] - entry
    runs = day.run_offsets[pattern + 1] - day.run_offsets[pattern]
    base = day.time_offsets[pattern]
    run = runs  # none yet
    board = -1
    for position in range(begin, length):
        stop = day.pattern_stops[entry + position]
        flags = day.pattern_flags[entry + position]
        if run < runs and flags & ALIGHT:
            arrival = day.arrival[base + run * length + position]
            if arrival < state.best_arrived[stop] and arrival + bound_s[stop] < best_target:
                state.best_arrived[stop] = arrival
                state.arrived[k, stop] = arrival
                state.by[k, stop, 0] = pattern
                state.by[k, stop, 1] = run
                state.by[k, stop, 2] = board
                state.by[k, stop, 3] = position
                if state.is_alighted[stop] == 0:
                    state.is_alighted[stop] = 1
                    state.alighted[alighted_n] = stop
                    alighted_n += 1
                if egress_s[stop] < UNREACHED and arrival + egress_s[stop] < best_target:
                    best_target = arrival + egress_s[stop]
                    state.target_stop[k] = stop
        if flags & BOARD:
            ready = state.ready[k - 1, stop]
            if ready < UNREACHED and ready + bound_s[stop] < best_target:
                column = base + position * runs
                if run == runs or ready <= day.departure[column + run]:
                    earlier = _first_run(day.departure, column, run, ready)
                    if earlier < run:
                        run = earlier
                        board = position
    return best_target, alighted_n


@njit(cache=True, nogil=True)
def _first_run(departure: I32, column: int, below: int, ready: int) -> int:
    """First run of the column that departs at `ready` or later, `below` if none before it does."""
    low = 0
    high = below
    while low < high:
        middle = (low + high) >> 1
        if departure[column + middle] < ready:
            low = middle + 1
        else:
            high = middle
    return low


@njit(cache=True, nogil=True)
def _walk(
    change: Interchanges, state: SearchState, bound_s: I32, k: int, alighted_n: int, best_target: int
) -> int:
    """From every stop that a vehicle reached in round k: change there, or walk to another stop."""
    marked_n = 0
    for a in range(alighted_n):
        stop = state.alighted[a]
        state.is_alighted[stop] = 0
        arrival = state.arrived[k, stop]
        if arrival + bound_s[stop] >= best_target:
            continue
        time = arrival + change.change_s[stop]
        if time + bound_s[stop] < best_target:
            marked_n = _be_ready(state, k, stop, stop, time, marked_n)
        for f in range(change.offsets[stop], change.offsets[stop + 1]):
            target = change.target[f]
            time = arrival + change.duration_s[f]
            if time + bound_s[target] < best_target:
                marked_n = _be_ready(state, k, target, stop, time, marked_n)
    return marked_n


@njit(cache=True, nogil=True)
def _be_ready(state: SearchState, k: int, stop: int, origin: int, time: int, marked_n: int) -> int:
    if time < state.best_ready[stop]:
        state.best_ready[stop] = time
        state.ready[k, stop] = time
        state.ready_from[k, stop] = origin
        if state.is_marked[stop] == 0:
            state.is_marked[stop] = 1
            state.marked[marked_n] = stop
            marked_n += 1
    return marked_n


@njit(cache=True, nogil=True)
def trace(state: SearchState, day: DayTimetable, k: int, legs: LegRows) -> int:
    """Write the journey of round k into `legs`, last leg first; returns the number of legs."""
    n = 0
    stop = state.target_stop[k]
    while k > 0:
        pattern = state.by[k, stop, 0]
        board = state.by[k, stop, 2]
        legs.pattern[n] = pattern
        legs.run[n] = state.by[k, stop, 1]
        legs.board[n] = board
        legs.alight[n] = state.by[k, stop, 3]
        boarded_at = day.pattern_stops[day.pattern_offsets[pattern] + board]
        k -= 1
        stop = state.ready_from[k, boarded_at]
        n += 1
    return n


def new_state(rounds_max: int, stops: int, patterns: int) -> SearchState:
    """Working memory for searches of up to `rounds_max` vehicles."""
    rounds = rounds_max + 1

    def per_round() -> I32:
        return np.full((rounds, stops), UNREACHED, np.int32)

    return SearchState(
        ready=per_round(),
        ready_from=per_round(),
        arrived=per_round(),
        by=np.zeros((rounds, stops, 4), np.int32),
        best_ready=np.full(stops, UNREACHED, np.int32),
        best_arrived=np.full(stops, UNREACHED, np.int32),
        marked=np.empty(stops, np.int32),
        is_marked=np.zeros(stops, np.uint8),
        alighted=np.empty(stops, np.int32),
        is_alighted=np.zeros(stops, np.uint8),
        queue=np.empty(max(patterns, 1), np.int32),
        first_position=np.full(max(patterns, 1), FAR, np.int32),
        target_arrival=np.full(rounds, UNREACHED, np.int32),
        target_stop=np.full(rounds, NOBODY, np.int32),
    )


def new_legs(rounds_max: int) -> LegRows:
    """Room for one journey of up to `rounds_max` vehicles."""
    return LegRows(*(np.empty(rounds_max, np.int32) for _ in LegRows._fields))
