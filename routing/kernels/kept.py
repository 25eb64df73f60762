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

Riders who walk less than most have fewer footpaths. So all this is judged for several classes of limits at
once, each as if the farther walks were not there: a change counts for every class that allows its walk, and
what it gains by a second walk for those that allow that, too. What the usual rider does not need but some
other does is kept apart.

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

from routing.kernels.changes import GOES_ON_FOR_LESS, PLACE_BITS, POSITIONS_MAX
from routing.kernels.layout import ALIGHT, BOARD, I32, I64, U8, UNREACHED, DayTimetable, Interchanges


class _Ways(NamedTuple):
    """Where one may board after alighting somewhere: there, or a footpath away."""

    offsets: I32  # stop -> first entry; int32, (stops + 1,)
    way: I32  # entry -> stop, time (s), least class of limits that allows it; int32, (ways, 3)


class _Labels(NamedTuple):
    """The best known so far from one run, staying on from a position or by kept changes; by stop.

    A column for each class of limits: no worse than the one before, as who walks farther may do the same.
    Keys are a time (s) and, below it in 32 bits, the rank of the call at which one changes (0: staying on).
    """

    arrived: I64  # key of the earliest arrival by vehicle; int64, (stops, classes)
    ready: I64  # key of the earliest time to be ready to board; int64, (stops, classes)
    arrived_by: I32  # candidate that `arrived` is owed to, NO_CANDIDATE if to staying on; (stops, classes)
    ready_by: I32  # the same of `ready`
    known: U8  # whether the stop is in the list
    stops: I32  # the stops with any label, as a list
    size: I32  # its length; (1,)


class _Candidates(NamedTuple):
    """Runs that can be caught from one call."""

    departure: I32  # s
    left_by: I32  # time by which one must have alighted, s
    run: I32  # of the day
    row: I32  # pattern, first event, position boarded at, stop boarded at, class; (candidates, 5)
    # labels that are owed to it: arrived and ready, of the last class, then of the others; (candidates, 4)
    gained: I32


_NO_CANDIDATE = -1
_NEVER_S = 1_000_000_000
"""A change that takes as long is not allowed (`routing.timetable.interchange.NEVER_S`)."""
_NO_KEY = np.int64(UNREACHED) << 32


@njit(cache=True, nogil=True)
def kept_changes(
    day: DayTimetable,
    change: Interchanges,
    number: I32,
    walk_class: U8,
    classes: int,
    first_pattern: int,
    last_pattern: int,
) -> tuple[I32, I32, U8]:
    """Changes from the runs of patterns first_pattern … last_pattern - 1.

    How many of each kind (going on, last, for who walks less) at each of their events, then the changes and
    their limits as in `Changes`, in the order of events. `number` is that of each stop among the served ones,
    `walk_class` (footpaths,) tells the least of the `classes` of limits that allows a footpath.
    """
    pattern_offsets, run_offsets, time_offsets = day.pattern_offsets, day.run_offsets, day.time_offsets
    ways = _ways(day, change, walk_class)
    labels = _new_labels(day.stop_offsets.shape[0] - 1, classes)
    ranks = _ranks(day)
    found = _new_candidates(_candidates_max(day, ways))
    begin_event = time_offsets[first_pattern]
    events = time_offsets[last_pattern] - begin_event
    counts = np.zeros((events, 3), np.int32)
    kept = np.empty((2 * events + 16 + found.run.shape[0], 4), np.int32)
    limit = np.empty(kept.shape[0], np.uint8)
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
            stop = int(day.pattern_stops[entry + i])
            arrival = int(day.arrival[row + i])
            _note(labels, found, ways, stop, arrival << 32, 0, base, _NO_CANDIDATE)
            candidates = _catch(day, ways, t, i, stop, arrival, found)
            rank = int(ranks[stop]) * POSITIONS_MAX + i + 1
            _judge(day, ways, labels, found, candidates, rank, base)
            base += candidates
            if n + candidates > kept.shape[0]:
                kept = np.concatenate((kept, np.empty((n + candidates, 4), np.int32)))
                limit = np.concatenate((limit, np.empty(n + candidates, np.uint8)))
            # Last to first, as are positions: the run's entries are turned round below.
            for kind in range(2, -1, -1):
                before = n
                n = _put(kept, limit, n, found, candidates, number, kind)
                counts[row + i - begin_event, kind] = n - before
        kept[run_begins:n] = kept[run_begins:n][::-1].copy()
        limit[run_begins:n] = limit[run_begins:n][::-1].copy()
        _forget(labels)
    return counts, kept[:n].copy(), limit[:n].copy()


@njit(cache=True, nogil=True)
def _ways(day: DayTimetable, change: Interchanges, walk_class: U8) -> _Ways:
    """Those that lead to where anything can be boarded."""
    stops = day.stop_offsets.shape[0] - 1
    boards = np.zeros(stops, np.uint8)
    for pattern in range(day.pattern_offsets.shape[0] - 1):
        for entry in range(day.pattern_offsets[pattern], day.pattern_offsets[pattern + 1] - 1):
            boards[day.pattern_stops[entry]] |= day.pattern_flags[entry] & BOARD
    offsets = np.zeros(stops + 1, np.int32)
    way = np.empty((stops + change.target.shape[0], 3), np.int32)
    n = 0
    for stop in range(stops):
        if boards[stop] and change.change_s[stop] < _NEVER_S:
            way[n, 0] = stop
            way[n, 1] = change.change_s[stop]
            way[n, 2] = 0
            n += 1
        for path in range(change.offsets[stop], change.offsets[stop + 1]):
            if boards[change.target[path]]:
                way[n, 0] = change.target[path]
                way[n, 1] = change.duration_s[path]
                way[n, 2] = walk_class[path]
                n += 1
        offsets[stop + 1] = n
    return _Ways(offsets, way[:n].copy())


