"""Trip-Based search (Witt 2015) under lower bounds: arrival time against number of vehicles.

Instead of stops, a round reaches parts of runs; what one may change to is known beforehand
(`routing.kernels.changes`). Several passes, each cheap because it knows what it need not look at:

1. The fewest vehicles that the floors (`routing.kernels.floors`) leave possible: nothing is looked at that
   would take more of them, nor at first what would arrive much later than the floors. If nothing is found,
   later; and then one vehicle more, and so on.
2. One vehicle more than that, which must arrive earlier, from the first round on.
3. Any number of vehicles, which must arrive earlier still.

The second is left out where the first led to an arrival near the floor. A pass after one that reached much
also knows when the last vehicles leave (`routing.kernels.latest`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from routing.kernels.changes import (
    EVERYBODY,
    PLACE_BITS,
    STOPS_MAX,
    Changes,
    RunIndex,
    allowed,
)
from routing.kernels.floors import Floors, floors_to
from routing.kernels.latest import LatestState, fill_latest, new_latest_state
from routing.kernels.layout import (
    BOARD,
    I16,
    I32,
    NO_LIMIT,
    NOBODY,
    U8,
    UNREACHED,
    DayTimetable,
    Interchanges,
)

FAR = 32_767
"""Greater than any position in a pattern."""
_PATIENCE_S = 900
"""What the first pass adds to the floor and a quarter of the way; four times all that if nothing is found."""
_PATIENCE_S_MAX = 7200
"""Who has waited longer is searched without a limit."""
_NEAR_S = 3600
"""An arrival so soon after the floor bounds a search for any number of vehicles well enough."""
_PARTS_MANY = 75
"""Parts, for each stop at the end, that a pass must have reached for the next to be worth better bounds."""


class Tables(NamedTuple):
    """What searches of one direction of a prepared day read (`search_trips`)."""

    day: DayTimetable
    runs: RunIndex
    changes: Changes
    floors: Floors
    column: I32
    change_s: I32
    against: Interchanges


class TripState(NamedTuple):
    """Working memory of one search, owned by the caller and used again by the next."""

    # day run -> first position boarded at so far, FAR if none, and so between searches; int16, (runs,)
    reached: I16
    part: I32  # part -> day run, position boarded at, last position nobody reached before, parent, left at
    least_s: I32  # served stop -> least time from alighting there to the door; int32, (served,), s
    vehicles: U8  # served stop -> vehicles still needed after alighting there
    deadline_s: (
        I32  # served stop -> latest time of alighting there that can still gain something; (served,), s
    )
    boardable_s: I32  # served stop -> latest time of boarding there that can, by that; (served,), s
    door_s: I32  # served stop -> time to the door, UNREACHED if it is none to leave by; (served,), s
    label: (
        I32  # served stop -> soonest time of alighting there whose changes were looked at; int32, (served,)
    )
    target_arrival: I32  # round -> arrival at the destination if the round improved it, else UNREACHED; s
    target_part: I32  # round -> part that arrives
    target_position: I32  # round -> where it is left
    latest: LatestState
    trail: I32  # round, number of the ride, (day run, board, alight): the journey found; (rounds, rounds, 3)


def new_trip_state(runs: int, served: int, rounds_max: int, parts: int) -> TripState:
    """Working memory for days of up to `runs` runs and searches of up to `parts` parts of runs."""
    rounds = rounds_max + 1
    return TripState(
        reached=np.full(runs, FAR, np.int16),
        part=np.empty((parts, 5), np.int32),
        least_s=np.empty(served, np.int32),
        vehicles=np.empty(served, np.uint8),
        deadline_s=np.empty(served, np.int32),
        boardable_s=np.empty(served, np.int32),
        door_s=np.empty(served, np.int32),
        label=np.empty(served, np.int32),
        target_arrival=np.full(rounds, UNREACHED, np.int32),
        target_part=np.full(rounds, NOBODY, np.int32),
        target_position=np.full(rounds, NOBODY, np.int32),
        latest=new_latest_state(served),
        trail=np.zeros((rounds, rounds, 3), np.int32),
    )


@njit(cache=True, nogil=True)
def search_trips(
    day: DayTimetable,
    index: RunIndex,
    changes: Changes,
    floors: Floors,
    column: I32,
    change_s: I32,
    against: Interchanges,
    access_stops: I32,
    access_s: I32,
    egress_stops: I32,
    egress_s: I32,
    depart_s: int | np.int64,
    limit_s: int | np.int64,
    rounds_min: int,
    rounds_max: int,
    walk_class: int,
    state: TripState,
) -> int:
    """Fill `state`; returns how many journeys it holds, all before `limit_s`, -1 if it has too few parts.

    None of fewer than `rounds_min` vehicles is looked for. `walk_class` is the rider's class of limits on
    walking between vehicles, EVERYBODY for the usual rider. Bounds are the usual rider's, who is no later.

    `column` gives the number of each pattern entry among the served stops, -1 where nobody may alight;
    `change_s` the least time between two vehicles at a served stop; `against` the interchanges with footpaths
    by their target.
    """
    floors_to(floors, egress_stops, egress_s, state.least_s, state.vehicles)
    door_s = state.door_s
    door_s[:] = UNREACHED
    for g in range(egress_stops.shape[0]):
        at = floors.number[egress_stops[g]]
        if at >= 0:
            door_s[at] = min(door_s[at], egress_s[g])
    state.target_arrival[:] = UNREACHED
    fewest = rounds_max + 1
    for a in range(access_stops.shape[0]):
        at = floors.number[access_stops[a]]
        if at >= 0 and state.least_s[at] < UNREACHED:
            if state.vehicles[at] < fewest:
                fewest = int(state.vehicles[at])
    fewest = max(fewest, rounds_min)
    found = 0
    best = np.int64(limit_s)
    vehicles = fewest
    soonest = _soonest(floors.number, access_stops, access_s, change_s, depart_s, state)
    patience_first = np.int64(_PATIENCE_S) + (soonest - depart_s) // 4
    patience = patience_first
    parts = 0  # of the pass before
    alone = 0  # passes that had one number of vehicles to look for
    barren = False  # no way at all by one vehicle less
    while vehicles <= rounds_max:
        before = best
        if found == 0 and soonest < best and vehicles > 1:  # one alone costs the same without patience
            before = min(best, soonest + patience)
        fill_deadlines(state.least_s, before, state.deadline_s)
        if parts >= _PARTS_MANY * egress_stops.shape[0] and found > 0:
            fill_latest(day, floors, against, egress_stops, egress_s, before, state.latest)
            tighten(door_s, state.latest.latest, before, state.deadline_s)
        fill_boardable(state.deadline_s, change_s, state.boardable_s)
        more, parts = _pass(
            day, index, changes, floors.number, column, access_stops, access_s, depart_s, before, vehicles,
            walk_class, state,
        )  # fmt: skip
        _forget(index, parts, state)
        if more < 0:
            found = -1
            break
        if more == 0 and before < best:
            patient = barren or patience >= _PATIENCE_S_MAX
            patience = np.int64(UNREACHED) if patient else 4 * patience
            continue
        barren = found + more == 0
        patience = patience_first
        found += more
        for k in range(rounds_max + 1):
            if state.target_arrival[k] < best:
                best = state.target_arrival[k]
        if vehicles == rounds_max:
            break
        alone += found > 0
        near = found > 0 and best - soonest <= _NEAR_S
        vehicles = rounds_max if near or alone >= 2 else vehicles + 1
    return found


@njit(cache=True, nogil=True)
def _forget(index: RunIndex, parts: int, state: TripState) -> None:
    """Put `state.reached` back, by what a pass has reached: that is a tail of each pattern's runs."""
    reached, part, row = state.reached, state.part, index.row
    for q in range(parts):
        run = part[q, 0]
        for later in range(run, row[run, 3]):
            if reached[later] == FAR:
                break
            reached[later] = FAR


