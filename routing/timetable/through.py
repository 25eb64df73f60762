"""Trips that a rider stays seated in: chains of trips along in-seat transfers and blocks.

A link from trip A to trip B comes from `transfers.txt` (type 4) or from consecutive trips of one block; type
5 forbids it. Every longest chain that runs on a common day becomes one run. Two trips of a block are not
linked where the vehicle turns back on its own line (same route, other direction): nobody rides there, and
linking them would make a whole day's duty one run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gtfs.model.schedule import NONE, Bool, Schedule

CHAIN_MAX = 12
"""Trips in one chain at the most; the next one begins a new chain."""
_IN_SEAT, _IN_SEAT_FORBIDDEN = 4, 5


@dataclass(frozen=True, slots=True)
class Chain:
    """Trips ridden in one seat, and the days (one byte a day) on which just these form the longest chain."""

    trips: tuple[int, ...]
    days: bytes


Links = dict[int, dict[int, Bool]]
"""Trip -> trips that continue it in the same vehicle -> the days on which they do."""


def links(schedule: Schedule) -> Links:
    """Which trips continue which, and when: the next trip of a block is not the same on all days."""
    transfers = schedule.transfers
    linked: Links = defaultdict(dict)
    forbidden: set[tuple[int, int]] = set()
    times, active = schedule.stop_times, schedule.services.active
    starts, ends = times.departure_s[times.offsets[:-1]], times.arrival_s[times.offsets[1:] - 1]
    service = schedule.trips.service
    for kind, a, b in zip(
        transfers.type.tolist(), transfers.from_trip.tolist(), transfers.to_trip.tolist(), strict=True
    ):
        if a == NONE or b == NONE:
            continue
        if kind == _IN_SEAT:
            if starts[b] >= ends[a]:
                linked[a][b] = active[service[a]] & active[service[b]]
        elif kind == _IN_SEAT_FORBIDDEN:
            forbidden.add((a, b))
    for a, b, days in _block_links(schedule):
        if (a, b) not in forbidden and b not in linked[a]:
            linked[a][b] = days
    repeated = set(schedule.frequencies.trip.tolist())
    return {
        a: kept
        for a, following in linked.items()
        if a not in repeated and (kept := {b: days for b, days in following.items() if b not in repeated})
    }


def _block_links(schedule: Schedule) -> Iterator[tuple[int, int, Bool]]:
    """Trips of one block that follow one another, where a rider can stay seated, and on which days."""
    trips, times, stops = schedule.trips, schedule.stop_times, schedule.stops
    members: dict[int, list[int]] = defaultdict(list)
    for trip in np.flatnonzero(trips.block != NONE).tolist():
        members[trips.block[trip]].append(trip)
    active = schedule.services.active
    first_row, last_row = times.offsets[:-1], times.offsets[1:] - 1
    for block in members.values():
        block.sort(key=lambda t: int(times.departure_s[first_row[t]]))
        for k, a in enumerate(block):
            free = active[trips.service[a]].copy()  # days on which A's vehicle still awaits its next trip
            for b in block[k + 1 :]:
                both = free & active[trips.service[b]]
                if not both.any() or times.departure_s[first_row[b]] < times.arrival_s[last_row[a]]:
                    continue
                free &= ~both
                last, first = times.stop[last_row[a]], times.stop[first_row[b]]
                same_place = last == first or (
                    stops.parent[last] != NONE and stops.parent[last] == stops.parent[first]
                )
                turns_back = (
                    trips.route[a] == trips.route[b]
                    and NONE not in (trips.direction[a], trips.direction[b])
                    and trips.direction[a] != trips.direction[b]
                )
                if same_place and not turns_back:
                    yield a, b, both
                if not free.any():
                    break


def chains(schedule: Schedule) -> list[Chain]:
    """Every way in which linked trips run: alone on some days, in one seat with others on the rest.

    A vehicle that splits appears once for each part, one that is joined once for each origin.
    """
    following = links(schedule)
    before: dict[int, list[Bool]] = defaultdict(list)
    for successors in following.values():
        for b, linked_on in successors.items():
            before[b].append(linked_on)
    service = schedule.trips.service
    active = schedule.services.active
    found: list[Chain] = []
    begun: set[tuple[int, bytes]] = set()  # chains that began where a longer one was cut
    for root in sorted({*following, *before}):
        days = active[service[root]]
        for linked_on in before[root]:
            days = days & ~linked_on
        stack: list[tuple[tuple[int, ...], Bool]] = [((root,), days)]
        while stack:
            path, days = stack.pop()
            if not days.any():
                continue
            alone = days
            for b, linked_on in following.get(path[-1], {}).items():
                both = days & linked_on
                alone = alone & ~both
                if len(path) < CHAIN_MAX:
                    stack.append(((*path, b), both))
                    continue
                # A chain that grew too long is cut: its next trip begins another.
                alone = alone | both
                if (b, both.tobytes()) not in begun:
                    begun.add((b, both.tobytes()))
                    stack.append(((b,), both))
            if alone.any():
                found.append(Chain(path, alone.tobytes()))
    return found