@njit(cache=True, nogil=True)
def _new_labels(stops: int, classes: int) -> _Labels:
    return _Labels(
        np.full((stops, classes), _NO_KEY, np.int64),
        np.full((stops, classes), _NO_KEY, np.int64),
        np.full((stops, classes), _NO_CANDIDATE, np.int32),
        np.full((stops, classes), _NO_CANDIDATE, np.int32),
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
        np.empty((room, 5), np.int32),
        np.empty((room, 4), np.int32),
    )


@njit(cache=True, nogil=True)
def _candidates_max(day: DayTimetable, ways: _Ways) -> int:
    """The most runs that can be caught from one call."""
    most = 1
    for stop in range(day.stop_offsets.shape[0] - 1):
        patterns = 0
        for w in range(ways.offsets[stop], ways.offsets[stop + 1]):
            at = ways.way[w, 0]
            patterns += day.stop_offsets[at + 1] - day.stop_offsets[at]
        most = max(most, int(patterns))
    return most


@njit(cache=True, nogil=True)
def _catch(
    day: DayTimetable, ways: _Ways, t: int, i: int, stop: int, arrival: int, found: _Candidates
) -> int:
    """List the first run of each pattern that can be caught after alighting from run t at position i."""
    n = 0
    for w in range(ways.offsets[stop], ways.offsets[stop + 1]):
        at = ways.way[w, 0]
        walk = ways.way[w, 1]
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
            found.row[n, 4] = ways.way[w, 2]
            n += 1
    return n


@njit(cache=True, nogil=True)
def _judge(
    day: DayTimetable, ways: _Ways, labels: _Labels, found: _Candidates, candidates: int, rank: int, base: int
) -> None:
    """Improve the labels by the candidates, and count what is owed to each in the end."""
    found.gained[:candidates] = 0
    for c in np.argsort(found.departure[:candidates], kind="mergesort"):
        entry = day.pattern_offsets[found.row[c, 0]]
        length = day.pattern_offsets[found.row[c, 0] + 1] - entry
        first = found.row[c, 4]
        for k in range(found.row[c, 2] + 1, length):
            if day.pattern_flags[entry + k] & ALIGHT:
                key = (int(day.arrival[found.row[c, 1] + k]) << 32) + rank
                stop = day.pattern_stops[entry + k]
                if key < labels.arrived[stop, first]:
                    _note(labels, found, ways, stop, key, first, base, c)


@njit(cache=True, nogil=True)
def _note(
    labels: _Labels, found: _Candidates, ways: _Ways, stop: int, key: int, first: int, base: int, c: int
) -> None:
    """Improve the labels by an arrival that is owed to candidate `c`, or to staying on.

    `first` is the least class of limits that allows it.
    """
    by = _NO_CANDIDATE if c == _NO_CANDIDATE else base + c
    last = labels.arrived.shape[1] - 1
    _list(labels, stop)
    end = first
    while end <= last and key < labels.arrived[stop, end]:
        _owe(found, 0 if end == last else 2, labels.arrived_by[stop, end] - base, c)
        labels.arrived[stop, end] = key
        labels.arrived_by[stop, end] = by
        end += 1
    for w in range(ways.offsets[stop], ways.offsets[stop + 1]):
        at = int(ways.way[w, 0])
        ready = key + (np.int64(ways.way[w, 1]) << 32)
        k = int(max(first, ways.way[w, 2]))
        if k >= end or ready >= labels.ready[at, k]:
            continue
        _list(labels, at)
        while k < end and ready < labels.ready[at, k]:
            _owe(found, 1 if k == last else 3, labels.ready_by[at, k] - base, c)
            labels.ready[at, k] = ready
            labels.ready_by[at, k] = by
            k += 1


@njit(cache=True, nogil=True)
def _owe(found: _Candidates, column: int, earlier: int, c: int) -> None:
    """A label is owed to candidate `c` (if to any) instead of to `earlier` (if of the same call)."""
    if earlier >= 0:
        found.gained[earlier, column] -= 1
    if c != _NO_CANDIDATE:
        found.gained[c, column] += 1


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
        for k in range(labels.arrived.shape[1]):
            labels.arrived[stop, k] = _NO_KEY
            labels.ready[stop, k] = _NO_KEY
            labels.arrived_by[stop, k] = _NO_CANDIDATE
            labels.ready_by[stop, k] = _NO_CANDIDATE
        labels.known[stop] = 0
    labels.size[0] = 0


@njit(cache=True, nogil=True)
def _kind(gained: I32) -> int:
    """Of a candidate by what is owed to it; -1 if nothing is."""
    if gained[1] > 0:
        return 0
    if gained[0] > 0:
        return 1
    return 2 if gained[2] > 0 or gained[3] > 0 else -1


@njit(cache=True, nogil=True)
def _put(kept: I32, limit: U8, n: int, found: _Candidates, candidates: int, number: I32, kind: int) -> int:
    """Append the candidates of one kind, latest first; returns the new length."""
    before = n
    for c in range(candidates):
        if _kind(found.gained[c]) != kind:
            continue
        place = n
        while place > before and kept[place - 1, 0] < found.left_by[c]:
            kept[place] = kept[place - 1]
            limit[place] = limit[place - 1]
            place -= 1
        kept[place, 0] = found.left_by[c]
        kept[place, 1] = found.departure[c]
        kept[place, 2] = found.run[c]
        kept[place, 3] = (found.row[c, 2] << PLACE_BITS) | number[found.row[c, 3]]
        limit[place] = found.row[c, 4] | (GOES_ON_FOR_LESS if found.gained[c, 3] > 0 else 0)
        n += 1
    return n
