"""The timetable of one service day, with what still runs of the day before and already of the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from gtfs.model.schedule import Bool
from routing.kernels.assemble import fill_columns, lanes_without_overtaking
from routing.kernels.layout import ALIGHT, BOARD, I8, I32, I64, DayTimetable, Interchanges, Timetable
from routing.kernels.overlay import Parts, hash_flags, lanes, turn_events
from routing.timetable.clock import ServiceClock

if TYPE_CHECKING:
    from routing.timetable.added import AddedRun

DAY_S = 86_400
EARLIEST_S = -4 * 3600
"""Runs that ended before this are left out: nobody arriving by dawn was still on them."""
LATEST_S = 34 * 3600
"""Runs that begin after this are left out: who finds nothing until 10 the next morning asks for that day."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day timetable, and which run of which service day each of its runs is."""

    date: date
    timetable: DayTimetable
    run: I32  # day run -> run of the timetable; beyond those of `added`
    shift_s: I32  # day run -> added to the run's own times: the start of its service day seen from this one
    service_day: I8  # day run -> its service day less this day: -1 is yesterday
    added: tuple[AddedRun, ...] = ()  # what realtime adds to the timetable


def cut_day(
    timetable: Timetable,
    first_date: date,
    day: date,
    clock: ServiceClock,
    *,
    stops: int,
    allowed: Bool | None = None,
    closed: Bool | None = None,
) -> Day:
    """Everything that runs between EARLIEST_S and LATEST_S of `day`.

    `allowed` picks runs of the timetable, shape (runs,); at stops that are `closed`, shape (stops,), nobody
    boards or alights.
    """
    begins = timetable.departure[timetable.run_times[:-1]] if len(timetable.run_pattern) else np.empty(0)
    ends = timetable.arrival[timetable.run_times[1:] - 1] if len(timetable.run_pattern) else np.empty(0)
    picked: list[I32] = []
    shifts: list[I32] = []
    days: list[I8] = []
    index = (day - first_date).days
    past = max(1, int((ends.max(initial=0) - EARLIEST_S) // DAY_S))  # days whose last runs still count
    for offset in range(-past, 2):
        if not 0 <= index + offset < timetable.service_active.shape[1]:
            continue
        shift = clock.origin(day + timedelta(days=offset)) - clock.origin(day)
        running = timetable.service_active[:, index + offset][timetable.run_service] == 1
        running &= (ends + shift >= EARLIEST_S) & (begins + shift <= LATEST_S)
        if allowed is not None:
            running &= allowed
        runs = np.flatnonzero(running).astype(np.int32)
        picked.append(runs)
        shifts.append(np.full(len(runs), shift, np.int32))
        days.append(np.full(len(runs), offset, np.int8))
    run = np.concatenate(picked) if picked else np.empty(0, np.int32)
    shift_s = np.concatenate(shifts) if shifts else np.empty(0, np.int32)
    service_day = np.concatenate(days) if days else np.empty(0, np.int8)
    order = np.lexsort((begins[run] + shift_s, timetable.run_pattern[run]))
    run, shift_s, service_day = run[order], shift_s[order], service_day[order]
    lane = np.zeros(len(run), np.int32)
    lanes_without_overtaking(timetable, run, shift_s, lane)
    order = np.lexsort((lane, timetable.run_pattern[run]))  # stable: departure order stays within a lane
    run, shift_s, service_day, lane = run[order], shift_s[order], service_day[order], lane[order]
    made = _assemble(timetable, run, shift_s, lane, stops)
    if closed is not None:
        made.pattern_flags[closed[made.pattern_stops]] = 0
    return Day(day, made, run, shift_s, service_day)


def _assemble(timetable: Timetable, run: I32, shift_s: I32, lane: I32, stops: int) -> DayTimetable:
    source = timetable.run_pattern[run]
    change = np.ones(len(run), np.bool_)
    change[1:] = (source[1:] != source[:-1]) | (lane[1:] != lane[:-1])
    firsts = np.flatnonzero(change)
    patterns = source[firsts]
    lengths = np.diff(timetable.pattern_offsets)[patterns]
    run_offsets = np.concatenate((firsts, [len(run)])).astype(np.int32)
    events = np.concatenate(([0], np.cumsum(np.diff(run_offsets) * lengths))).astype(np.int64)
    starts = np.cumsum(lengths) - lengths
    entries = np.arange(int(lengths.sum())) + np.repeat(timetable.pattern_offsets[patterns] - starts, lengths)
    pattern_stops = timetable.pattern_stops[entries]
    arrival, departure = np.empty(events[-1], np.int32), np.empty(events[-1], np.int32)
    fill_columns(timetable, run, shift_s, run_offsets, events, arrival, departure)
    by_stop = np.argsort(pattern_stops, kind="stable")
    pattern_of_entry = np.repeat(np.arange(len(patterns)), lengths)
    position = np.arange(len(entries)) - np.repeat(starts, lengths)
    counts = np.bincount(pattern_stops, minlength=stops)
    return DayTimetable(
        pattern_offsets=np.concatenate((starts, [len(entries)])).astype(np.int32),
        pattern_stops=pattern_stops.astype(np.int32),
        pattern_flags=timetable.pattern_flags[entries],
        run_offsets=run_offsets,
        time_offsets=events,
        arrival=arrival,
        departure=departure,
        stop_offsets=np.concatenate(([0], np.cumsum(counts))).astype(np.int32),
        stop_patterns=pattern_of_entry[by_stop].astype(np.int32),
        stop_positions=position[by_stop].astype(np.int32),
    )


def with_parts(day: Day, timetable: Timetable, kept: Bool, source: I32, parts: Parts) -> Day:
    """The day with only the runs `kept`, and after them parts that stand for day runs `source`.

    Parts that share stops and flags and follow one another at every stop become one pattern.
    """
    base, count = day.timetable, len(source)
    stops = len(base.stop_offsets) - 1
    lengths = np.diff(base.pattern_offsets)
    pattern = np.repeat(np.arange(len(lengths)), np.diff(base.run_offsets))
    events = np.repeat(kept, lengths[pattern])
    runs = np.bincount(pattern[kept], minlength=len(lengths))

    of = np.asarray(timetable.run_pattern)[day.run[source]].astype(np.int64)
    rules = np.empty(count, np.int64)
    hash_flags(parts, count, rules)
    order = np.lexsort((parts.departure[parts.offsets[:count]], rules, of))
    group = np.zeros(count, np.int64)
    group[1:] = np.cumsum((of[order][1:] != of[order][:-1]) | (rules[order][1:] != rules[order][:-1]))
    lane = np.zeros(count, np.int32)
    lanes(parts, order, group, lane)
    again = np.lexsort((lane, group))  # stable: in the order of time within a lane
    order, group, lane = order[again], group[again], lane[again]
    begins = np.ones(count, np.bool_)
    begins[1:] = (group[1:] != group[:-1]) | (lane[1:] != lane[:-1])
    firsts = np.flatnonzero(begins)
    sizes = np.diff(parts.offsets[: count + 1])
    calls = _rows(parts.offsets[order], sizes[order])
    own = _rows(np.asarray(timetable.pattern_offsets)[of[order[firsts]]], sizes[order[firsts]])

    lengths = np.concatenate((lengths, sizes[order[firsts]])).astype(np.int64)
    counts = np.concatenate((runs, np.diff(np.concatenate((firsts, [count]))))).astype(np.int64)
    pattern_stops = np.concatenate((base.pattern_stops, np.asarray(timetable.pattern_stops)[own]))
    pattern_offsets = np.concatenate(([0], np.cumsum(lengths)))
    rules_of = parts.flags[_rows(parts.offsets[order[firsts]], sizes[order[firsts]])]
    laid = base._replace(
        pattern_offsets=pattern_offsets.astype(np.int32),
        pattern_stops=pattern_stops.astype(np.int32),
        pattern_flags=np.concatenate((base.pattern_flags, rules_of)),
        run_offsets=np.concatenate(([0], np.cumsum(counts))).astype(np.int32),
        time_offsets=np.concatenate(([0], np.cumsum(counts * lengths))).astype(np.int64),
        arrival=np.concatenate((base.arrival[events], parts.arrival[calls])),
        departure=np.concatenate((base.departure[events], parts.departure[calls])),
    )
    made = indexed_by_stop(laid, stops)
    rows = np.concatenate((np.flatnonzero(kept), source[order])).astype(np.int64)
    return Day(day.date, made, day.run[rows], day.shift_s[rows], day.service_day[rows])


def indexed_by_stop(day: DayTimetable, stops: int) -> DayTimetable:
    """A day whose patterns are new, with the index from stops to patterns made anew."""
    lengths = np.diff(day.pattern_offsets)
    by_stop = np.argsort(day.pattern_stops, kind="stable")
    number = np.repeat(np.arange(len(lengths)), lengths)
    position = np.arange(len(day.pattern_stops)) - day.pattern_offsets[number]
    counts = np.bincount(day.pattern_stops, minlength=stops)
    return day._replace(
        stop_offsets=np.concatenate(([0], np.cumsum(counts))).astype(np.int32),
        stop_patterns=number[by_stop].astype(np.int32),
        stop_positions=position[by_stop].astype(np.int32),
    )


def _rows(starts: I64, sizes: I64) -> I64:
    """All of starts[k] … starts[k] + sizes[k] - 1, one after another."""
    before = np.cumsum(sizes) - sizes
    rows: I64 = np.arange(int(sizes.sum()), dtype=np.int64) + np.repeat(starts - before, sizes)
    return rows


def mirrored(day: DayTimetable) -> DayTimetable:
    """The same day run backwards in time: a forward search in it is a backward search in `day`.

    Pattern p keeps its number; position i becomes length - 1 - i, run r becomes runs - 1 - r, time t
    becomes -t, boarding becomes alighting.
    """
    lengths = np.diff(day.pattern_offsets)
    starts = day.pattern_offsets[:-1]
    within = np.arange(len(day.pattern_stops)) - np.repeat(starts, lengths)
    turned = np.repeat(starts + lengths - 1, lengths) - within
    flags = day.pattern_flags[turned]
    swapped = ((flags & BOARD) != 0) * ALIGHT + ((flags & ALIGHT) != 0) * BOARD
    # A pattern's events reversed as a block turn both runs and positions.
    arrival, departure = np.empty_like(day.arrival), np.empty_like(day.departure)
    turn_events(day.time_offsets, day.arrival, day.departure, arrival, departure)
    entry_lengths = lengths[day.stop_patterns]
    return DayTimetable(
        pattern_offsets=day.pattern_offsets,
        pattern_stops=day.pattern_stops[turned],
        pattern_flags=swapped.astype(np.uint8),
        run_offsets=day.run_offsets,
        time_offsets=day.time_offsets,
        arrival=arrival,
        departure=departure,
        stop_offsets=day.stop_offsets,
        stop_patterns=day.stop_patterns,
        stop_positions=(entry_lengths - 1 - day.stop_positions).astype(np.int32),
    )


def mirrored_interchanges(change: Interchanges) -> Interchanges:
    """Footpaths walked the other way."""
    stops = len(change.change_s)
    origin = np.repeat(np.arange(stops), np.diff(change.offsets))
    order = np.argsort(change.target, kind="stable")
    counts = np.bincount(change.target, minlength=stops)
    return Interchanges(
        change_s=change.change_s,
        offsets=np.concatenate(([0], np.cumsum(counts))).astype(np.int32),
        target=origin[order].astype(np.int32),
        duration_s=change.duration_s[order],
        walk_s=change.walk_s[order],
    )
