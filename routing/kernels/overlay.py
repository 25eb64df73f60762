"""Changed runs of a day: their new times and boarding rules, and lanes in which none overtakes another."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from routing.kernels.layout import ALIGHT, BOARD, I32, I64, U8, Timetable


class Touched(NamedTuple):
    """Runs of a day that have a changed trip."""

    run: I32  # touched run -> run of the timetable; int32, (n,)
    shift_s: I32  # touched run -> added to its own times; s
    member_offsets: I64  # touched run -> first of its members; int64, (n + 1,)
    position: I32  # member -> position in the run at which its trip begins
    calls: I32  # member -> calls of its trip
    change: I32  # member -> change, NO_CHANGE if there is none


class Told(NamedTuple):
    """What is known of changed trips."""

    offsets: I64  # change -> first call; int64, (changes + 1,)
    arrival_s: I64  # call -> seconds of the trip's service day, UNTOLD where nobody knows
    departure_s: I64
    skipped: U8  # call -> 1 if it is left out
    cancelled: U8  # change -> 1 if the trip does not run


class Parts(NamedTuple):
    """What touched runs become: stretches of trips that run, each as long as its run's pattern."""

    source: I32  # part -> touched run; int32, (room,)
    offsets: I64  # part -> first call; int64, (room + 1,)
    flags: U8  # call -> BOARD | ALIGHT
    arrival: I32  # call -> s of the searched day
    departure: I32


NO_CHANGE = -1
UNTOLD = -1


@njit(cache=True, nogil=True)
def lay_over(timetable: Timetable, touched: Touched, told: Told, parts: Parts) -> int:
    """Write the parts of all touched runs; returns how many."""
    made = 0
    at = 0
    parts.offsets[0] = 0
    for r in range(touched.run.shape[0]):
        run = touched.run[r]
        row = timetable.run_times[run]
        length = timetable.run_times[run + 1] - row
        entry = timetable.pattern_offsets[timetable.run_pattern[run]]
        arrival = timetable.arrival[row : row + length].astype(np.int64)
        departure = timetable.departure[row : row + length].astype(np.int64)
        flags = timetable.pattern_flags[entry : entry + length].copy()
        first, last = touched.member_offsets[r], touched.member_offsets[r + 1]
        covered = -1  # last position of the trip before
        for m in range(first, last):
            begin = touched.position[m]
            calls = touched.calls[m]
            change = touched.change[m]
            end = begin + calls - 1
            if change != NO_CHANGE and told.cancelled[change] == 0:
                shared = begin == covered
                going_on = m + 1 < last and touched.position[m + 1] == end
                call = told.offsets[change]
                delay = np.int64(0)  # where no time is known the last known delay goes on
                for k in range(1 if shared else 0, calls):
                    if told.arrival_s[call + k] != UNTOLD:
                        delay = told.arrival_s[call + k] - arrival[begin + k]
                    arrival[begin + k] += delay
                delay = np.int64(0)
                for k in range(calls - 1 if going_on else calls):
                    if told.departure_s[call + k] != UNTOLD:
                        delay = told.departure_s[call + k] - departure[begin + k]
                    departure[begin + k] += delay
                for k in range(calls):
                    if told.skipped[call + k]:
                        if shared and k == 0:
                            flags[begin] &= ALIGHT
                        elif going_on and k == calls - 1:
                            flags[end] &= BOARD
                        else:
                            flags[begin + k] = 0
            covered = end
        late = np.int64(-1_000_000_000)  # a vehicle that is late is late for its next trip, too
        for i in range(length):
            late = max(late, arrival[i])
            arrival[i] = late
            late = max(late, departure[i])
            departure[i] = late
        low = -1
        for m in range(first, last + 1):
            gone = m == last or (touched.change[m] != NO_CHANGE and told.cancelled[touched.change[m]] == 1)
            if not gone:
                if low < 0:
                    low = touched.position[m]
                high = touched.position[m] + touched.calls[m] - 1
            elif low >= 0:
                parts.source[made] = r
                for i in range(length):
                    flag = flags[i] if low <= i <= high else np.uint8(0)
                    if i == low and low > 0:
                        flag &= BOARD
                    if i == high and high < length - 1:
                        flag &= ALIGHT
                    parts.flags[at + i] = flag
                    parts.arrival[at + i] = arrival[i] + touched.shift_s[r]
                    parts.departure[at + i] = departure[i] + touched.shift_s[r]
                at += length
                made += 1
                parts.offsets[made] = at
                low = -1
    return made


@njit(cache=True, nogil=True)
def hash_flags(parts: Parts, count: int, out: I64) -> None:
    """A 64-bit FNV-1a hash of each part's boarding rules."""
    for part in range(count):
        value = np.uint64(14_695_981_039_346_656_037)
        for i in range(parts.offsets[part], parts.offsets[part + 1]):
            value = (value ^ np.uint64(parts.flags[i])) * np.uint64(1_099_511_628_211)
        out[part] = np.int64(value >> np.uint64(1))


@njit(cache=True, nogil=True)
def lanes(parts: Parts, order: I64, group: I64, lane: I32) -> None:
    """Give each part the first lane of its group whose last one is nowhere later; `order` is by group, time.

    `group` and `lane` go with `order`.
    """
    n = order.shape[0]
    last = np.empty(n, np.int64)
    begin = 0
    while begin < n:
        end = begin
        count = 0
        while end < n and group[end] == group[begin]:
            b = parts.offsets[order[end]]
            length = parts.offsets[order[end] + 1] - b
            fits = -1
            for candidate in range(count):
                a = parts.offsets[last[candidate]]
                good = True
                for i in range(length):
                    if parts.arrival[a + i] > parts.arrival[b + i]:
                        good = False
                        break
                    if parts.departure[a + i] > parts.departure[b + i]:
                        good = False
                        break
                if good:
                    fits = candidate
                    break
            if fits < 0:
                fits = count
                count += 1
            last[fits] = order[end]
            lane[end] = fits
            end += 1
        begin = end


@njit(cache=True, nogil=True)
def turn_events(time_offsets: I64, arrival: I32, departure: I32, arrives: I32, departs: I32) -> None:
    """Times of a day run backwards: within each pattern runs and positions exchange their ends."""
    for pattern in range(time_offsets.shape[0] - 1):
        low = time_offsets[pattern]
        high = time_offsets[pattern + 1] - 1
        for event in range(low, high + 1):
            other = low + high - event
            arrives[event] = -departure[other]
            departs[event] = -arrival[other]
