"""What is worked out once for a day so that searches need not: kept changes and least times (Trip-Based).

It takes seconds to a minute and depends on the day's runs and interchanges alone, so that days that are alike
share it: `key_of` names what was prepared, a `PreparedStore` keeps it. A search without it is slower, its
answers are the same.
"""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from routing.kernels.changes import EVERYBODY, POSITIONS_MAX, Changes, RunIndex, run_index
from routing.kernels.floors import Floors, fastest_calls, few_vehicles, fill_floors
from routing.kernels.kept import kept_changes
from routing.kernels.layout import ALIGHT, I32, U8, U16, DayTimetable, Interchanges
from routing.timetable.day import mirrored_interchanges

FORMAT = 4
"""Part of every key: grows when the meaning of what is kept changes."""
LIMITS_S = (600, 1200, 1800)
"""Longest walks between vehicles that a day is prepared for at once; the last is that of the day itself."""
SERVED_MAX = 9_000
"""Networks with more stops have no tables of all pairs (3 bytes a pair and direction)."""


class Kept(NamedTuple):
    """What is worth keeping of one direction."""

    event: I32
    change: I32
    limit: U8
    least_s: U16
    vehicles: U8


@dataclass(frozen=True, slots=True)
class Prepared:
    """All that a Trip-Based search of one direction reads besides the timetable."""

    index: RunIndex
    changes: Changes
    floors: Floors
    column: I32  # pattern entry -> number of its stop among the served ones, -1 where nobody may alight
    change_s: I32  # served stop -> least time between two vehicles there
    against: Interchanges  # the interchanges of the other direction: footpaths by their target
    walk_class: int = EVERYBODY  # which of LIMITS_S its riders have


class PreparedStore(Protocol):
    """Where what was prepared for a day is kept, by its key."""

    def load(self, key: str) -> tuple[Kept, Kept] | None:
        """Both directions, None if they are not there."""
        ...

    def save(self, key: str, kept: tuple[Kept, Kept]) -> None:
        """Keep both directions."""
        ...


def can_prepare(day: DayTimetable) -> bool:
    """Whether the day fits into the tables at all."""
    lengths = np.diff(day.pattern_offsets)
    served = len(np.unique(day.pattern_stops))
    return 0 < served <= SERVED_MAX and int(lengths.max(initial=0)) < POSITIONS_MAX


def key_of(day: DayTimetable, change: Interchanges) -> str:
    """A name for everything that preparing depends on; equal days have equal names."""
    digest = hashlib.blake2b(f"{FORMAT} {LIMITS_S}".encode(), digest_size=16)
    for array in (*day, *change):
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def prepare(
    forward: DayTimetable, change: Interchanges, backward: DayTimetable, turned: Interchanges
) -> tuple[Kept, Kept]:
    """Work out both directions, on two threads."""
    with ThreadPoolExecutor(2) as pool:
        made = [
            (pool.submit(_changes, day, ways), pool.submit(_floors, day, against))
            for day, ways, against in ((forward, change, turned), (backward, turned, change))
        ]
        ahead, back = (Kept(*changes.result(), *floors.result()) for changes, floors in made)
    return ahead, back


def assembled(day: DayTimetable, change: Interchanges, kept: Kept) -> Prepared:
    """What was kept, joined to the day that it was made for."""
    served, number = _served(day)
    column = np.where(day.pattern_flags & ALIGHT != 0, number[day.pattern_stops], -1).astype(np.int32)
    return Prepared(
        run_index(day),
        Changes(kept.event, kept.change, kept.limit),
        Floors(number, kept.least_s, kept.vehicles, few_vehicles(kept.vehicles)),
        column,
        np.ascontiguousarray(change.change_s[served]),
        mirrored_interchanges(change),
    )


def _served(day: DayTimetable) -> tuple[I32, I32]:
    served = np.unique(day.pattern_stops).astype(np.int32)
    number = np.full(len(day.stop_offsets) - 1, -1, np.int32)
    number[served] = np.arange(len(served))
    return served, number


def _changes(day: DayTimetable, change: Interchanges) -> tuple[I32, I32, U8]:
    _, number = _served(day)
    walk_class = np.searchsorted(LIMITS_S, change.walk_s).astype(np.uint8)
    classes = int(walk_class.max(initial=0)) + 1  # those beyond the longest walk are as its own
    patterns = len(day.pattern_offsets) - 1
    counts, kept, limit = kept_changes(day, change, number, walk_class, classes, 0, patterns)
    ends = np.cumsum(counts.sum(axis=1))
    event = np.zeros((len(counts) + 1, 4), np.int32)
    event[:-1, 0] = day.arrival
    event[1:, 1] = ends
    event[:-1, 2] = event[:-1, 1] + counts[:, 0]
    event[:-1, 3] = event[:-1, 2] + counts[:, 1]
    return event, kept, limit


def _floors(day: DayTimetable, turned: Interchanges) -> tuple[U16, U8]:
    served, number = _served(day)
    hop_s, dwell_s = (np.empty(len(day.pattern_stops), np.int32) for _ in range(2))
    fastest_calls(day, hop_s, dwell_s)
    n = len(served)
    least_s, vehicles = np.empty((n, n), np.uint16), np.empty((n, n), np.uint8)
    fill_floors(day, turned, hop_s, dwell_s, number, served, 0, n, least_s, vehicles)
    return least_s, vehicles
