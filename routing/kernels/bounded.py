"""Round-based search with more criteria than time and vehicles (McRAPTOR), kept to a restricted Pareto set.

After Delling, Dibbelt, Pajor (2019), "Fast and Exact Public Transit Routing with Restricted Pareto Sets": a
label is only kept while the destination can still be reached within the slack that its number of vehicles
leaves. `latest` says so exactly; it comes from searches back from the destination.

A label holds a time and three costs: seconds on foot, price, grams. Costs of a ride are looked up, not added
up along the way, because a fare need not grow with the distance.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from routing.kernels.layout import ALIGHT, BOARD, I32, I64, NOBODY, U8, UNREACHED, DayTimetable, Interchanges

COSTS = 3
WALK, PRICE, CO2 = 0, 1, 2
"""Columns of costs: seconds on foot, minor units, grams."""


class RideCosts(NamedTuple):
    """What rides cost besides time."""

    price_offsets: I64  # day run -> first entry of price; a matrix of positions, boarding by alighting
    price: I32  # entry -> minor units
    metres: I32  # entry of pattern_stops -> way from the pattern's first stop to here; m
    mg_m: I32  # day run -> CO2 that a passenger causes on a metre; mg
    kinds: I32  # day pattern -> bits of the kinds that it has
    kind: U8  # day run -> number, within its pattern, of those that cost alike; below 8
    counts: I32  # 1 for each of the costs that is looked at, 0 for those that stay nothing; (COSTS,)


class Labels(NamedTuple):
    """Ways found, by vehicle (arrivals) or ready to board, each a link of its stop's chain; the caller's."""

    time: I32  # label -> s
    cost: I32  # label -> walk, price, grams of CO2; (room, COSTS)
    parent: I32  # label -> label that it goes on from, NOBODY at the origin
    stop: I32
    pattern: I32  # NOBODY: a walk or change
    run: I32
    board: I32
    alight: I32
    following: I32  # label -> next label of the same stop and kind
    dead: I32  # label -> 1 if a later label is no worse
    arrived: I32  # stop -> first label by vehicle
    ready: I32  # stop -> first label ready to board
    goal: I32  # found journey -> label; (room,)
    goal_time: I32  # found journey -> arrival at the destination
    goal_cost: I32  # found journey -> costs with the way to the door; (room, COSTS)
    goal_round: I32  # found journey -> vehicles


FULL = -1


@njit(cache=True, nogil=True, inline="always")
def _beats(time: int, cost: I32, a: int, time_b: int, walk: int, price: int, grams: int) -> bool:
    return time <= time_b and cost[a, 0] <= walk and cost[a, 1] <= price and cost[a, 2] <= grams


@njit(cache=True, nogil=True)
def _put(
    labels: Labels,
    count: int,
    first: I32,
    stop: int,
    time: int,
    walk: int,
    price: int,
    grams: int,
    source: int,
) -> int:
    """Add a label to a stop's chain unless one there is no worse; returns how many labels there are then."""
    label = first[stop]
    while label != NOBODY:
        if labels.dead[label] == 0 and _beats(
            labels.time[label], labels.cost, label, time, walk, price, grams
        ):
            return count
        label = labels.following[label]
    label = first[stop]
    while label != NOBODY:
        cost = labels.cost[label]
        if time <= labels.time[label] and walk <= cost[0] and price <= cost[1] and grams <= cost[2]:
            labels.dead[label] = 1
        label = labels.following[label]
    labels.time[count] = time
    labels.cost[count, 0] = walk
    labels.cost[count, 1] = price
    labels.cost[count, 2] = grams
    labels.parent[count] = source
    labels.stop[count] = stop
    labels.pattern[count] = NOBODY
    labels.dead[count] = 0
    labels.following[count] = first[stop]
    first[stop] = count
    return count + 1


