"""A schedule becomes a timetable: runs grouped into patterns, with every time known.

Frequencies are expanded to one run per headway: exactly as stated where `exact_times` is 1, and from
`start_time` on where it is 0, so that a headway-only service is never promised more often than it runs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gtfs.model.schedule import Bool, Schedule
from routing.kernels.layout import ALIGHT, BOARD, I32, I64, U8, Timetable
from routing.timetable.interpolate import filled_times
from routing.timetable.splits import Splits
from routing.timetable.through import chains

_NOT_ALLOWED = 1
"""pickup_type and drop_off_type: none. By phone (2) or with the driver (3) one can still ride."""


@dataclass(frozen=True, slots=True)
class _Runs:
    """Members of every run, one after another."""

    offsets: I64  # run -> first member
    trip: I32  # member -> trip
    shift_s: I32  # run -> added to the trip's times
    service: I32  # run -> row of active
    active: U8  # service -> day -> runs


def build_timetable(schedule: Schedule, splits: Splits) -> Timetable:
    """Compile all trips of all days, calling at search stops (`routing.timetable.splits`)."""
    runs = _runs(schedule)
    times = schedule.stop_times
    arrival, departure = filled_times(schedule)
    flags = (
        BOARD * (times.pickup_type != _NOT_ALLOWED) + ALIGHT * (times.drop_off_type != _NOT_ALLOWED)
    ).astype(np.uint8)

    lengths = np.diff(times.offsets)[runs.trip]
    rows = _ranges(times.offsets[:-1][runs.trip], lengths)
    member_of_row = np.repeat(np.arange(len(runs.trip)), lengths)
    run_of_member = np.repeat(np.arange(len(runs.offsets) - 1), np.diff(runs.offsets))
    run_of_row = run_of_member[member_of_row]
    stop, flag = splits.call[rows], flags[rows]
    arrive, depart = arrival[rows], departure[rows]

    row_starts = np.concatenate(([0], np.cumsum(lengths)))
    seams = np.flatnonzero(run_of_member[1:] == run_of_member[:-1]) + 1  # members that continue another
    first, last = row_starts[seams], row_starts[seams] - 1
    same = stop[first] == stop[last]
    # One call where both trips name the same stop; else one may not get off at B's first or on at A's last.
    flag[last] = np.where(same, (flag[last] & ALIGHT) | (flag[first] & BOARD), flag[last] & ALIGHT)
    flag[first] &= BOARD
    depart[last[same]] = depart[first[same]]
    keep = np.ones(len(rows), np.bool_)
    keep[first[same]] = False
    member_rows = np.concatenate(([0], np.cumsum(keep)))[row_starts[:-1]]  # rows kept before the member
    member_rows[seams[same]] -= 1

    stop, flag, run_of_row = stop[keep], flag[keep], run_of_row[keep]
    shift = runs.shift_s[run_of_row]
    run_times = np.concatenate(([0], np.cumsum(np.bincount(run_of_row, minlength=len(runs.shift_s))))).astype(
        np.int64
    )
    pattern, firsts = _patterns(stop, flag, run_times)
    pattern_lengths = np.diff(run_times)[firsts]
    entries = _ranges(run_times[:-1][firsts], pattern_lengths)
    timetable = Timetable(
        pattern_offsets=np.concatenate(([0], np.cumsum(pattern_lengths))).astype(np.int64),
        pattern_stops=stop[entries].astype(np.int32),
        pattern_flags=flag[entries],
        run_pattern=pattern,
        run_service=runs.service,
        run_times=run_times,
        arrival=(arrive[keep] + shift).astype(np.int32),
        departure=(depart[keep] + shift).astype(np.int32),
        member_offsets=runs.offsets,
        member_trip=runs.trip,
        member_position=(member_rows - run_times[run_of_member]).astype(np.int32),
        service_active=runs.active,
    )
    for array in timetable:
        array.setflags(write=False)  # like those of an opened snapshot: kernels are compiled once for both
    return timetable


def _runs(schedule: Schedule) -> _Runs:
    trips, repeats = schedule.trips, schedule.frequencies
    active: Bool = schedule.services.active
    rows: dict[bytes, int] = {}
    for row in active:
        rows.setdefault(row.tobytes(), len(rows))
    row_of_service = np.array([rows[row.tobytes()] for row in active], np.int32)
    through = chains(schedule)
    alone = np.ones(len(trips.ids), np.bool_)
    alone[repeats.trip] = False
    for chain in through:
        alone[list(chain.trips)] = False
        rows.setdefault(chain.days, len(rows))
    singles = np.flatnonzero(alone).astype(np.int32)

    starts = schedule.stop_times.departure_s[schedule.stop_times.offsets[:-1]]
    repeated: list[tuple[int, int]] = []
    for trip, start, end, headway in zip(
        repeats.trip.tolist(),
        repeats.start_s.tolist(),
        repeats.end_s.tolist(),
        repeats.headway_s.tolist(),
        strict=True,
    ):
        repeated += [(trip, begin - int(starts[trip])) for begin in range(start, end, headway)]

    counts = np.concatenate(
        (np.ones(len(singles), np.int64), [len(c.trips) for c in through], np.ones(len(repeated), np.int64))
    )
    trip = np.concatenate((singles, [t for c in through for t in c.trips], [t for t, _ in repeated])).astype(
        np.int32
    )
    service = np.concatenate(
        (
            row_of_service[trips.service[singles]],
            [rows[c.days] for c in through],
            [row_of_service[trips.service[t]] for t, _ in repeated],
        )
    ).astype(np.int32)
    shift = np.zeros(len(counts), np.int32)
    shift[len(counts) - len(repeated) :] = [s for _, s in repeated]
    days = active.shape[1]
    return _Runs(
        offsets=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        trip=trip,
        shift_s=shift,
        service=service,
        active=np.frombuffer(b"".join(rows), np.uint8).reshape(len(rows), days).copy(),
    )


def _ranges(starts: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64]) -> I64:
    """All of starts[i] … starts[i] + lengths[i] - 1, one after another."""
    if not len(starts):
        return np.empty(0, np.int64)
    before = np.cumsum(lengths) - lengths
    out: I64 = np.arange(int(lengths.sum()), dtype=np.int64) + np.repeat(starts - before, lengths)
    return out


def _patterns(stop: I32, flag: U8, run_times: I64) -> tuple[I32, I64]:
    """Pattern of every run, and a run that stands for each pattern.

    Runs share a pattern if their stops and boarding rules are the same; they are compared by two 64-bit
    polynomial hashes over (stop, flags) and the length.
    """
    runs = len(run_times) - 1
    if not runs:
        return np.empty(0, np.int32), np.empty(0, np.int64)
    lengths = np.diff(run_times)
    position = np.arange(len(stop), dtype=np.uint64) - np.repeat(run_times[:-1], lengths).astype(np.uint64)
    symbol = (stop.astype(np.uint64) << np.uint64(2)) | flag.astype(np.uint64)
    keys = [lengths.astype(np.uint64)]
    for seed in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F):
        mixed = _mixed(symbol * np.uint64(seed) + _mixed(position + np.uint64(seed)))
        keys.append(np.add.reduceat(mixed, run_times[:-1]))
    order = np.lexsort(keys)
    changes = np.zeros(runs, np.bool_)
    for key in keys:
        changes[1:] |= key[order][1:] != key[order][:-1]
    number = np.cumsum(changes)
    pattern = np.empty(runs, np.int32)
    pattern[order] = number
    firsts = np.empty(int(number[-1]) + 1, np.int64)
    firsts[number[::-1]] = order[::-1]
    return pattern, firsts


def _mixed(x: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Finaliser of splitmix64 (Steele, Lea, Flood 2014): every input bit moves every output bit."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))