@njit(cache=True, nogil=True)
def _soonest(
    number: I32, access_stops: I32, access_s: I32, change_s: I32, depart_s: int | np.int64, state: TripState
) -> np.int64:
    """No journey arrives earlier."""
    soonest = np.int64(UNREACHED)
    for a in range(access_stops.shape[0]):
        at = number[access_stops[a]]
        if at >= 0 and state.least_s[at] < UNREACHED:
            ready = np.int64(depart_s) + access_s[a] - change_s[at]
            soonest = min(soonest, ready + state.least_s[at])
    return max(soonest, np.int64(depart_s))  # where one may not change the floors say less than nothing


@njit(cache=True, nogil=True)
def fill_deadlines(least_s: I32, before_s: int | np.int64, deadline_s: I32) -> None:
    """Far in the past where there is no way; in 32 bits, so that several are worked out at once."""
    last = np.int32(before_s - 1)
    for at in range(least_s.shape[0]):
        deadline_s[at] = np.int32(last - least_s[at])


@njit(cache=True, nogil=True)
def fill_boardable(deadline_s: I32, change_s: I32, boardable_s: I32) -> None:
    """The floors count from alighting, a time of a change before boarding."""
    for at in range(deadline_s.shape[0]):
        change = np.int32(change_s[at])
        latest = np.int32(NO_LIMIT - change)  # where one may not change 32 bits have no room for the sum
        deadline = np.int32(deadline_s[at])
        boardable_s[at] = np.int32((deadline if deadline < latest else latest) + change)


@njit(cache=True, nogil=True)
def tighten(door_s: I32, latest: I32, before_s: int | np.int64, deadline_s: I32) -> None:
    """Later than the last vehicles allow, only those who are there may alight."""
    for at in range(latest.shape[0]):
        time = latest[at]
        if door_s[at] < UNREACHED:
            time = max(time, before_s - 1 - door_s[at])
        deadline_s[at] = min(deadline_s[at], time)


