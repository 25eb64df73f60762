"""Walks between vehicles: all the near ones, and of the far ones those that some journey needs.

What is needed depends on the timetable, so it is worked out for the kinds of day that the calendars have, on
foot at the usual pace. Riders of other paces and profiles walk between the same pairs of stops, in the time
that it takes them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import pairwise

import numpy as np

from gtfs.model.schedule import Bool, Schedule
from routing.kernels.layout import I64, DayTimetable, Interchanges, Timetable
from routing.kernels.shortcuts import mark_needed
from routing.ports import Footpaths
from routing.query import DEFAULT_WALK_S_MAX, DEFAULT_WALK_SPEED_M_S
from routing.timetable.clock import ServiceClock
from routing.timetable.day import cut_day
from routing.timetable.interchange import interchanges, limited, rules_between
from routing.timetable.splits import Splits

__all__ = [
    "FAR_WALK_S_MAX",
    "NEAR_WALK_S_MAX",
    "among",
    "far_limit_s",
    "joined",
    "needed_walks",
    "paced",
]

NEAR_WALK_S_MAX = 900
"""Walks between vehicles of up to so long are all kept: delays and riders' needs change which are used."""
FAR_WALK_S_MAX = 3600
"""Longest walk between two vehicles that is looked at."""
_ENTRIES_MAX = 12_000_000
"""Of more walks (16 bytes each while they are sorted out) only shorter ones are looked at."""
_DAY_KINDS_MAX = 3
"""Kinds of day, by what runs on them, the most frequent first."""
_PARTS = 32


def far_limit_s(near: Footpaths) -> int:
    """How long walks can be looked at: they grow in number as the square of their length."""
    many = math.sqrt(_ENTRIES_MAX / max(len(near.target), 1))
    return int(min(FAR_WALK_S_MAX, max(NEAR_WALK_S_MAX, NEAR_WALK_S_MAX * many)))


def needed_walks(
    schedule: Schedule,
    splits: Splits,
    timetable: Timetable,
    walks: Footpaths,
    near_s: int = NEAR_WALK_S_MAX,
    limits_s: Sequence[int] = (DEFAULT_WALK_S_MAX, FAR_WALK_S_MAX),
    days: Sequence[date] = (),
    progress: Callable[[str], None] = lambda _: None,
) -> Footpaths:
    """Of all `walks` those of up to `near_s`, and the longer ones that some journey of the timetable needs.

    Exact for riders who walk at most one of `limits_s` between two vehicles, on the `days` looked at; without
    them these are one of each of the most frequent kinds.
    """
    clock, first = ServiceClock(schedule.timezone), schedule.services.first_date
    kinds = days or _day_kinds(timetable, first)
    stops = len(schedule.stops.ids)
    # Rules of transfers.txt may refer to the walk, however long it is.
    ruled = {*rules_between(schedule), *(pair for rule in splits.rules for pair in rule.pairs)}
    pairs = [np.array([a * stops + b for a, b in ruled], np.int64)]
    for k, day in enumerate(kinds):
        progress(f"looking for the walks that journeys need: kind of day {k + 1} of {len(kinds)}")
        cut = cut_day(timetable, first, day, clock, stops=len(splits.stop_of)).timetable
        for limit in limits_s:
            change = limited(interchanges(schedule, splits, walks), limit)
            marked = _marked(cut, change)
            origin = np.repeat(np.arange(len(change.change_s)), np.diff(change.offsets))[marked]
            pairs.append(splits.stop_of[origin].astype(np.int64) * stops)
            pairs[-1] += splits.stop_of[change.target[marked]]
    kept = np.isin(_keys(walks), np.concatenate(pairs))
    return _picked(walks, (walks.duration_s <= near_s) | kept)


def _marked(day: DayTimetable, change: Interchanges) -> Bool:
    """Which of all ways between vehicles some journey of a day needs; both cores at work."""
    marked = np.zeros(len(change.target), np.uint8)
    parts = np.linspace(0, int(day.run_offsets[-1]), _PARTS + 1).astype(int).tolist()
    with ThreadPoolExecutor(2) as pool:
        waits = [
            pool.submit(mark_needed, day, change, begin, end, marked)
            for begin, end in pairwise(parts)
            if begin < end
        ]
        for wait in waits:
            wait.result()
    needed: Bool = marked == 1
    return needed


def _picked(walks: Footpaths, keep: Bool) -> Footpaths:
    """Some of the footpaths."""
    offsets = np.concatenate(([0], np.cumsum(keep)))[walks.offsets].astype(np.int64)
    return Footpaths(offsets, walks.target[keep], walks.duration_s[keep], walks.distance_m[keep])


def among(walks: Footpaths, pairs: Footpaths, near_s: int = NEAR_WALK_S_MAX) -> Footpaths:
    """Of all `walks` those of up to `near_s`, and the longer ones between stops that `pairs` joins."""
    return _picked(walks, (walks.duration_s <= near_s) | np.isin(_keys(walks), _keys(pairs)))


def paced(walks: Footpaths, speed_m_s: float) -> Footpaths:
    """The same footpaths walked faster or slower."""
    duration = np.ceil(walks.duration_s * (DEFAULT_WALK_SPEED_M_S / speed_m_s)).astype(np.int32)
    return Footpaths(walks.offsets, walks.target, duration, walks.distance_m)


def joined(near: Footpaths, others: Footpaths) -> Footpaths:
    """All of `near`, and the others between pairs of stops that it does not join."""
    stops = len(near.offsets) - 1
    extra = ~np.isin(_keys(others), _keys(near))
    key = np.concatenate((_keys(near), _keys(others)[extra]))
    order = np.argsort(key, kind="stable")
    counts = np.bincount(key // max(stops, 1), minlength=stops)
    return Footpaths(
        np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        np.concatenate((near.target, others.target[extra]))[order],
        np.concatenate((near.duration_s, others.duration_s[extra]))[order],
        np.concatenate((near.distance_m, others.distance_m[extra]))[order],
    )


def _keys(walks: Footpaths) -> I64:
    """One number for each pair of stops."""
    stops = len(walks.offsets) - 1
    keys: I64 = np.repeat(np.arange(stops, dtype=np.int64), np.diff(walks.offsets)) * stops + walks.target
    return keys


def _day_kinds(timetable: Timetable, first: date) -> list[date]:
    """A day of each kind, the most frequent kinds first."""
    active = np.asarray(timetable.service_active)
    kinds: Counter[bytes] = Counter()
    when: dict[bytes, int] = {}
    for k in np.flatnonzero(active.any(axis=0)).tolist():
        kind = active[:, k].tobytes()
        kinds[kind] += 1
        when.setdefault(kind, k)
    return [first + timedelta(days=when[kind]) for kind, _ in kinds.most_common(_DAY_KINDS_MAX)]
