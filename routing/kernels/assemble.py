"""Cutting a day timetable out of all runs: lanes without overtaking, then dense columns."""

from __future__ import annotations

import numpy as np
from numba import njit

from routing.kernels.layout import I32, I64, Timetable


@njit(cache=True, nogil=True)
def lanes_without_overtaking(timetable: Timetable, runs: I32, shift_s: I32, lane: I32) -> None:
    """Give each run the first lane of its pattern whose last run is nowhere later than it.

    `runs` are ordered by pattern, then by departure at the first stop; `lane` is written, (runs,).
    """
    n = runs.shape[0]
    last = np.empty(n, np.int32)  # lane of the current pattern -> index of its last run
    begin = 0
    while begin < n:
        pattern = timetable.run_pattern[runs[begin]]
        end = begin
        lanes = 0
        while end < n and timetable.run_pattern[runs[end]] == pattern:
            fits = -1
            for candidate in range(lanes):
                if _not_later(timetable, runs, shift_s, last[candidate], end):
                    fits = candidate
                    break
            if fits < 0:
                fits = lanes
                lanes += 1
            last[fits] = end
            lane[end] = fits
            end += 1
        begin = end


@njit(cache=True, nogil=True)
def _not_later(timetable: Timetable, runs: I32, shift_s: I32, a: int, b: int) -> bool:
    first = timetable.run_times[runs[a]]
    second = timetable.run_times[runs[b]]
    length = timetable.run_times[runs[a] + 1] - first
    difference = shift_s[b] - shift_s[a]
    for i in range(length):
        if (
            timetable.arrival[first + i] > timetable.arrival[second + i] + difference
            or timetable.departure[first + i] > timetable.departure[second + i] + difference
        ):
            return False
    return True


@njit(cache=True, nogil=True)
def fill_columns(
    timetable: Timetable,
    runs: I32,
    shift_s: I32,
    run_offsets: I32,
    time_offsets: I64,
    arrival: I32,
    departure: I32,
) -> None:
    """Copy times run by run: a search that rides along reads them in order."""
    for pattern in range(run_offsets.shape[0] - 1):
        first = run_offsets[pattern]
        count = run_offsets[pattern + 1] - first
        if count == 0:
            continue
        base = time_offsets[pattern]
        length = timetable.run_times[runs[first] + 1] - timetable.run_times[runs[first]]
        for r in range(count):
            source = timetable.run_times[runs[first + r]]
            shift = shift_s[first + r]
            for i in range(length):
                arrival[base + r * length + i] = timetable.arrival[source + i] + shift
                departure[base + r * length + i] = timetable.departure[source + i] + shift
