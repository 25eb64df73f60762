"""How soon at the least: for every pair of stops, the time from alighting at one to alighting at the other.

No vehicle can beat every hop of its pattern at its fastest, and nobody changes faster than the footpath
between two vehicles takes; waiting counts nothing. Unlike a shortest path in a graph of hops, a bound of
this kind keeps the rules of the search: between two vehicles lies one change or one footpath.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from routing.kernels.layout import ALIGHT, BOARD, I32, U8, U16, U64, UNREACHED, DayTimetable, Interchanges

NO_WAY = 65_535
"""Seconds in a table that mean that there is no way."""
LONGEST_S = 65_534
VEHICLES_NONE = 255
_FEW = 2
_GOALS_MANY = 8
"""To more stops than this three vehicles are told from none at all, but not from more."""


class Floors(NamedTuple):
    """Square tables over the stops that are served, of least times and least numbers of vehicles."""

    number: I32  # stop -> row and column, -1 where nothing calls; int32, (stops,)
    least_s: U16  # destination, origin -> s, NO_WAY if none; uint16, (served, served)
    vehicles: U8  # destination, origin -> vehicles still to be boarded; uint8, (served, served)
    # one vehicle (two) at most, destination -> a bit for each origin; uint64, (2, served, served / 64)
    few: U64


@njit(cache=True, nogil=True)
def fastest_calls(day: DayTimetable, hop_s: I32, dwell_s: I32) -> None:
    """Least time from each pattern entry to the next, and least dwell at each; (pattern entries,), s."""
    for pattern in range(day.pattern_offsets.shape[0] - 1):
        entry = day.pattern_offsets[pattern]
        length = day.pattern_offsets[pattern + 1] - entry
        runs = day.run_offsets[pattern + 1] - day.run_offsets[pattern]
        base = day.time_offsets[pattern]
        for i in range(length):
            hop = UNREACHED
            dwell = UNREACHED
            for run in range(runs):
                event = base + run * length + i
                dwell = min(dwell, day.departure[event] - day.arrival[event])
                if i + 1 < length:
                    hop = min(hop, day.arrival[event + 1] - day.departure[event])
            hop_s[entry + i] = max(hop, 0)
            dwell_s[entry + i] = max(dwell, 0)


@njit(cache=True, nogil=True)
def fill_floors(
    day: DayTimetable,
    change: Interchanges,
    hop_s: I32,
    dwell_s: I32,
    number: I32,
    served: I32,
    first: int,
    last: int,
    least_s: U16,
    vehicles: U8,
) -> None:
    """Write rows first … last - 1 of the tables; `change` has footpaths by their target (mirrored)."""
    pattern_offsets, pattern_stops, flags = day.pattern_offsets, day.pattern_stops, day.pattern_flags
    stop_offsets, stop_patterns, stop_positions = day.stop_offsets, day.stop_patterns, day.stop_positions
    change_s, path_offsets = change.change_s, change.offsets
    path_origin, path_s = change.target, change.duration_s
    stops = number.shape[0]
    patterns = pattern_offsets.shape[0] - 1
    alighted = np.empty(stops, np.int32)  # from alighting at a stop
    board = np.empty(stops, np.int32)  # from being ready to board there
    rides = np.empty(stops, np.uint8)
    from_position = np.full(patterns, -1, np.int32)
    queue = np.empty(patterns, np.int32)
    improved = np.empty(stops, np.int32)
    is_improved = np.zeros(stops, np.uint8)
    boarded = np.empty(stops, np.int32)
    is_boarded = np.zeros(stops, np.uint8)
    for row in range(first, last):
        alighted[:] = UNREACHED
        board[:] = UNREACHED
        rides[:] = VEHICLES_NONE
        goal = served[row]
        alighted[goal] = 0
        rides[goal] = 0
        improved[0] = goal
        improved_n = 1
        k = 0
        while improved_n > 0 and k < 60:
            k += 1
            queued = 0
            for m in range(improved_n):
                stop = improved[m]
                is_improved[stop] = 0
                for e in range(stop_offsets[stop], stop_offsets[stop + 1]):
                    pattern = stop_patterns[e]
                    if from_position[pattern] < 0:
                        queue[queued] = pattern
                        queued += 1
                    from_position[pattern] = max(from_position[pattern], stop_positions[e])
            boarded_n = 0
            for q in range(queued):
                pattern = queue[q]
                entry = pattern_offsets[pattern]
                way = UNREACHED
                for i in range(from_position[pattern], -1, -1):
                    stop = pattern_stops[entry + i]
                    if way < UNREACHED:
                        way += hop_s[entry + i]
                        if flags[entry + i] & BOARD and way < board[stop]:
                            board[stop] = way
                            if is_boarded[stop] == 0:
                                is_boarded[stop] = 1
                                boarded[boarded_n] = stop
                                boarded_n += 1
                        way += dwell_s[entry + i]
                    if flags[entry + i] & ALIGHT:
                        way = min(way, alighted[stop])
                from_position[pattern] = -1
            improved_n = 0
            for m in range(boarded_n):
                stop = boarded[m]
                is_boarded[stop] = 0
                for path in range(path_offsets[stop] - 1, path_offsets[stop + 1]):
                    if path < path_offsets[stop]:
                        origin = stop
                        time = np.int64(board[stop]) + change_s[stop]
                    else:
                        origin = path_origin[path]
                        time = np.int64(board[stop]) + path_s[path]
                    if time < alighted[origin]:
                        alighted[origin] = time
                        if rides[origin] == VEHICLES_NONE:
                            rides[origin] = k
                        if is_improved[origin] == 0:
                            is_improved[origin] = 1
                            improved[improved_n] = origin
                            improved_n += 1
        for m in range(improved_n):
            is_improved[improved[m]] = 0
        for column in range(served.shape[0]):
            stop = served[column]
            if alighted[stop] < UNREACHED:
                least_s[row, column] = min(alighted[stop], LONGEST_S)
                vehicles[row, column] = rides[stop]
            else:
                least_s[row, column] = NO_WAY
                vehicles[row, column] = VEHICLES_NONE


def few_vehicles(vehicles: U8) -> U64:
    """`Floors.few` of a table of vehicles."""
    served = len(vehicles)
    bits = np.zeros((_FEW, served, -(-served // 64) * 8), np.uint8)
    for n in range(_FEW):
        bits[n, :, : -(-served // 8)] = np.packbits(vehicles <= n + 1, axis=1, bitorder="little")
    return bits.view(np.dtype("<u8"))


@njit(cache=True, nogil=True)
def floors_to(floors: Floors, goal_stops: I32, goal_s: I32, least_s: I32, vehicles: U8) -> None:
    """Write the least time from alighting at each served stop to the destination; (served,), s.

    UNREACHED where there is no way; `vehicles` as in the tables, but no more than three if there are many
    goals: two bits of a stop are read sooner than a number, and few journeys take more.
    """
    least_s[:] = UNREACHED
    # Nearest first: floors obey the triangle inequality, so that the row of a stop from which another way to
    # the destination is as quick changes nothing.
    order = np.argsort(goal_s)
    for k in range(goal_stops.shape[0]):
        goal = order[k]
        row = floors.number[goal_stops[goal]]
        if row >= 0 and goal_s[goal] < least_s[row]:
            _least(floors.least_s[row], goal_s[goal], least_s)
    if goal_stops.shape[0] > _GOALS_MANY:
        _fewest_of_many(floors, goal_stops, vehicles)
    else:
        vehicles[:] = VEHICLES_NONE
        for k in range(goal_stops.shape[0]):
            row = floors.number[goal_stops[k]]
            if row >= 0:
                _fewest(floors.vehicles[row], vehicles)
    for column in range(least_s.shape[0]):
        if least_s[column] == UNREACHED:
            vehicles[column] = VEHICLES_NONE


@njit(cache=True, nogil=True)
def _least(row: U16, extra_s: int, least_s: I32) -> None:
    """Without a branch, so that it is worked out for several stops at once."""
    extra = np.int32(extra_s)
    for column in range(least_s.shape[0]):
        there = np.int32(row[column])
        time = np.int32(there + extra if there < NO_WAY else UNREACHED)
        least_s[column] = time if time < least_s[column] else least_s[column]


@njit(cache=True, nogil=True)
def _fewest(row: U8, vehicles: U8) -> None:
    for column in range(vehicles.shape[0]):
        vehicles[column] = row[column] if row[column] < vehicles[column] else vehicles[column]


@njit(cache=True, nogil=True)
def _fewest_of_many(floors: Floors, goal_stops: I32, vehicles: U8) -> None:
    one = np.zeros(floors.few.shape[2], np.uint64)
    two = np.zeros(floors.few.shape[2], np.uint64)
    for k in range(goal_stops.shape[0]):
        row = floors.number[goal_stops[k]]
        if row >= 0:
            _join(floors.few[0, row], one)
            _join(floors.few[1, row], two)
    for column in range(vehicles.shape[0]):
        bit = np.uint64(column & 63)
        fewer = (one[column >> 6] >> bit & np.uint64(1)) + (two[column >> 6] >> bit & np.uint64(1))
        vehicles[column] = np.uint8(_FEW + 1 - fewer)
    for k in range(goal_stops.shape[0]):
        row = floors.number[goal_stops[k]]
        if row >= 0:
            vehicles[row] = 0


@njit(cache=True, nogil=True)
def _join(row: U64, bits: U64) -> None:
    for word in range(bits.shape[0]):
        bits[word] |= row[word]
