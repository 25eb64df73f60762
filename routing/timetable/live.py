"""What runs as against the timetable: changed runs laid over a day, the timetable itself untouched.

`overlaid` makes another day timetable in which changed runs have their new times, calls that are left out
can be neither boarded nor left, and cancelled trips are gone: what building the timetable anew with the same
changes would give. It is swapped in as a whole, so that no query waits or sees half a message. Runs of
frequencies cannot be told apart by a trip's name and stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from gtfs.model.schedule import NONE, Schedule
from gtfs.realtime.apply import SKIPS, Applied
from gtfs.realtime.model import day_of
from routing.kernels.layout import ALIGHT, BOARD, I32, I64, U8, Timetable
from routing.timetable.day import Day, with_runs

__all__ = ["LiveTrips", "TripChange", "live_trips", "overlaid"]


@dataclass(frozen=True, slots=True)
class TripChange:
    """One trip on one service day: seconds of that day at each call, and which calls are left out."""

    arrival_s: I64  # (calls,), NONE where nobody knows
    departure_s: I64
    skipped: U8
    cancelled: bool


@dataclass(frozen=True, slots=True)
class LiveTrips:
    """All that is known to differ from the timetable, by trip and service day."""

    changes: dict[tuple[int, date], TripChange]

    def concern(self, day: date) -> bool:
        """Whether anything of it may run on `day`: its own trips, yesterday's late ones, tomorrow's first."""
        return any(abs((day - of).days) <= 2 for of in {of for _, of in self.changes})


def live_trips(applied: Applied, zero_s: dict[int, int]) -> LiveTrips:
    """From updates matched to the timetable; `zero_s` has the POSIX second where each service day begins."""
    changes: dict[tuple[int, date], TripChange] = {}
    for k, (trip, day) in enumerate(zip(applied.trip.tolist(), applied.day.tolist(), strict=True)):
        rows = slice(int(applied.offsets[k]), int(applied.offsets[k + 1]))
        times = [np.where(t == NONE, NONE, t - zero_s[day]) for t in _both(applied, rows)]
        skipped = (applied.known[rows] == SKIPS).astype(np.uint8)
        changes[trip, day_of(day)] = TripChange(times[0], times[1], skipped, bool(applied.cancelled[k]))
    return LiveTrips(changes)


def _both(applied: Applied, rows: slice) -> tuple[I64, I64]:
    return applied.arrival[rows], applied.departure[rows]


@dataclass(frozen=True, slots=True)
class _Changed:
    """A run of the day as it goes now; one of several if trips in its middle are cancelled."""

    day_run: int
    flags: U8
    arrival: I32  # seconds of the searched day
    departure: I32


def overlaid(day: Day, timetable: Timetable, schedule: Schedule, live: LiveTrips) -> Day:
    """The day with the changes laid over it. Costs some tens of milliseconds, more for thousands of trips."""
    places = _places(day, timetable, schedule, live)
    changed = [
        part for day_run, members in places.items() for part in _parts(day, timetable, day_run, members)
    ]
    gone = np.zeros(len(day.run), np.bool_)
    gone[list(places)] = True
    return with_runs(
        day,
        timetable,
        ~gone,
        np.array([part.day_run for part in changed], np.int32),
        [part.flags for part in changed],
        [part.arrival for part in changed],
        [part.departure for part in changed],
    )


Member = tuple[int, int, int, TripChange | None]
"""Position of a trip in its run, its first row of stop_times, its calls, what changed."""


def _places(day: Day, timetable: Timetable, schedule: Schedule, live: LiveTrips) -> dict[int, list[Member]]:
    """Day run -> its trips, for every run that has a changed one."""
    repeated = set(schedule.frequencies.trip.tolist())
    names = np.array(sorted({t for t, _ in live.changes if t not in repeated}), np.int32)
    concerned = np.isin(timetable.member_trip, names)
    run_of_member = np.repeat(np.arange(len(timetable.run_pattern)), np.diff(timetable.member_offsets))
    runs = np.zeros(len(timetable.run_pattern), np.bool_)
    runs[run_of_member[concerned]] = True
    found: dict[int, list[Member]] = {}
    offsets = schedule.stop_times.offsets
    for day_run in np.flatnonzero(runs[day.run]).tolist():
        run = int(day.run[day_run])
        of = day.date + timedelta(days=int(day.service_day[day_run]))
        members: list[Member] = []
        for m in range(int(timetable.member_offsets[run]), int(timetable.member_offsets[run + 1])):
            trip = int(timetable.member_trip[m])
            first = int(offsets[trip])
            change = live.changes.get((trip, of))
            members.append((int(timetable.member_position[m]), first, int(offsets[trip + 1]) - first, change))
        if any(change for *_, change in members):
            found[day_run] = members
    return found


def _parts(day: Day, timetable: Timetable, day_run: int, members: list[Member]) -> Iterator[_Changed]:
    run, shift = int(day.run[day_run]), int(day.shift_s[day_run])
    rows = slice(int(timetable.run_times[run]), int(timetable.run_times[run + 1]))
    pattern = int(timetable.run_pattern[run])
    entries = slice(int(timetable.pattern_offsets[pattern]), int(timetable.pattern_offsets[pattern + 1]))
    arrival = timetable.arrival[rows].astype(np.int64)
    departure = timetable.departure[rows].astype(np.int64)
    flags = timetable.pattern_flags[entries].copy()
    covered = -1  # last position of the trip before
    for begin, _, calls, change in members:
        if change is not None and not change.cancelled:
            shared = begin == covered
            places = np.arange(begin, begin + calls)
            _set(arrival, places, change.arrival_s, first=1 if shared else 0, last=calls)
            going_on = any(other == begin + calls - 1 for other, *_ in members if other > begin)
            _set(departure, places, change.departure_s, first=0, last=calls - going_on)
            for k in np.flatnonzero(change.skipped).tolist():
                if shared and k == 0:
                    flags[begin + k] &= ALIGHT
                else:
                    flags[begin + k] &= BOARD if going_on and k == calls - 1 else 0
        covered = begin + calls - 1
    woven = np.empty(2 * len(arrival), np.int64)
    woven[0::2], woven[1::2] = arrival, departure
    woven = np.maximum.accumulate(woven) + shift  # a vehicle that is late is late for its next trip, too
    for low, high in _alive(members):
        kept = flags.copy()
        kept[:low] = 0
        kept[high + 1 :] = 0
        kept[low] &= BOARD if low else BOARD | ALIGHT
        kept[high] &= ALIGHT if high < len(kept) - 1 else BOARD | ALIGHT
        yield _Changed(day_run, kept, woven[0::2].astype(np.int32), woven[1::2].astype(np.int32))


def _alive(members: list[Member]) -> list[tuple[int, int]]:
    """First and last position of each stretch of trips that run."""
    stretches: list[tuple[int, int]] = []
    joined = False
    for begin, _, calls, change in members:
        if change is not None and change.cancelled:
            joined = False
            continue
        end = begin + calls - 1
        if joined:
            stretches[-1] = (stretches[-1][0], end)
        else:
            stretches.append((begin, end))
        joined = True
    return stretches


def _set(times: I64, places: I64, new: I64, *, first: int, last: int) -> None:
    """Take over known times; where none is known the last known delay goes on."""
    delay = 0
    for k in range(first, last):
        if new[k] != NONE:
            delay = int(new[k] - times[places[k]])
        times[places[k]] += delay
