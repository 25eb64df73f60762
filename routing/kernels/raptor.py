"""Round-based search (RAPTOR; Delling, Pajor, Werneck 2012): arrival time against number of vehicles.

Round k holds what k vehicles reach. Between two vehicles lies either a change at the same stop, which takes
`change_s`, or exactly one footpath. Searching backwards is the same kernel over a mirrored timetable
(`routing.timetable.day.mirrored`).

Two prunings beyond the original. A lower bound of the way that is left (`routing.kernels.bounds`) cuts what
cannot beat the destination's best arrival. And a run that an earlier round rode past a position is not
ridden again from there on: fewer vehicles have offered all its later arrivals already (the idea of
Trip-Based search; Witt 2015), so it is neither boarded nor are its times looked at.
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
"""Greater than any position in a pattern and any run of one."""


@njit(cache=True, nogil=True)
def search(
    day: DayTimetable,
    change: Interchanges,
    access_stops: I32,
    access_s: I32,
    egress_s: I32,
    bound_s: I32,
    depart_s: int,
    limit_s: int,
    rounds_max: int,
    state: SearchState,
) -> int:
    """Fill `state`; returns how many journeys `state.target_arrival` holds, all before `limit_s`.

    `egress_s` and `bound_s` have one entry per stop: time from there to the destination, UNREACHED where
    there is no way, and a lower bound of the time from there by any means. At most `rounds_max` vehicles are
    used, for which `state` must have room.
    """
    # One flat loop nest over local arrays: arrays taken out of a tuple within a loop, or passed to a helper
    # in one, are counted atomically each time, which cost a third of the whole search.
    pattern_offsets, pattern_stops, pattern_flags = day.pattern_offsets, day.pattern_stops, day.pattern_flags
    run_offsets, time_offsets = day.run_offsets, day.time_offsets
    arrivals, departures = day.arrival, day.departure
    stop_offsets, stop_patterns, stop_positions = day.stop_offsets, day.stop_patterns, day.stop_positions
    change_s, path_offsets = change.change_s, change.offsets
    path_target, path_s = change.target, change.duration_s
    best_ready, best_arrived = state.best_ready, state.best_arrived
    marked, is_marked = state.marked, state.is_marked
    alighted, is_alighted = state.alighted, state.is_alighted
    queue, first_position, ridden = state.queue, state.first_position, state.ridden

    best_ready[:] = UNREACHED
    best_arrived[:] = UNREACHED
    ridden[: pattern_stops.shape[0]] = FAR
    state.target_arrival[:] = UNREACHED
    state.ready[0, :] = UNREACHED
    ready, ready_from = state.ready[0], state.ready_from[0]
    best_target = limit_s
    marked_n = 0
    for a in range(access_stops.shape[0]):
        stop = access_stops[a]
        time = depart_s + access_s[a]
        if time < ready[stop] and time + bound_s[stop] < best_target:
            ready[stop] = time
            ready_from[stop] = NOBODY
            best_ready[stop] = time
            if is_marked[stop] == 0:
                is_marked[stop] = 1
                marked[marked_n] = stop
                marked_n += 1
    journeys = 0
    for k in range(1, rounds_max + 1):
        if marked_n == 0:
            break
        # Queue each pattern that calls at a marked stop, from the first such position on.
        queued_n = 0
        for m in range(marked_n):
            stop = marked[m]
            is_marked[stop] = 0
            for e in range(stop_offsets[stop], stop_offsets[stop + 1]):
                pattern = stop_patterns[e]
                position = stop_positions[e]
                first = first_position[pattern]
                if position < first:
                    if first == FAR:
                        queue[queued_n] = pattern
                        queued_n += 1
                    first_position[pattern] = position

        # Ride each of them on the earliest run that can be caught so far.
        state.arrived[k, :] = UNREACHED
        arrived, by = state.arrived[k], state.by[k]
        before = best_target
        alighted_n = 0
        for q in range(queued_n):
            pattern = queue[q]
            begin = first_position[pattern]
            first_position[pattern] = FAR
            entry = pattern_offsets[pattern]
            length = pattern_offsets[pattern + 1] - entry
            runs = run_offsets[pattern + 1] - run_offsets[pattern]
            base = time_offsets[pattern]
            run = runs  # none yet
            board = NOBODY
            for position in range(begin, length):
                stop = pattern_stops[entry + position]
                flags = pattern_flags[entry + position]
                earlier = ridden[entry + position]
                if run < runs:
                    if flags & ALIGHT:
                        arrival = arrivals[base + run * length + position]
                        if arrival < best_arrived[stop] and arrival + bound_s[stop] < best_target:
                            best_arrived[stop] = arrival
                            arrived[stop] = arrival
                            by[stop, 0] = pattern
                            by[stop, 1] = run
                            by[stop, 2] = board
                            by[stop, 3] = position
                            if is_alighted[stop] == 0:
                                is_alighted[stop] = 1
                                alighted[alighted_n] = stop
                                alighted_n += 1
                            if arrival + np.int64(egress_s[stop]) < best_target:
                                best_target = arrival + np.int64(egress_s[stop])
                                state.target_stop[k] = stop
                    if earlier <= run:
                        run = runs
                    else:
                        ridden[entry + position] = run
                if flags & BOARD:
                    time = ready[stop]
                    if time < UNREACHED and time + bound_s[stop] < best_target:
                        below = min(run, earlier, runs)
                        if below > 0 and time <= departures[base + (below - 1) * length + position]:
                            low = 0
                            high = below - 1
                            while low < high:
                                middle = (low + high) >> 1
                                if departures[base + middle * length + position] < time:
                                    low = middle + 1
                                else:
                                    high = middle
                            run = low
                            board = position
                            ridden[entry + position] = run
        if best_target < before:
            state.target_arrival[k] = best_target
            journeys += 1

        # From every stop that a vehicle reached: change there, or walk to another stop.
        marked_n = 0
        if k < rounds_max:
            state.ready[k, :] = UNREACHED
            ready, ready_from = state.ready[k], state.ready_from[k]
        for a in range(alighted_n):
            stop = alighted[a]
            is_alighted[stop] = 0
            arrival = arrived[stop]
            if k == rounds_max or arrival + bound_s[stop] >= best_target:
                continue
            time = arrival + change_s[stop]
            if time < best_ready[stop] and time + bound_s[stop] < best_target:
                best_ready[stop] = time
                ready[stop] = time
                ready_from[stop] = stop
                if is_marked[stop] == 0:
                    is_marked[stop] = 1
                    marked[marked_n] = stop
                    marked_n += 1
            for path in range(path_offsets[stop], path_offsets[stop + 1]):
                target = path_target[path]
                time = arrival + path_s[path]
                if time < best_ready[target] and time + bound_s[target] < best_target:
                    best_ready[target] = time
                    ready[target] = time
                    ready_from[target] = stop
                    if is_marked[target] == 0:
                        is_marked[target] = 1
                        marked[marked_n] = target
                        marked_n += 1
    for m in range(marked_n):
        is_marked[marked[m]] = 0
    return journeys


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


def new_state(rounds_max: int, stops: int, patterns: int, entries: int) -> SearchState:
    """Working memory for searches of up to `rounds_max` vehicles; `entries` is that of `pattern_stops`."""
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
        ridden=np.full(max(entries, 1), FAR, np.int32),
        target_arrival=np.full(rounds, UNREACHED, np.int32),
        target_stop=np.full(rounds, NOBODY, np.int32),
    )


def new_legs(rounds_max: int) -> LegRows:
    """Room for one journey of up to `rounds_max` vehicles."""
    return LegRows(*(np.empty(rounds_max, np.int32) for _ in LegRows._fields))
