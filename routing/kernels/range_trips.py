"""Every best departure of a window in one search: self-pruning, as range RAPTOR (Delling et al. 2012).

Departures are worked through latest first. What a later departure has reached with as few vehicles need not
be reached again: an earlier one would only wait. The caller has searched the end of the window already
(`routing.kernels.trips.search_trips`): its arrivals bound all earlier departures from the first round on.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from routing.kernels.changes import EVERYBODY, PLACE_BITS, STOPS_MAX, allowed
from routing.kernels.latest import fill_latest
from routing.kernels.layout import BOARD, I16, I32, I64, NO_LIMIT, NOBODY, UNREACHED, DayTimetable
from routing.kernels.trips import FAR, Tables, TripState, fill_boardable, fill_deadlines, follow, tighten

_EGRESS_FEW = 16
"""For more stops the last vehicles are not looked up: that takes longer than it saves."""
FOUND_COLUMNS = 3
"""Departure from the door (s), arrival at the door (s), vehicles; then a ride: day run, board, alight."""


@njit(cache=True, nogil=True)
def boardings(day: DayTimetable, access_stops: I32, access_s: I32, begin_s: int, end_s: int, out: I32) -> int:
    """Write (departure from the door, day run, position) of every run that can be boarded first.

    Departures lie in begin_s … end_s - 1; returns how many there are, of which `out` holds what it has
    room for.
    """
    n = 0
    for a in range(access_stops.shape[0]):
        stop = access_stops[a]
        walk = np.int64(access_s[a])
        for e in range(day.stop_offsets[stop], day.stop_offsets[stop + 1]):
            pattern = day.stop_patterns[e]
            j = day.stop_positions[e]
            entry = day.pattern_offsets[pattern]
            length = day.pattern_offsets[pattern + 1] - entry
            if not day.pattern_flags[entry + j] & BOARD or j + 1 == length:
                continue
            base = day.time_offsets[pattern]
            runs = day.run_offsets[pattern + 1] - day.run_offsets[pattern]
            low = 0
            high = runs
            while low < high:
                middle = (low + high) >> 1
                if day.departure[base + middle * length + j] - walk < begin_s:
                    low = middle + 1
                else:
                    high = middle
            for run in range(low, runs):
                leave = day.departure[base + run * length + j] - walk
                if leave >= end_s:
                    break
                if n < out.shape[0]:
                    out[n, 0] = leave
                    out[n, 1] = day.run_offsets[pattern] + run
                    out[n, 2] = j
                n += 1
    return n


@njit(cache=True, nogil=True)
def range_trips(
    side: Tables,
    access_stops: I32,
    egress_stops: I32,
    egress_s: I32,
    first: I32,
    rounds_max: int,
    walk_class: int,
    state: TripState,
    reached: I16,
    base: int,
    label: I32,
    found: I32,
) -> int:
    """Write the journeys of all departures `first` (latest first) into `found`; returns how many.

    `state` is as the search at the end of the window left it. `reached` has a row a run, `label` a row a
    served stop (the soonest alighting there whose changes were looked at), both a column a round from 1 on.
    Positions stand in `reached` with `base` added, a multiple of POSITIONS_MAX: what is greater is of earlier
    calls, with greater bases, and counts as nothing. `walk_class` as in `search_trips`.
    -1 if `state` has too few parts, -2 if `found` has too few rows.
    """
    row, column, change_s = side.runs.row, side.column, side.change_s
    events, change, limit_of = side.changes.event, side.changes.change, side.changes.limit
    less = walk_class != EVERYBODY
    part, needed, door_s = state.part, state.vehicles, state.door_s
    room = part.shape[0]
    label[:, :] = UNREACHED
    limit = np.empty(rounds_max + 2, np.int64)  # vehicles -> arrivals must be earlier
    least = np.int64(NO_LIMIT)
    for k in range(rounds_max + 1):
        least = min(least, np.int64(state.target_arrival[k]))
        limit[k] = least
    limit[rounds_max + 1] = -UNREACHED
    _bounds(side, access_stops, egress_stops, egress_s, limit, state)
    by = state.deadline_s
    n = 0
    at_first = 0
    while at_first < first.shape[0]:
        leave = first[at_first, 0]
        parts = 0
        while at_first < first.shape[0] and first[at_first, 0] == leave:
            run = first[at_first, 1]
            j = first[at_first, 2]
            at_first += 1
            seen = np.int64(reached[run, 0]) - base
            if j >= seen:
                continue
            if parts == room:
                return -1
            part[parts, 0] = run
            part[parts, 1] = j
            part[parts, 2] = min(seen, np.int64(row[run, 1]) - 1)
            part[parts, 3] = NOBODY
            part[parts, 4] = NOBODY
            parts += 1
            for later in range(run, row[run, 3]):
                if reached[later, 0] <= base + j:
                    break
                reached[later, 0] = base + j
        begin = 0
        for k in range(1, rounds_max + 1):
            end = parts
            before = limit[k]
            for q in range(begin, end):
                run = part[q, 0]
                entry = row[run, 0]
                event = row[run, 2]
                for i in range(part[q, 1] + 1, part[q, 2] + 1):
                    arrival = np.int64(events[event + i, 0])
                    if arrival >= limit[k]:
                        break
                    at = column[entry + i]
                    # Whoever was there earlier leaves later, and gains all that can be gained from there.
                    if at < 0 or arrival > by[at] or arrival > label[at, k - 1]:
                        continue
                    vehicles = k + needed[at]
                    if vehicles > rounds_max or arrival + state.least_s[at] >= limit[vehicles]:
                        continue
                    if arrival + door_s[at] < limit[k]:
                        limit[k] = arrival + door_s[at]
                        state.target_part[k] = q
                        state.target_position[k] = i
                    if k == rounds_max:
                        continue
                    for more in range(k - 1, rounds_max):
                        if label[at, more] <= arrival:
                            break
                        label[at, more] = arrival
                    deadline = limit[max(vehicles, k + 1)] - state.least_s[at]
                    final = needed[at] <= 1
                    for kind in range(1, 4 if less else 3 if final else 2):
                        end_kind = events[event + i, kind + 1] if kind < 3 else events[event + i + 1, 1]
                        for c in range(events[event + i, kind], end_kind):
                            if change[c, 0] >= deadline:
                                break
                            if less and not allowed(limit_of[c], walk_class, final or kind == 1):
                                continue
                            to = change[c, 3] & (STOPS_MAX - 1)
                            if change[c, 1] > state.boardable_s[to]:
                                continue
                            vehicles = min(max(k + needed[to], k + 1), rounds_max + 1)
                            if np.int64(change[c, 1]) - change_s[to] + state.least_s[to] >= limit[vehicles]:
                                continue
                            other = change[c, 2]
                            j = change[c, 3] >> PLACE_BITS
                            seen = np.int64(FAR)
                            for fewer in range(k + 1):
                                seen = min(seen, np.int64(reached[other, fewer]))
                            seen -= base
                            if j >= seen:
                                continue
                            if parts == room:
                                return -1
                            part[parts, 0] = other
                            part[parts, 1] = j
                            part[parts, 2] = min(seen, np.int64(row[other, 1]) - 1)
                            part[parts, 3] = q
                            part[parts, 4] = i
                            parts += 1
                            for later in range(other, row[other, 3]):
                                if reached[later, k] <= base + j:
                                    break
                                reached[later, k] = base + j
            if limit[k] < before:
                for more in range(k + 1, rounds_max + 1):
                    limit[more] = min(limit[more], limit[k])
                if n == found.shape[0]:
                    return -2
                follow(state, k)
                found[n, 0] = leave
                found[n, 1] = limit[k]
                found[n, 2] = k
                for ride in range(k):
                    for part_of in range(3):
                        found[n, FOUND_COLUMNS + 3 * ride + part_of] = state.trail[k, ride, part_of]
                n += 1
            begin = end
            if end == parts:
                break
    return n


@njit(cache=True, nogil=True)
def _bounds(
    side: Tables, access_stops: I32, egress_stops: I32, egress_s: I32, limit: I64, state: TripState
) -> None:
    """When one must have alighted where to be there in time by any number of vehicles that can do."""
    fewest = limit.shape[0]
    for a in range(access_stops.shape[0]):
        at = side.floors.number[access_stops[a]]
        if at >= 0:
            fewest = min(fewest, state.vehicles[at])
    before = np.int64(NO_LIMIT)
    if fewest < limit.shape[0] - 1:
        before = limit[max(fewest, 1)]  # more vehicles must be sooner
    fill_deadlines(state.least_s, before, state.deadline_s)
    if before < NO_LIMIT and egress_stops.shape[0] <= _EGRESS_FEW:
        fill_latest(side.day, side.floors, side.against, egress_stops, egress_s, before, state.latest)
        tighten(state.door_s, state.latest.latest, before, state.deadline_s)
    fill_boardable(state.deadline_s, side.change_s, state.boardable_s)
