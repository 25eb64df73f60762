"""Which changes of vehicle are worth it, worked out once for a day (Trip-Based search; Witt 2015).

For every call at which one may alight: the runs to change to, in every pattern the first that can be caught,
and of those only the ones that bring a rider to some stop earlier than staying on, or than a change that was
kept before. A journey made of kept changes exists for every Pareto-optimal pair of arrival and vehicles.
Arrivals count where a vehicle calls: a walk at the far end is never assumed, so the reduction is exact for
any set of access and egress walks, and for footpaths that are not closed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from routing.kernels.layout import ALIGHT, BOARD, I32, UNREACHED, DayTimetable, Interchanges


class RunIndex(NamedTuple):
    """Where runs stand, by their number in the day: one line of memory a run."""

    # day run -> first entry of pattern_stops, length of the pattern, first event, day run after the last one
    # of the pattern; int32, (runs, 4)
    row: I32


class Changes(NamedTuple):
    """Kept changes, by the event (entry of arrival and departure) at which one alights."""

    event: I32  # event -> arrival (s), first entry of change; int32, (events + 1, 2)
    # entry -> time by which one must have alighted (s), departure (s), day run boarded, position at which it
    # is boarded and number of the stop (PLACE_BITS); int32, (changes, 4); earliest first within an event
    change: I32


PLACE_BITS = 20
"""A change's last column holds the number of a stop in so many bits, the position above them."""
STOPS_MAX, POSITIONS_MAX = 1 << PLACE_BITS, 1 << (31 - PLACE_BITS)


def run_index(day: DayTimetable) -> RunIndex:
    """The index of a day's runs."""
    runs = np.diff(day.run_offsets)
    lengths = np.diff(day.pattern_offsets)
    pattern = np.repeat(np.arange(len(runs), dtype=np.int32), runs)
    within = np.arange(int(day.run_offsets[-1])) - np.repeat(day.run_offsets[:-1], runs)
    columns = (
        day.pattern_offsets[:-1][pattern],
        lengths[pattern],
        day.time_offsets[:-1][pattern] + within * lengths[pattern],
        day.run_offsets[1:][pattern],
    )
    return RunIndex(np.ascontiguousarray(np.column_stack(columns), np.int32))


@njit(cache=True, nogil=True)
def kept_changes(
    day: DayTimetable, change: Interchanges, number: I32, first_pattern: int, last_pattern: int
) -> tuple[I32, I32]:
    """Changes from the runs of patterns first_pattern … last_pattern - 1.

    How many at each of their events, then the changes as in `Changes.change`, in the order of events;
    `number` is that of each stop among the served ones.
    """
    pattern_offsets, pattern_stops, flags = day.pattern_offsets, day.pattern_stops, day.pattern_flags
    run_offsets, time_offsets = day.run_offsets, day.time_offsets
    arrivals, departures = day.arrival, day.departure
    stop_offsets, stop_patterns, stop_positions = day.stop_offsets, day.stop_patterns, day.stop_positions
    change_s, path_offsets = change.change_s, change.offsets
    path_target, path_s = change.target, change.duration_s

    stops = stop_offsets.shape[0] - 1
    earliest = np.full(stops, UNREACHED, np.int32)  # stop -> arrival by staying on or by a kept change
    touched = np.empty(stops, np.int32)
    begin_event = time_offsets[first_pattern]
    events = time_offsets[last_pattern] - begin_event
    counts = np.zeros(events, np.int32)
    kept = np.empty((4 * events + 16, 4), np.int32)
    n = 0
    pattern = first_pattern
    for t in range(run_offsets[first_pattern], run_offsets[last_pattern]):
        while t >= run_offsets[pattern + 1]:
            pattern += 1
        entry = pattern_offsets[pattern]
        length = pattern_offsets[pattern + 1] - entry
        row = time_offsets[pattern] + np.int64(t - run_offsets[pattern]) * length
        touched_n = 0
        run_begins = n
        for i in range(length - 1, 0, -1):
            if not flags[entry + i] & ALIGHT:
                continue
            stop = pattern_stops[entry + i]
            arrival = arrivals[row + i]
            if arrival < earliest[stop]:
                if earliest[stop] == UNREACHED:
                    touched[touched_n] = stop
                    touched_n += 1
                earliest[stop] = arrival
            before = n
            for path in range(path_offsets[stop] - 1, path_offsets[stop + 1]):
                if path < path_offsets[stop]:
                    at = stop
                    ready = np.int64(arrival) + change_s[stop]
                else:
                    at = path_target[path]
                    ready = np.int64(arrival) + path_s[path]
                for e in range(stop_offsets[at], stop_offsets[at + 1]):
                    other = stop_patterns[e]
                    j = stop_positions[e]
                    other_entry = pattern_offsets[other]
                    other_length = pattern_offsets[other + 1] - other_entry
                    if j + 1 >= other_length or not flags[other_entry + j] & BOARD:
                        continue
                    base = time_offsets[other]
                    low = 0
                    high = run_offsets[other + 1] - run_offsets[other]
                    if high == 0 or departures[base + (high - 1) * other_length + j] < ready:
                        continue
                    while low < high:
                        middle = (low + high) >> 1
                        if departures[base + middle * other_length + j] < ready:
                            low = middle + 1
                        else:
                            high = middle
                    run = run_offsets[other] + low
                    if other == pattern and run >= t and j >= i:
                        continue
                    other_row = base + low * other_length
                    keep = False
                    for k in range(j + 1, other_length):
                        if flags[other_entry + k] & ALIGHT:
                            reached = pattern_stops[other_entry + k]
                            time = arrivals[other_row + k]
                            if time < earliest[reached]:
                                if earliest[reached] == UNREACHED:
                                    touched[touched_n] = reached
                                    touched_n += 1
                                earliest[reached] = time
                                keep = True
                    if keep:
                        if n == kept.shape[0]:
                            kept = np.concatenate((kept, np.empty((n, 4), np.int32)))
                        left_by = departures[other_row + j] - (ready - arrival)
                        place = n  # latest first: the run's entries are turned round below
                        while place > before and kept[place - 1, 0] < left_by:
                            kept[place] = kept[place - 1]
                            place -= 1
                        kept[place, 0] = left_by
                        kept[place, 1] = departures[other_row + j]
                        kept[place, 2] = run
                        kept[place, 3] = (np.int32(j) << PLACE_BITS) | number[at]
                        n += 1
            counts[row + i - begin_event] = n - before
        # Positions were worked through last to first: turn the run's entries into the order of events.
        kept[run_begins:n] = kept[run_begins:n][::-1].copy()
        for k in range(touched_n):
            earliest[touched[k]] = UNREACHED
    return counts, kept[:n].copy()