@njit(cache=True, nogil=True)
def search_bounded(
    day: DayTimetable,
    change: Interchanges,
    costs: RideCosts,
    access_stops: I32,
    access_s: I32,
    egress_s: I32,
    depart_s: int,
    limit_s: I32,
    latest: I32,
    rounds_max: int,
    labels: Labels,
    queue: I32,
    first_position: I32,
    riding: I32,
) -> int:
    """Fill `labels`; returns how many journeys are in `goal`, FULL if the room does not do.

    `limit_s[n]`: latest arrival with n vehicles. `latest[n, stop]`: latest time to be ready to board there
    after n vehicles so that some way is within the limits. `access_s` and `egress_s` are walks. `queue` and
    `first_position` have an entry a pattern (the latter a big number), `riding` rows of (label, run, board).
    """
    far = 1_000_000
    room = labels.time.shape[0] - 2
    labels.arrived[:] = NOBODY
    labels.ready[:] = NOBODY
    count = 0
    found = 0
    begun = 0  # first label of the round before
    for a in range(access_stops.shape[0]):
        time = depart_s + access_s[a]
        if time <= latest[0, access_stops[a]]:
            if count >= room:
                return FULL
            walk = access_s[a] * costs.counts[0]
            count = _put(labels, count, labels.ready, access_stops[a], time, walk, 0, 0, NOBODY)
    for k in range(1, rounds_max + 1):
        queued = 0
        fresh = count
        for label in range(begun, fresh):
            # Only what became ready in the round before; labels by vehicle lie between, marked by a pattern.
            if labels.dead[label] or labels.pattern[label] != NOBODY:
                continue
            stop = labels.stop[label]
            for e in range(day.stop_offsets[stop], day.stop_offsets[stop + 1]):
                pattern = day.stop_patterns[e]
                if day.stop_positions[e] < first_position[pattern]:
                    if first_position[pattern] == far:
                        queue[queued] = pattern
                        queued += 1
                    first_position[pattern] = day.stop_positions[e]
        rode = count
        for q in range(queued):
            pattern = queue[q]
            begin = first_position[pattern]
            first_position[pattern] = far
            entry = day.pattern_offsets[pattern]
            length = day.pattern_offsets[pattern + 1] - entry
            runs = day.run_offsets[pattern + 1] - day.run_offsets[pattern]
            base = day.time_offsets[pattern]
            first_run = day.run_offsets[pattern]
            aboard = 0
            for position in range(begin, length):
                stop = day.pattern_stops[entry + position]
                flags = day.pattern_flags[entry + position]
                if flags & ALIGHT:
                    for r in range(aboard):
                        label, run, board = riding[r, 0], riding[r, 1], riding[r, 2]
                        time = day.arrival[base + run * length + position]
                        if time > limit_s[k]:
                            continue
                        walk = labels.cost[label, 0]
                        price, grams = _with_ride(
                            costs, labels, label, first_run + run, entry, length, board, position
                        )
                        if count >= room:
                            return FULL
                        before = count
                        count = _put(labels, count, labels.arrived, stop, time, walk, price, grams, label)
                        if count == before:
                            continue
                        labels.pattern[before] = pattern
                        labels.run[before] = run
                        labels.board[before] = board
                        labels.alight[before] = position
                        if egress_s[stop] < UNREACHED and time + np.int64(egress_s[stop]) <= limit_s[k]:
                            there = time + egress_s[stop]
                            if found >= labels.goal.shape[0]:
                                return FULL
                            on_foot = walk + egress_s[stop] * costs.counts[0]
                            found = _arrive(labels, found, before, there, on_foot, price, grams, k)
                if flags & BOARD:
                    label = labels.ready[stop]
                    while label != NOBODY:
                        if begun <= label < fresh and labels.dead[label] == 0:
                            time = labels.time[label]
                            if runs > 0 and time <= day.departure[base + (runs - 1) * length + position]:
                                low = 0
                                high = runs - 1
                                while low < high:
                                    middle = (low + high) >> 1
                                    if day.departure[base + middle * length + position] < time:
                                        low = middle + 1
                                    else:
                                        high = middle
                                seen = 0
                                for run in range(low, runs):
                                    # Runs of one pattern may cost differently: the first one of each kind.
                                    bit = 1 << costs.kind[first_run + run]
                                    if seen & bit:
                                        continue
                                    seen |= bit
                                    if aboard >= riding.shape[0]:
                                        return FULL
                                    aboard = _board(
                                        labels,
                                        costs,
                                        riding,
                                        aboard,
                                        label,
                                        run,
                                        position,
                                        first_run,
                                        length,
                                        entry,
                                    )
                                    if costs.kinds[pattern] == seen:
                                        break
                        label = labels.following[label]
        begun = count
        if k == rounds_max:
            break
        for label in range(rode, begun):
            if labels.dead[label]:
                continue
            stop = labels.stop[label]
            time = labels.time[label]
            walk, price, grams = labels.cost[label, 0], labels.cost[label, 1], labels.cost[label, 2]
            if time + np.int64(change.change_s[stop]) <= latest[k, stop]:
                if count >= room:
                    return FULL
                count = _put(
                    labels, count, labels.ready, stop, time + change.change_s[stop], walk, price, grams, label
                )
            for path in range(change.offsets[stop], change.offsets[stop + 1]):
                target = change.target[path]
                walked = change.duration_s[path]
                if time + np.int64(walked) <= latest[k, target]:
                    if count >= room:
                        return FULL
                    on_foot = walk + walked * costs.counts[0]
                    count = _put(
                        labels, count, labels.ready, target, time + walked, on_foot, price, grams, label
                    )
    return found