@njit(cache=True, nogil=True)
def _pass(
    day: DayTimetable,
    index: RunIndex,
    changes: Changes,
    number: I32,
    column: I32,
    access_stops: I32,
    access_s: I32,
    depart_s: int | np.int64,
    limit_s: int | np.int64,
    rounds_max: int,
    walk_class: int,
    state: TripState,
) -> tuple[int, int]:
    """How many journeys a pass has found, -1 if there are too few parts, and how many parts it reached."""
    pattern_offsets, flags = day.pattern_offsets, day.pattern_flags
    run_offsets, time_offsets, departures = day.run_offsets, day.time_offsets, day.departure
    stop_offsets, stop_patterns, stop_positions = day.stop_offsets, day.stop_patterns, day.stop_positions
    row, events, change, limit = index.row, changes.event, changes.change, changes.limit
    less = walk_class != EVERYBODY
    reached, part, label = state.reached, state.part, state.label
    deadlines, boardable, vehicles, door_s = (
        state.deadline_s, state.boardable_s, state.vehicles, state.door_s,
    )  # fmt: skip
    room = part.shape[0]

    label[:] = UNREACHED
    best = np.int64(limit_s)
    parts = 0
    for a in range(access_stops.shape[0]):
        stop = access_stops[a]
        at = number[stop]
        ready = np.int64(depart_s) + access_s[a]
        if at < 0 or ready > boardable[at] or vehicles[at] > rounds_max:
            continue
        for e in range(stop_offsets[stop], stop_offsets[stop + 1]):
            pattern = stop_patterns[e]
            j = stop_positions[e]
            entry = pattern_offsets[pattern]
            length = pattern_offsets[pattern + 1] - entry
            if not flags[entry + j] & BOARD or j + 1 == length:
                continue
            base = time_offsets[pattern]
            high = run_offsets[pattern + 1] - run_offsets[pattern]
            if departures[base + (high - 1) * length + j] < ready:
                continue
            low = 0
            while low < high:
                middle = (low + high) >> 1
                if departures[base + middle * length + j] < ready:
                    low = middle + 1
                else:
                    high = middle
            run = run_offsets[pattern] + low
            if j >= reached[run]:
                continue
            if parts == room:
                return -1, parts
            part[parts, 0] = run
            part[parts, 1] = j
            part[parts, 2] = min(reached[run], length - 1)
            part[parts, 3] = NOBODY
            part[parts, 4] = NOBODY
            parts += 1
            for later in range(run, run_offsets[pattern + 1]):
                if reached[later] <= j:
                    break
                reached[later] = j
    found = 0
    begin = 0
    for k in range(1, rounds_max + 1):
        end = parts
        before = best
        for q in range(begin, end):
            run = part[q, 0]
            entry = row[run, 0]
            event = row[run, 2]
            for i in range(part[q, 1] + 1, part[q, 2] + 1):
                arrival = events[event + i, 0]
                if arrival >= best:
                    break
                at = column[entry + i]
                if at < 0:
                    continue
                deadline = deadlines[at]
                if arrival > deadline or k + vehicles[at] > rounds_max:
                    continue
                if np.int64(arrival) + door_s[at] < best:
                    best = np.int64(arrival) + door_s[at]
                    state.target_part[k] = q
                    state.target_position[k] = i
                # Whoever was there earlier has changed to all that is worth it. No later, but for ties: what
                # one change was left out for may lie at another that would be left out here.
                if k == rounds_max or arrival > label[at]:
                    continue
                label[at] = arrival
                # After the last change one more vehicle must do.
                final = vehicles[at] <= 1
                for kind in range(1, 4 if less else 3 if final else 2):
                    end_kind = events[event + i, kind + 1] if kind < 3 else events[event + i + 1, 1]
                    for c in range(events[event + i, kind], end_kind):
                        if change[c, 0] > deadline:
                            break
                        if less and not allowed(limit[c], walk_class, final or kind == 1):
                            continue
                        to = change[c, 3] & (STOPS_MAX - 1)
                        if change[c, 1] > boardable[to] or k + vehicles[to] > rounds_max:
                            continue
                        other = change[c, 2]
                        j = change[c, 3] >> PLACE_BITS
                        seen = reached[other]
                        if j >= seen:
                            continue
                        if parts == room:
                            return -1, parts
                        part[parts, 0] = other
                        part[parts, 1] = j
                        part[parts, 2] = min(seen, row[other, 1] - 1)
                        part[parts, 3] = q
                        part[parts, 4] = i
                        parts += 1
                        for later in range(other, row[other, 3]):
                            if reached[later] <= j:
                                break
                            reached[later] = j
        if best < before:
            state.target_arrival[k] = best
            found += 1
            follow(state, k)
        begin = end
        if end == parts:
            break
    return found, parts


@njit(cache=True, nogil=True)
def follow(state: TripState, k: int) -> None:
    """Write the journey of round k into `state.trail`, first ride first."""
    q = state.target_part[k]
    alight = state.target_position[k]
    for n in range(k - 1, -1, -1):
        state.trail[k, n, 0] = state.part[q, 0]
        state.trail[k, n, 1] = state.part[q, 1]
        state.trail[k, n, 2] = alight
        alight = state.part[q, 4]
        q = state.part[q, 3]
