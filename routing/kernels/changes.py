"""Which changes of vehicle are worth it, worked out once for a day (Trip-Based search; Witt 2015).

For every call at which one may alight: the runs to change to, in every pattern the first that can be caught,
and of those only the ones that gain something over staying on and over each other. There are two kinds:

- *going on*: after it one is ready to board somewhere (by a footpath, too) earlier than without;
- *last*: one only arrives somewhere earlier by vehicle, which matters if the journey ends with that vehicle.

A journey made of kept changes, of which only the final one is of the second kind, exists for every
Pareto-optimal pair of arrival and vehicles: whatever a change that was dropped leads on to can be boarded in
time without it, with no more vehicles. Arrivals count where a vehicle calls: a walk at the far end is never
assumed, so the reduction is exact for any set of access and egress walks, and for footpaths that are not
closed. Runs that leave early are looked at first, as they make most of the others worthless.

Where changing at one call is as good as at a later one, the later one alone would do. But then a search could
not leave out calls at stops where somebody was earlier: two runs that pass each other could each have left
the change to where the other was first. So stops have ranks, the busiest first, and a change is left out
for an equal one at a later call only if that is at another stop, of better rank. Every detour over what was
left out then leads to fewer vehicles, earlier, to a better rank, or to an earlier time at the stop: it ends.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from routing.kernels.layout import ALIGHT, BOARD, I32, U8, UNREACHED, DayTimetable, Interchanges


class RunIndex(NamedTuple):
    """Where runs stand, by their number in the day: one line of memory a run."""

    # day run -> first entry of pattern_stops, length of the pattern, first event, day run after the last one
    # of the pattern; int32, (runs, 4)
    row: I32


class Changes(NamedTuple):
    """Kept changes, by the event (entry of arrival and departure) at which one alights."""

    # event -> arrival (s), first change that goes on, first change that is the last; int32, (events + 1, 3)
    event: I32
    # entry -> time by which one must have alighted (s), departure (s), day run boarded, position at which it
    # is boarded and number of the stop (PLACE_BITS); int32, (changes, 4); within each kind earliest first
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


class _Labels(NamedTuple):
    """The best known so far from one run, staying on from a position or by kept changes; by stop."""

    arrived: I32  # earliest arrival by vehicle, s
    ready: I32  # earliest time to be ready to board, s
    arrived_rank: I32  # rank of the call at which `arrived` was changed to, _STAYING if it was not
    ready_rank: I32  # the same of `ready`
    arrived_by: I32  # candidate that `arrived` is owed to, NO_CANDIDATE if to staying on
    ready_by: I32  # the same of `ready`
    boards: U8  # whether anything can be boarded there
    known: U8  # whether the stop is in the list
    stops: I32  # the stops with any label, as a list
    size: I32  # its length; (1,)


class _Candidates(NamedTuple):
    """Runs that can be caught from one call."""

    departure: I32  # s
    left_by: I32  # time by which one must have alighted, s
    run: I32  # of the day
    row: I32  # pattern, first event, position boarded at, stop boarded at; (candidates, 4)
    gained: I32  # labels that are owed to it: arrived, ready; (candidates, 2)


_NO_CANDIDATE = -1
_STAYING = -1


@njit(cache=True, nogil=True)
def kept_changes(
    day: DayTimetable, change: Interchanges, number: I32, first_pattern: int, last_pattern: int
) -> tuple[I32, I32]:
    """Changes from the runs of patterns first_pattern … last_pattern - 1.

    How many of each kind (going on, last) at each of their events, then the changes as in `Changes.change`,
    in the order of events; `number` is that of each stop among the served ones.
    """
    pattern_offsets, run_offsets, time_offsets = day.pattern_offsets, day.run_offsets, day.time_offsets
    labels = _new_labels(day)
    ranks = _ranks(day)
    found = _new_candidates(_candidates_max(day, change))
    begin_event = time_offsets[first_pattern]
    events = time_offsets[last_pattern] - begin_event
    counts = np.zeros((events, 2), np.int32)
    kept = np.empty((2 * events + 16 + found.run.shape[0], 4), np.int32)
    n = 0
    pattern = first_pattern
    for t in range(run_offsets[first_pattern], run_offsets[last_pattern]):
        while t >= run_offsets[pattern + 1]:
            pattern += 1
        entry = pattern_offsets[pattern]
        length = pattern_offsets[pattern + 1] - entry
        row = time_offsets[pattern] + np.int64(t - run_offsets[pattern]) * length
        run_begins = n
        base = 0  # number of the first candidate of an event among those of the run
        for i in range(length - 1, 0, -1):
            if not day.pattern_flags[entry + i] & ALIGHT:
                continue
            stop = day.pattern_stops[entry + i]
            arrival = day.arrival[row + i]
            _note(labels, found, stop, arrival, _STAYING, change, base, _NO_CANDIDATE)
            candidates = _catch(day, change, t, i, stop, arrival, found)
            _judge(day, change, labels, found, candidates, ranks[stop] * POSITIONS_MAX + i, base)
            base += candidates
            if n + candidates > kept.shape[0]:
                kept = np.concatenate((kept, np.empty((n + candidates, 4), np.int32)))
            # Last to first, as are positions: the run's entries are turned round below.
            before = n
            n = _put(kept, n, found, candidates, number, False)
            counts[row + i - begin_event, 1] = n - before
            before = n
            n = _put(kept, n, found, candidates, number, True)
            counts[row + i - begin_event, 0] = n - before
        kept[run_begins:n] = kept[run_begins:n][::-1].copy()
        _forget(labels)
    return counts, kept[:n].copy()


@njit(cache=True, nogil=True)
def _new_labels(day: DayTimetable) -> _Labels:
    stops = day.stop_offsets.shape[0] - 1
    boards = np.zeros(stops, np.uint8)
    for pattern in range(day.pattern_offsets.shape[0] - 1):
        for entry in range(day.pattern_offsets[pattern], day.pattern_offsets[pattern + 1] - 1):
            boards[day.pattern_stops[entry]] |= day.pattern_flags[entry] & BOARD
    return _Labels(
        np.full(stops, UNREACHED, np.int32),
        np.full(stops, UNREACHED, np.int32),
        np.full(stops, _STAYING, np.int32),
        np.full(stops, _STAYING, np.int32),
        np.full(stops, _NO_CANDIDATE, np.int32),
        np.full(stops, _NO_CANDIDATE, np.int32),
        boards,
        np.zeros(stops, np.uint8),
        np.empty(stops, np.int32),
        np.zeros(1, np.int32),
    )


@njit(cache=True, nogil=True)
def _ranks(day: DayTimetable) -> I32:
    """Stops in the order in which one would rather change there: most patterns first; (stops,)."""
    order = np.argsort(day.stop_offsets[:-1] - day.stop_offsets[1:], kind="mergesort")
    ranks = np.empty(order.shape[0], np.int32)
    for k in range(order.shape[0]):
        ranks[order[k]] = k
    return ranks


@njit(cache=True, nogil=True)
def _new_candidates(room: int) -> _Candidates:
    return _Candidates(
        np.empty(room, np.int32),
        np.empty(room, np.int32),
        np.empty(room, np.int32),
        np.empty((room, 4), np.int32),
        np.empty((room, 2), np.int32),
    )


@njit(cache=True, nogil=True)
def _candidates_max(day: DayTimetable, change: Interchanges) -> int:
    """The most runs that can be caught from one call."""
    most = 1
    for stop in range(day.stop_offsets.shape[0] - 1):
        patterns = day.stop_offsets[stop + 1] - day.stop_offsets[stop]
        for path in range(change.offsets[stop], change.offsets[stop + 1]):
            at = change.target[path]
            patterns += day.stop_offsets[at + 1] - day.stop_offsets[at]
        most = max(most, int(patterns))
    return most


@njit(cache=True, nogil=True)
def _catch(
    day: DayTimetable, change: Interchanges, t: int, i: int, stop: int, arrival: int, found: _Candidates
) -> int:
    """List the first run of each pattern that can be caught after alighting from run t at position i."""
    n = 0
    for path in range(change.offsets[stop] - 1, change.offsets[stop + 1]):
        at = np.int64(stop)
        walk = np.int64(change.change_s[stop])
        if path >= change.offsets[stop]:
            at = np.int64(change.target[path])
            walk = np.int64(change.duration_s[path])
        ready = arrival + walk
        for e in range(day.stop_offsets[at], day.stop_offsets[at + 1]):
            other = day.stop_patterns[e]
            j = day.stop_positions[e]
            entry = day.pattern_offsets[other]
            length = day.pattern_offsets[other + 1] - entry
            if j + 1 >= length or not day.pattern_flags[entry + j] & BOARD:
                continue
            first = day.run_offsets[other]
            base = day.time_offsets[other]
            low = 0
            high = day.run_offsets[other + 1] - first
            if high == 0 or day.departure[base + (high - 1) * length + j] < ready:
                continue
            while low < high:
                middle = (low + high) >> 1
                if day.departure[base + middle * length + j] < ready:
                    low = middle + 1
                else:
                    high = middle
            run = first + low
            if first <= t <= run and j >= i:
                continue  # the same run, or a later one of its pattern from no earlier position
            found.departure[n] = day.departure[base + low * length + j]
            found.left_by[n] = found.departure[n] - walk
            found.run[n] = run
            found.row[n, 0] = other
            found.row[n, 1] = base + low * length
            found.row[n, 2] = j
            found.row[n, 3] = at
            n += 1
    return n


@njit(cache=True, nogil=True)
def _judge(
    day: DayTimetable, change: Interchanges, labels: _Labels, found: _Candidates, candidates: int, rank: int,
    base: int,
) -> None:  # fmt: skip
    """Improve the labels by the candidates, and count what is owed to each in the end."""
    found.gained[:candidates] = 0
    for c in np.argsort(found.departure[:candidates], kind="mergesort"):
        entry = day.pattern_offsets[found.row[c, 0]]
        length = day.pattern_offsets[found.row[c, 0] + 1] - entry
        for k in range(found.row[c, 2] + 1, length):
            if day.pattern_flags[entry + k] & ALIGHT:
                arrival = day.arrival[found.row[c, 1] + k]
                _note(labels, found, day.pattern_stops[entry + k], arrival, rank, change, base, c)


@njit(cache=True, nogil=True)
def _note(
    labels: _Labels, found: _Candidates, stop: int, arrival: int, rank: int, change: Interchanges, base: int,
    c: int,
) -> None:  # fmt: skip
    """Improve the labels by an arrival that is owed to candidate `c`, or to staying on."""
    if _no_better(arrival, rank, labels.arrived[stop], labels.arrived_rank[stop]):
        return
    by = _NO_CANDIDATE if c == _NO_CANDIDATE else base + c
    _list(labels, stop)
    _owe(found, 0, labels.arrived_by[stop] - base, c)
    labels.arrived[stop] = arrival
    labels.arrived_rank[stop] = rank
    labels.arrived_by[stop] = by
    for path in range(change.offsets[stop] - 1, change.offsets[stop + 1]):
        at = np.int64(stop)
        ready = np.int64(arrival) + change.change_s[stop]
        if path >= change.offsets[stop]:
            at = np.int64(change.target[path])
            ready = np.int64(arrival) + change.duration_s[path]
        if labels.boards[at] == 0 or _no_better(ready, rank, labels.ready[at], labels.ready_rank[at]):
            continue
        _list(labels, int(at))
        _owe(found, 1, labels.ready_by[at] - base, c)
        labels.ready[at] = ready
        labels.ready_rank[at] = rank
        labels.ready_by[at] = by


@njit(cache=True, nogil=True)
def _no_better(time: int | np.int64, rank: int, known: int | np.int32, known_rank: int | np.int32) -> bool:
    return bool(time > known or (time == known and rank >= known_rank))


@njit(cache=True, nogil=True)
def _owe(found: _Candidates, kind: int, earlier: int, c: int) -> None:
    """A label is owed to candidate `c` (if to any) instead of to `earlier` (if of the same call)."""
    if earlier >= 0:
        found.gained[earlier, kind] -= 1
    if c != _NO_CANDIDATE:
        found.gained[c, kind] += 1


@njit(cache=True, nogil=True)
def _list(labels: _Labels, stop: int) -> None:
    if labels.known[stop] == 0:
        labels.known[stop] = 1
        labels.stops[labels.size[0]] = stop
        labels.size[0] += 1


@njit(cache=True, nogil=True)
def _forget(labels: _Labels) -> None:
    for m in range(labels.size[0]):
        stop = labels.stops[m]
        labels.arrived[stop] = UNREACHED
        labels.ready[stop] = UNREACHED
        labels.arrived_rank[stop] = _STAYING
        labels.ready_rank[stop] = _STAYING
        labels.arrived_by[stop] = _NO_CANDIDATE
        labels.ready_by[stop] = _NO_CANDIDATE
        labels.known[stop] = 0
    labels.size[0] = 0


@njit(cache=True, nogil=True)
def _put(kept: I32, n: int, found: _Candidates, candidates: int, number: I32, goes_on: bool) -> int:
    """Append the candidates of one kind to which something is owed, latest first; returns the new length."""
    before = n
    for c in range(candidates):
        if (found.gained[c, 1] > 0) != goes_on or (found.gained[c, 0] == 0 and found.gained[c, 1] == 0):
            continue
        place = n
        while place > before and kept[place - 1, 0] < found.left_by[c]:
            kept[place] = kept[place - 1]
            place -= 1
        kept[place, 0] = found.left_by[c]
        kept[place, 1] = found.departure[c]
        kept[place, 2] = found.run[c]
        kept[place, 3] = (found.row[c, 2] << PLACE_BITS) | number[found.row[c, 3]]
        n += 1
    return n
