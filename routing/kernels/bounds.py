"""Lower bounds to the destination: no vehicle can be faster than every hop at its fastest, without waiting.

A search that cannot beat the best arrival found so far even at that pace need not go on. The hop graph has an
edge for every pair of consecutive calls (least time over all runs) and for every footpath.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from routing.kernels.layout import I32, UNREACHED, DayTimetable, Interchanges


class HopGraph(NamedTuple):
    """Fastest hops, by the stop that they lead to."""

    offsets: I32  # stop -> first entry; int32, (stops + 1,)
    origin: I32  # entry -> stop that the hop comes from; int32
    duration_s: I32  # entry -> least time; int32, s


@njit(cache=True, nogil=True)
def fastest_hops(day: DayTimetable, hop_s: I32) -> None:
    """Write the least time from each pattern entry to the next one; (pattern entries,), s."""
    for pattern in range(day.pattern_offsets.shape[0] - 1):
        entry = day.pattern_offsets[pattern]
        length = day.pattern_offsets[pattern + 1] - entry
        runs = day.run_offsets[pattern + 1] - day.run_offsets[pattern]
        base = day.time_offsets[pattern]
        hop_s[entry + length - 1] = UNREACHED
        for i in range(length - 1):
            least = UNREACHED
            for run in range(runs):
                time = day.arrival[base + run * length + i + 1] - day.departure[base + run * length + i]
                if time < least:
                    least = time
            hop_s[entry + i] = max(least, 0)


def hop_graph(day: DayTimetable, change: Interchanges) -> HopGraph:
    """The hop graph of a day, parallel hops merged."""
    stops = len(change.change_s)
    hop_s = np.empty(len(day.pattern_stops), np.int32)
    fastest_hops(day, hop_s)
    ridden = np.flatnonzero(hop_s < UNREACHED)
    walked = np.repeat(np.arange(stops), np.diff(change.offsets))
    origin = np.concatenate((day.pattern_stops[ridden], walked)).astype(np.int64)
    target = np.concatenate((day.pattern_stops[ridden + 1], change.target)).astype(np.int64)
    duration = np.concatenate((hop_s[ridden], change.duration_s))
    key = target * stops + origin
    order = np.argsort(key, kind="stable")
    key, duration = key[order], duration[order]
    first = np.ones(len(order), np.bool_)
    first[1:] = key[1:] != key[:-1]
    least = np.minimum.reduceat(duration, np.flatnonzero(first)) if len(order) else duration
    target, origin = np.divmod(key[first], stops)
    counts = np.bincount(target, minlength=stops)
    return HopGraph(
        offsets=np.concatenate(([0], np.cumsum(counts))).astype(np.int32),
        origin=origin.astype(np.int32),
        duration_s=least.astype(np.int32),
    )


def turned_hops(hops: HopGraph) -> HopGraph:
    """The hop graph of the same day run backwards: every hop the other way round."""
    stops = len(hops.offsets) - 1
    target = np.repeat(np.arange(stops), np.diff(hops.offsets))
    order = np.argsort(hops.origin, kind="stable")
    counts = np.bincount(hops.origin, minlength=stops)
    return HopGraph(
        offsets=np.concatenate(([0], np.cumsum(counts))).astype(np.int32),
        origin=target[order].astype(np.int32),
        duration_s=hops.duration_s[order],
    )


@njit(cache=True, nogil=True)
def lower_bounds(hops: HopGraph, egress_s: I32, bound_s: I32, heap_key: I32, heap_stop: I32) -> None:
    """Write the least time from each stop to the destination, UNREACHED where there is no way; (stops,), s.

    Dijkstra from all stops that have an egress; the heap arrays need one entry per hop and stop.
    """
    size = 0
    for stop in range(egress_s.shape[0]):
        bound_s[stop] = egress_s[stop]
        if egress_s[stop] < UNREACHED:
            size = _push(heap_key, heap_stop, size, egress_s[stop], stop)
    while size > 0:
        key = heap_key[0]
        stop = heap_stop[0]
        size = _pop(heap_key, heap_stop, size)
        if key > bound_s[stop]:
            continue
        for e in range(hops.offsets[stop], hops.offsets[stop + 1]):
            origin = hops.origin[e]
            time = key + hops.duration_s[e]
            if time < bound_s[origin]:
                bound_s[origin] = time
                size = _push(heap_key, heap_stop, size, time, origin)


@njit(cache=True, nogil=True)
def _push(heap_key: I32, heap_stop: I32, size: int, key: int, stop: int) -> int:
    i = size
    while i > 0:
        parent = (i - 1) >> 1
        if heap_key[parent] <= key:
            break
        heap_key[i] = heap_key[parent]
        heap_stop[i] = heap_stop[parent]
        i = parent
    heap_key[i] = key
    heap_stop[i] = stop
    return size + 1


@njit(cache=True, nogil=True)
def _pop(heap_key: I32, heap_stop: I32, size: int) -> int:
    size -= 1
    key = heap_key[size]
    stop = heap_stop[size]
    i = 0
    while True:
        child = 2 * i + 1
        if child >= size:
            break
        if child + 1 < size and heap_key[child + 1] < heap_key[child]:
            child += 1
        if heap_key[child] >= key:
            break
        heap_key[i] = heap_key[child]
        heap_stop[i] = heap_stop[child]
        i = child
    heap_key[i] = key
    heap_stop[i] = stop
    return size