@njit(cache=True, nogil=True, inline="always")
def _with_ride(
    costs: RideCosts, labels: Labels, label: int, run: int, entry: int, length: int, board: int, position: int
) -> tuple[int, int]:
    """Price and grams of a label that rides a day run from one position to another."""
    way = np.int64(costs.metres[entry + position] - costs.metres[entry + board])
    fare = costs.price[costs.price_offsets[run] + board * length + position]
    grams = (way * costs.mg_m[run] + 500) // 1000
    return labels.cost[label, 1] + fare * costs.counts[1], labels.cost[label, 2] + grams * costs.counts[2]


@njit(cache=True, nogil=True)
def _board(
    labels: Labels, costs: RideCosts, riding: I32, aboard: int, label: int, run: int, board: int,
    first_run: int, length: int, entry: int,
) -> int:  # fmt: skip
    """Put a label aboard a run unless one that is aboard is no worse wherever it will alight."""
    for r in range(aboard):
        other, rides, begun = riding[r, 0], riding[r, 1], riding[r, 2]
        if rides > run or labels.cost[other, 0] > labels.cost[label, 0]:
            continue
        worse = False
        for position in range(board + 1, length):
            price, grams = _with_ride(costs, labels, other, first_run + rides, entry, length, begun, position)
            mine, my_grams = _with_ride(costs, labels, label, first_run + run, entry, length, board, position)
            if price > mine or grams > my_grams:
                worse = True
                break
        if not worse:
            return aboard
    riding[aboard, 0] = label
    riding[aboard, 1] = run
    riding[aboard, 2] = board
    return aboard + 1


@njit(cache=True, nogil=True)
def _arrive(
    labels: Labels, found: int, label: int, time: int, walk: int, price: int, grams: int, k: int
) -> int:
    """Keep a journey to the door unless another is no worse; returns how many are kept then."""
    for j in range(found):
        if _beats(labels.goal_time[j], labels.goal_cost, j, time, walk, price, grams):
            return found
    kept = 0
    for j in range(found):
        cost = labels.goal_cost[j]
        same_round = labels.goal_round[j] == k
        beaten = time <= labels.goal_time[j] and walk <= cost[0] and price <= cost[1] and grams <= cost[2]
        if same_round and beaten:
            continue
        labels.goal[kept] = labels.goal[j]
        labels.goal_time[kept] = labels.goal_time[j]
        labels.goal_cost[kept] = cost
        labels.goal_round[kept] = labels.goal_round[j]
        kept += 1
    labels.goal[kept] = label
    labels.goal_time[kept] = time
    labels.goal_cost[kept, 0] = walk
    labels.goal_cost[kept, 1] = price
    labels.goal_cost[kept, 2] = grams
    labels.goal_round[kept] = k
    return kept + 1


def new_labels(stops: int, room: int) -> Labels:
    """Memory for one search."""
    goals = room // 8

    def column() -> I32:
        return np.empty(room, np.int32)

    return Labels(
        column(), np.empty((room, COSTS), np.int32), column(), column(), column(), column(), column(),
        column(), column(), column(),
        np.empty(stops, np.int32), np.empty(stops, np.int32),
        np.empty(goals, np.int32), np.empty(goals, np.int32), np.empty((goals, COSTS), np.int32),
        np.empty(goals, np.int32),
    )  # fmt: skip
