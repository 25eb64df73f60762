"""Which of all walks between two vehicles some journey needs (after ULTRA; Baum et al. 2019).

A walk is needed where a vehicle, the walk and a second vehicle arrive somewhere earlier than staying on and
than every other change from that vehicle at the same call or a later one. Whatever journey uses another walk
can use needed ones instead: it boards its first vehicle as before and arrives no later by vehicle, wherever
it goes on from there. Nothing is assumed of walks at the doors, nor that two walks in a row are one, so the
answer is exact for any ends and for footpaths that are not closed. (ULTRA's witnesses begin at a stop and may
walk at both ends as far as they like. Beginning at stops instead of vehicles was tried: five times the work
for as many walks.)
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from routing.kernels.layout import ALIGHT, BOARD, I32, U8, UNREACHED, DayTimetable, Interchanges
from routing.kernels.street import wide

_FAR = 1_000_000_000
_NO_WALK = -1


class _Memory(NamedTuple):
    """What one thread writes while it looks at one run after another."""

    arrived: I32  # stop -> earliest arrival by vehicle, staying on or after a change; s
    owner: I32  # stop -> footpath that this arrival is owed to, _NO_WALK if to none; int32
    ready: I32  # stop -> earliest time to board there after a change; s
    via: I32  # stop -> footpath that this time is owed to, _NO_WALK if to none; int32
    fresh: I32  # stop -> the last call that improved `ready`, by its number; int32
    improved: I32  # stops whose `ready`, and afterwards whose `arrived` was improved, as a list
    is_improved: U8  # stop -> whether it is in the list of arrivals
    queue: I32  # patterns to scan, as a list
    first: I32  # pattern -> first position to scan from, _FAR if not queued
    ridden: I32  # pattern entry -> earliest run ridden past it so far, _FAR if none


@njit(cache=True, nogil=True)
def mark_needed(day: DayTimetable, change: Interchanges, first_run: int, last_run: int, needed: U8) -> None:
    """Set `needed` (footpath -> 0 or 1) of the walks that riders of runs first_run … last_run - 1 need."""
    stops = day.stop_offsets.shape[0] - 1
    patterns = day.pattern_offsets.shape[0] - 1
    memory = _Memory(
        np.empty(stops, np.int32),
        np.empty(stops, np.int32),
        np.empty(stops, np.int32),
        np.empty(stops, np.int32),
        np.zeros(stops, np.int32),
        np.empty(stops, np.int32),
        np.zeros(stops, np.uint8),
        np.empty(patterns, np.int32),
        np.full(patterns, _FAR, np.int32),
        np.empty(day.pattern_stops.shape[0], np.int32),
    )
    pattern = call = 0
    for run in range(first_run, last_run):
        while run >= day.run_offsets[pattern + 1]:
            pattern += 1
        memory.arrived[:] = UNREACHED
        memory.ready[:] = UNREACHED
        memory.ridden[:] = _FAR
        entry = day.pattern_offsets[pattern]
        length = day.pattern_offsets[pattern + 1] - entry
        row = day.time_offsets[pattern] + np.int64(run - day.run_offsets[pattern]) * length
        for i in range(length - 1, 0, -1):
            if day.pattern_flags[entry + i] & ALIGHT:
                call += 1
                stop = day.pattern_stops[entry + i]
                arrival = day.arrival[row + i]
                memory.arrived[stop] = min(memory.arrived[stop], arrival)
                _go_on(day, change, stop, arrival, call, memory, needed)


@njit(cache=True, nogil=True)
def _go_on(
    day: DayTimetable, change: Interchanges, stop: int, arrival: int, call: int, memory: _Memory, needed: U8
) -> None:
    """All that one change after alighting at `stop` reaches, and which walks that is owed to."""
    queued = _board(day, change, stop, arrival, call, memory)
    n = 0
    for q in range(queued):
        other = memory.queue[q]
        begin = memory.first[other]
        memory.first[other] = _FAR
        entry = day.pattern_offsets[other]
        length = day.pattern_offsets[other + 1] - entry
        runs = np.int64(day.run_offsets[other + 1] - day.run_offsets[other])
        base = day.time_offsets[other]
        run, by = runs, wide(_NO_WALK)
        for k in range(begin, length):
            at = day.pattern_stops[entry + k]
            flags = day.pattern_flags[entry + k]
            earlier = np.int64(memory.ridden[entry + k])
            if run < runs:
                if flags & ALIGHT:
                    time = day.arrival[base + run * length + k]
                    if time < memory.arrived[at]:
                        memory.arrived[at] = time
                        memory.owner[at] = by
                        if memory.is_improved[at] == 0:
                            memory.is_improved[at] = 1
                            memory.improved[n] = at
                            n += 1
                    elif time == memory.arrived[at] and memory.is_improved[at] != 0:
                        if _shorter(change, by, memory.owner[at]):
                            memory.owner[at] = by
                if earlier <= run:
                    run = runs  # what follows was reached by this run or an earlier one
                else:
                    memory.ridden[entry + k] = run
            if flags & BOARD and memory.fresh[at] == call:
                ready = memory.ready[at]
                below = min(run, earlier, runs)
                if below > 0 and ready <= day.departure[base + (below - 1) * length + k]:
                    low = np.int64(0)
                    high = below - 1
                    while low < high:
                        middle = (low + high) >> 1
                        if day.departure[base + middle * length + k] < ready:
                            low = middle + 1
                        else:
                            high = middle
                    run, by = low, wide(memory.via[at])
                    memory.ridden[entry + k] = run
                elif run < runs and ready <= day.departure[base + run * length + k]:
                    # The same run can be had for a shorter walk.
                    if _shorter(change, memory.via[at], by):
                        by = wide(memory.via[at])
    for m in range(n):
        at = memory.improved[m]
        memory.is_improved[at] = 0
        if memory.owner[at] != _NO_WALK:
            needed[memory.owner[at]] = 1


@njit(cache=True, nogil=True)
def _board(
    day: DayTimetable, change: Interchanges, stop: int, arrival: int, call: int, memory: _Memory
) -> int:
    """Note where a change after alighting makes one ready earlier; how many patterns are queued for it."""
    n = 0
    for path in range(change.offsets[stop] - 1, change.offsets[stop + 1]):
        at = np.int64(stop)
        ready = np.int64(arrival) + change.change_s[stop]
        via = np.int64(_NO_WALK)
        if path >= change.offsets[stop]:
            at = np.int64(change.target[path])
            ready = np.int64(arrival) + change.duration_s[path]
            via = np.int64(path)
        if ready < memory.ready[at]:
            memory.ready[at] = ready
            memory.via[at] = via
            if memory.fresh[at] != call:
                memory.fresh[at] = call
                memory.improved[n] = at
                n += 1
    queued = 0
    for m in range(n):
        at = memory.improved[m]
        for e in range(day.stop_offsets[at], day.stop_offsets[at + 1]):
            pattern = day.stop_patterns[e]
            if memory.first[pattern] == _FAR:
                memory.queue[queued] = pattern
                queued += 1
            memory.first[pattern] = min(memory.first[pattern], day.stop_positions[e])
    return queued


@njit(cache=True, nogil=True)
def _shorter(change: Interchanges, walk: int, other: int) -> bool:
    """Whether one footpath takes less time than another; none at all takes the least."""
    if other == _NO_WALK:
        return False
    return walk == _NO_WALK or change.duration_s[walk] < change.duration_s[other]
