"""Trips that realtime adds to the timetable: new ones, copies of timetabled ones, and replacements.

What is not whole (an unknown stop or route, a call without a time, a vehicle that travels back in time) is
counted and left out; the trip that a bad replacement was to replace runs as the timetable has it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from gtfs.model.schedule import I8, I32, I64, NONE
from gtfs.realtime.apply import Timetable
from gtfs.realtime.model import (
    NO_DELAY,
    CallRelationship,
    Faults,
    Sample,
    TripProperties,
    TripRelationship,
    TripUpdates,
)

__all__ = ["AddedTrip", "added_trips"]

_NEW = (TripRelationship.ADDED, TripRelationship.NEW)
_BEYOND = (*_NEW, TripRelationship.DUPLICATED, TripRelationship.REPLACEMENT)
_EPOCH_ORDINAL = 719_163
_NOT_ALLOWED = 1
"""pickup_type and drop_off_type: none."""


@dataclass(frozen=True, slots=True)
class AddedTrip:
    """A trip that the timetable does not have, with all its calls."""

    trip_id: str
    route: int  # index into Schedule.routes
    day: int  # service day, days since 1970-01-01
    template: int  # the trip of the timetable that it repeats or replaces, NONE for a new one
    replaces: bool  # the template does not run on that day
    stop: I32  # (calls,) index into Schedule.stops
    arrival: I64  # (calls,) POSIX seconds
    departure: I64
    pickup_type: I8  # (calls,) as in stop_times.txt
    drop_off_type: I8
    headsign: str = ""
    short_name: str = ""


class _Bad(Exception):
    """Why a trip is left out: code, field, value, in words."""


def added_trips(timetable: Timetable, updates: TripUpdates, faults: Faults) -> list[AddedTrip]:
    """All that a message adds; bad ones are counted in `faults`."""
    found: dict[tuple[str, int, int], AddedTrip] = {}
    for k in np.flatnonzero(np.isin(updates.relationship, _BEYOND)).tolist():
        try:
            added = _added(timetable, updates, k)
            key = (added.trip_id, added.day, int(added.departure[0]))
            if key in found:
                raise _Bad("repeated-trip", "trip_id", added.trip_id, "the message has this trip twice")
        except _Bad as bad:
            code, field, value, told = bad.args
            faults.add(code, Sample(updates.entity_ids[k], field, value, told))
            continue
        found[key] = added
    return list(found.values())


def _added(timetable: Timetable, updates: TripUpdates, k: int) -> AddedTrip:
    kind = TripRelationship(int(updates.relationship[k]))
    if kind is TripRelationship.DUPLICATED:
        return _duplicated(timetable, updates, k)
    template = NONE if kind in _NEW else timetable.trips.get(updates.trip_ids[k], NONE)
    schedule = timetable.schedule
    if kind in _NEW:
        name = updates.route_ids[k]
        route = timetable.routes.get(name, NONE)
        if route == NONE:
            raise _Bad("unknown-route", "route_id", name, "a new trip needs a route of the timetable")
    elif template == NONE:
        raise _Bad("unknown-trip", "trip_id", updates.trip_ids[k], "the timetable has no such trip")
    else:
        route = int(schedule.trips.route[template])
    calls = list(_calls(timetable, updates, k))
    stop, arrival, departure, pickup, drop_off = np.array(calls, np.int64).reshape(-1, 5).T
    _check_times(updates, k, arrival, departure)
    day = int(updates.start_day[k])
    if day == NONE:
        first = int(departure[0])
        day = (
            timetable.day_near(template, first)
            if template != NONE
            else datetime.fromtimestamp(first, timetable.zone).date().toordinal() - _EPOCH_ORDINAL
        )
    if template != NONE and (day == NONE or not timetable.runs_on(template, day)):
        raise _Bad("no-such-day", "trip_id", updates.trip_ids[k], "the replaced trip does not run that day")
    new = updates.properties.get(k, TripProperties())
    return AddedTrip(
        updates.trip_ids[k] or new.trip_id or updates.entity_ids[k], route, day, template, template != NONE,
        stop.astype(np.int32), arrival.astype(np.int64), departure.astype(np.int64),
        pickup.astype(np.int8), drop_off.astype(np.int8), new.headsign, new.short_name,
    )  # fmt: skip


def _calls(timetable: Timetable, updates: TripUpdates, k: int) -> Iterator[tuple[int, int, int, int, int]]:
    """Stop, arrival, departure, pickup_type and drop_off_type of every call."""
    table = updates.calls
    for c in range(int(updates.offsets[k]), int(updates.offsets[k + 1])):
        arrival, departure = int(table.arrival_time[c]), int(table.departure_time[c])
        left_out = int(table.relationship[c]) == CallRelationship.SKIPPED
        if left_out and arrival == departure == NONE:
            continue
        place = int(table.assigned_stop[c])
        place = int(table.stop[c]) if place == NONE else place
        name = "" if place == NONE else updates.stop_ids[place]
        stop = timetable.stops.get(name, NONE)
        if stop == NONE:
            raise _Bad("unknown-stop", "stop_id", name, "an added trip calls where the timetable has no stop")
        if arrival == departure == NONE:
            raise _Bad("no-time", "stop_time_update", name, "a call of an added trip has no time")
        pickup, drop_off = (
            _NOT_ALLOWED if left_out else max(0, int(rule[c]))
            for rule in (table.pickup_type, table.drop_off_type)
        )
        came, goes = departure if arrival == NONE else arrival, arrival if departure == NONE else departure
        yield stop, came, goes, pickup, drop_off


def _check_times(updates: TripUpdates, k: int, arrival: I64, departure: I64) -> None:
    if len(arrival) < 2:
        raise _Bad("too-few-calls", "trip_id", updates.trip_ids[k], "an added trip has fewer than two calls")
    moments = np.stack((arrival, departure), axis=1).ravel()
    if (np.diff(moments) < 0).any():
        raise _Bad("time-travel", "trip_id", updates.trip_ids[k], "an added trip goes back in time")


def _duplicated(timetable: Timetable, updates: TripUpdates, k: int) -> AddedTrip:
    """A copy of a timetabled trip at another time, late where the update says so."""
    schedule, times = timetable.schedule, timetable.schedule.stop_times
    new = updates.properties.get(k, TripProperties())
    template = timetable.trips.get(updates.trip_ids[k], NONE)
    if template == NONE:
        raise _Bad("unknown-trip", "trip_id", updates.trip_ids[k], "the timetable has no such trip")
    if NONE in (new.start_day, new.start_s):
        told = "a duplicated trip needs start_date and start_time"
        raise _Bad("no-start", "trip_properties", new.trip_id, told)
    rows = slice(int(times.offsets[template]), int(times.offsets[template + 1]))
    shift = timetable.zero_s(new.start_day) + new.start_s - int(times.departure_s[rows.start])
    arrival, departure = _filled(timetable, rows)
    arrival, departure = arrival + shift, departure + shift
    pickup, drop_off = times.pickup_type[rows].copy(), times.drop_off_type[rows].copy()
    _delay(timetable, updates, k, rows, (arrival, departure), (pickup, drop_off))
    _check_times(updates, k, arrival, departure)
    return AddedTrip(
        new.trip_id or updates.trip_ids[k], int(schedule.trips.route[template]), new.start_day, template,
        False, times.stop[rows].astype(np.int32), arrival, departure, pickup, drop_off,
        new.headsign or schedule.trips.headsigns[template], new.short_name,
    )  # fmt: skip


def _filled(timetable: Timetable, rows: slice) -> tuple[I64, I64]:
    """Arrivals and departures of the service day, blank ones by the straight way between the stops."""
    schedule = timetable.schedule
    arrival = schedule.stop_times.arrival_s[rows].astype(np.int64)
    departure = schedule.stop_times.departure_s[rows].astype(np.int64)
    blank = arrival == NONE
    if blank.any():
        stop = schedule.stop_times.stop[rows]
        lat, lon = np.radians(schedule.stops.lat[stop]), np.radians(schedule.stops.lon[stop])
        steps = np.hypot(np.diff(lat), np.diff(lon) * np.cos(lat[1:]))
        way = np.concatenate(([0.0], np.cumsum(steps)))
        between = np.interp(way[blank], way[~blank], arrival[~blank]).astype(np.int64)
        arrival[blank] = departure[blank] = between
    return arrival, departure


def _delay(
    timetable: Timetable,
    updates: TripUpdates,
    k: int,
    rows: slice,
    times: tuple[I64, I64],
    rules: tuple[I8, I8],
) -> None:
    """Carry the delays that the update names on to the calls after them; left-out calls are barred."""
    table, schedule = updates.calls, timetable.schedule.stop_times
    c, end = int(updates.offsets[k]), int(updates.offsets[k + 1])
    delay = 0 if updates.delay[k] == NO_DELAY else int(updates.delay[k])
    for i, row in enumerate(range(rows.start, rows.stop)):
        told = c < end and (
            table.sequence[c] == schedule.sequence[row]
            if table.sequence[c] != NONE
            else timetable.stops.get(updates.stop_ids[table.stop[c]], NONE) == schedule.stop[row]
        )
        if told and int(table.relationship[c]) == CallRelationship.SKIPPED:
            rules[0][i] = rules[1][i] = _NOT_ALLOWED
        for moment, given, late in (
            (times[0], table.arrival_time, table.arrival_delay),
            (times[1], table.departure_time, table.departure_delay),
        ):
            if told and given[c] != NONE:
                delay = int(given[c]) - int(moment[i])
            elif told and late[c] != NO_DELAY:
                delay = int(late[c])
            moment[i] += delay
        times[1][i] = max(times[0][i], times[1][i])
        c += told
