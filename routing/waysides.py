"""Continuous stopping: places on a vehicle's way where one hails it, or asks the driver to stop.

GTFS lets riders board or alight anywhere on the way from one call to the next (`continuous_pickup` and
`continuous_drop_off`). Searches know calls alone, so such trips are given more of them: *waysides*, every
150 m of their shape where a street that one may walk is at hand. Trips that pass the same point share it.
Where a trip has no shape, its way is taken to be straight from call to call.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gtfs.model.schedule import (
    F64,
    I8,
    I32,
    I64,
    NONE,
    NOWHERE_BETWEEN,
    WAYSIDE,
    Bool,
    Schedule,
    Stops,
    StopTimes,
)
from routing.query import Profile
from routing.shapes import Drawings
from routing.street.graph import StreetGraph, step_m
from routing.street.router import StreetRouter
from routing.timetable.interpolate import filled_times

__all__ = ["with_waysides"]

_SPACINGS_M = (150.0, 300.0, 600.0, 1200.0)
"""The first with which the limits below are kept."""
WAYSIDES_MAX = 4_000
"""Each has walks to all stops around it, so that they cost as its square where they lie close."""
CALLS_MAX = 3_000_000
_FROM_STOP_M = 40.0
"""Nobody hails a vehicle just before it stops."""
_STREET_M_MAX = 25.0
_SAME_M = 30.0
"""Points of different shapes as near as this are one place."""
_M_PER_DEGREE = 111_195.0


class _TooManyError(Exception):
    pass


@dataclass(frozen=True, slots=True)
class _Way:
    """Where trips that are alike are hailed: entry -> the call before it, the place, how far it is on."""

    call: I64
    wayside: I64  # counted from the first wayside
    share: F64  # of the way from the call before to the next one, 0 to 1
    dist: F64  # shape_dist_traveled, NaN if the shape has none


def with_waysides(
    schedule: Schedule,
    graph: StreetGraph | None = None,
    street_names: Sequence[str] = (),
    progress: Callable[[str], None] = lambda _: None,
) -> Schedule:
    """The schedule with calls at waysides; as it is where nobody stops between stops.

    Where there would be too many, they lie farther apart, and `progress` is told.
    """
    hailed = _hailed(schedule)
    if not hailed.any():
        return schedule
    progress("looking where vehicles stop between stops")
    owner = np.repeat(np.arange(len(schedule.trips.ids)), np.diff(schedule.stop_times.offsets))
    alike = _alike(schedule, hailed, np.unique(owner[hailed]))
    drawings = Drawings(schedule)
    router = None if graph is None else StreetRouter(graph, np.empty(0), np.empty(0))
    for spacing in _SPACINGS_M:
        places = _Places(schedule, router, street_names)
        try:
            ways = [_way(schedule, drawings, places, trips[0], hailed, spacing) for trips in alike]
        except _TooManyError:
            continue
        if sum(len(way.call) * len(trips) for way, trips in zip(ways, alike, strict=True)) > CALLS_MAX:
            continue
        if spacing != _SPACINGS_M[0]:
            progress(
                f"places to stop between stops lie {spacing:.0f} m apart, not {_SPACINGS_M[0]:.0f}: there "
                f"would be more than {WAYSIDES_MAX:,} places or {CALLS_MAX:,} calls"
            )
        return _joined(schedule, places, alike, ways)
    progress(
        f"stopping between stops is left out: {_SPACINGS_M[-1]:.0f} m apart there would still be more than "
        f"{WAYSIDES_MAX:,} places or {CALLS_MAX:,} calls"
    )
    return schedule


def _hailed(schedule: Schedule) -> Bool:
    """Rows after which one may board or alight on the way to the next."""
    times = schedule.stop_times
    hailed: Bool = np.zeros(len(times.stop), np.bool_)
    if not len(times.continuous_pickup) or (schedule.stops.location_type == WAYSIDE).any():
        return hailed
    hailed = (times.continuous_pickup != NOWHERE_BETWEEN) | (times.continuous_drop_off != NOWHERE_BETWEEN)
    hailed[times.offsets[1:] - 1] = False
    hailed[:-1] &= (times.stop[:-1] != NONE) & (times.stop[1:] != NONE)
    return hailed


def _alike(schedule: Schedule, hailed: Bool, trips: I64) -> list[list[int]]:
    """Trips that drive, call and are hailed alike."""
    times = schedule.stop_times
    found: dict[tuple[int, bytes, bytes, bytes], list[int]] = {}
    for trip in trips.tolist():
        rows = slice(*times.offsets[trip : trip + 2].tolist())
        key = (
            int(schedule.trips.shape[trip]), times.stop[rows].tobytes(), times.shape_dist[rows].tobytes(),
            hailed[rows].tobytes(),
        )  # fmt: skip
        found.setdefault(key, []).append(trip)
    return list(found.values())


class _Places:
    """The waysides found so far."""

    def __init__(self, schedule: Schedule, router: StreetRouter | None, street_names: Sequence[str]) -> None:
        self._router = router
        self._street_names = street_names
        middle = np.nanmean(schedule.shapes.lat if len(schedule.shapes.lat) else schedule.stops.lat)
        self._scale = float(np.cos(np.radians(middle))) * _M_PER_DEGREE
        self._cells: dict[tuple[int, int], list[int]] = {}
        self._streets: dict[tuple[float, float], str | None] = {}
        self.names: list[str] = []
        self.at: list[tuple[float, float]] = []

    def near(self, lat: float, lon: float, between: str) -> int:
        """The wayside at a point of a shape; NONE where nobody on foot can be. Raises _TooManyError."""
        x, y = lon * self._scale, lat * _M_PER_DEGREE
        column, row = int(x // _SAME_M), int(y // _SAME_M)
        around = ((column + i, row + j) for i in (0, -1, 1) for j in (0, -1, 1))
        gap_m, known = min(
            (
                (math.hypot(self.at[k][1] * self._scale - x, self.at[k][0] * _M_PER_DEGREE - y), k)
                for cell in around
                for k in self._cells.get(cell, ())
            ),
            default=(math.inf, NONE),
        )
        if gap_m <= _SAME_M:
            return known
        name = self._name(lat, lon)
        if name is None:
            return NONE
        if len(self.at) >= WAYSIDES_MAX:
            raise _TooManyError
        self._cells.setdefault((column, row), []).append(len(self.at))
        self.at.append((lat, lon))
        self.names.append(name or between)
        return len(self.at) - 1

    def _name(self, lat: float, lon: float) -> str | None:
        """Of the street at a point, "" if it has none; None where there is no street."""
        if self._router is None:
            return ""
        if (lat, lon) not in self._streets:
            gap_m, name = self._router.street_near(lat, lon, Profile.WALK)
            told = self._street_names[name] if name >= 0 else ""
            self._streets[lat, lon] = told if gap_m <= _STREET_M_MAX else None
        return self._streets[lat, lon]


def _way(
    schedule: Schedule, drawings: Drawings, places: _Places, trip: int, hailed: Bool, spacing_m: float
) -> _Way:
    lat, lon, dist, calls = _drawn(schedule, drawings, trip)
    shaped = calls is not None
    numbers = np.arange(len(lat), dtype=np.float64)
    metres = np.concatenate(([0.0], np.cumsum(step_m(lat, lon))))
    call_m = np.interp(calls, numbers, metres) if calls is not None else metres
    first = int(schedule.stop_times.offsets[trip])
    found: list[tuple[int, int, float, float]] = []
    for call in np.flatnonzero(hailed[first : first + len(call_m)]).tolist():
        begin, end = float(call_m[call]), float(call_m[call + 1])
        between = " – ".join(
            schedule.stops.names[int(stop)]
            for stop in schedule.stop_times.stop[first + call : first + call + 2]
        )
        last = NONE
        # Multiples of the spacing along the shape, so that trips that call elsewhere pass the same places;
        # without one from the stop on, so that others do that go from there to the next one, too.
        whole = np.ceil((begin + _FROM_STOP_M) / spacing_m) * spacing_m if shaped else begin + spacing_m
        for mark in np.arange(whole, end, spacing_m):
            if mark > end - _FROM_STOP_M:
                break
            at = float(np.interp(mark, metres, numbers))
            place = places.near(
                float(np.interp(at, numbers, lat)), float(np.interp(at, numbers, lon)), between
            )
            if place not in (NONE, last):
                share = (float(mark) - begin) / (end - begin)
                found.append((call, place, share, float(np.interp(at, numbers, dist))))
                last = place
    columns = list(zip(*found, strict=True)) or [()] * 4
    return _Way(
        np.array(columns[0], np.int64), np.array(columns[1], np.int64), np.array(columns[2], np.float64),
        np.array(columns[3], np.float64),
    )  # fmt: skip


def _drawn(schedule: Schedule, drawings: Drawings, trip: int) -> tuple[F64, F64, F64, F64 | None]:
    """A trip's way: its bends, the distances that its shape gives them, and on which bends it calls.

    None: without a shape the calls are the bends.
    """
    shapes, shape = schedule.shapes, int(schedule.trips.shape[trip])
    if shape != NONE and shapes.offsets[shape + 1] - shapes.offsets[shape] >= 2:
        bends = slice(*shapes.offsets[shape : shape + 2].tolist())
        return shapes.lat[bends], shapes.lon[bends], shapes.dist[bends], drawings.along(trip)
    times, stops = schedule.stop_times, schedule.stops
    called = times.stop[slice(*times.offsets[trip : trip + 2].tolist())]
    none = np.full(len(called), np.nan)
    # A call at no stop (a zone of trips by request) is no bend: nobody is hailed beside it.
    lat, lon = (np.where(called == NONE, np.nan, degrees[called]) for degrees in (stops.lat, stops.lon))
    return _bridged(lat), _bridged(lon), none, None


def _bridged(degrees: F64) -> F64:
    """What is not known lies between what is; nobody hails on the segments beside it."""
    known = np.isfinite(degrees)
    if known.all() or not known.any():
        return degrees
    bridged: F64 = np.interp(np.arange(len(degrees)), np.flatnonzero(known), degrees[known])
    return bridged


def _joined(schedule: Schedule, places: _Places, alike: list[list[int]], ways: list[_Way]) -> Schedule:
    if not places.at:
        return schedule
    times = schedule.stop_times
    arrival, departure = filled_times(schedule)
    rows, stops, moments, dists = [], [], [], []
    for trips, way in zip(alike, ways, strict=True):
        row = (times.offsets[np.array(trips)][:, None] + way.call).ravel()
        share = np.tile(way.share, len(trips))
        rows.append(row)
        stops.append(np.tile(way.wayside, len(trips)) + len(schedule.stops.ids))
        moments.append(departure[row] + np.floor(share * (arrival[row + 1] - departure[row])))
        dists.append(np.tile(way.dist, len(trips)))
    before = np.concatenate(rows)
    order = np.argsort(before, kind="stable")
    return replace(
        schedule,
        stops=_more_stops(schedule.stops, places),
        stop_times=_more_calls(
            schedule, (arrival, departure), before[order], np.concatenate(stops)[order].astype(np.int32),
            np.concatenate(moments)[order].astype(np.int32), np.concatenate(dists)[order],
        ),
    )  # fmt: skip


def _more_stops(stops: Stops, places: _Places) -> Stops:
    count = len(places.at)
    blank = ("",) * count
    at = np.array(places.at)
    return Stops(
        ids=(*stops.ids, *(f"wayside:{lat:.5f},{lon:.5f}" for lat, lon in places.at)),
        codes=stops.codes + blank,
        names=(*stops.names, *places.names),
        platform_codes=stops.platform_codes + blank,
        lat=np.concatenate((stops.lat, at[:, 0])),
        lon=np.concatenate((stops.lon, at[:, 1])),
        location_type=np.concatenate((stops.location_type, np.full(count, WAYSIDE, np.int8))),
        parent=np.concatenate((stops.parent, np.full(count, NONE, np.int32))),
        wheelchair=np.concatenate((stops.wheelchair, np.zeros(count, np.int8))),
    )


def _more_calls(
    schedule: Schedule, filled: tuple[I32, I32], before: I64, stop: I32, moment: I32, dist: F64
) -> StopTimes:
    """Calls put in behind the rows `before`, which are in order."""
    times = schedule.stop_times
    counts = np.bincount(before, minlength=len(times.stop))
    moved = np.arange(len(counts)) + np.cumsum(counts) - counts  # row -> its new number
    # Blank times stay where interpolation put them before there were calls between.
    touched = np.add.reduceat(counts, times.offsets[:-1]) > 0 if len(times.offsets) > 1 else counts > 0
    known = np.repeat(touched, np.diff(times.offsets))
    own = [
        np.where(known, full, given)
        for full, given in zip(filled, (times.arrival_s, times.departure_s), strict=True)
    ]

    pickup: I8 = times.continuous_pickup[before]
    drop_off: I8 = times.continuous_drop_off[before]
    nowhere = np.full(len(before), NOWHERE_BETWEEN, np.int8)
    headsigns = {int(moved[row]): text for row, text in times.headsigns.items()}
    for k in np.flatnonzero(np.isin(before, list(times.headsigns))).tolist():
        headsigns[int(before[k]) + k + 1] = times.headsigns[int(before[k])]
    return StopTimes(
        offsets=times.offsets + np.concatenate(([0], np.cumsum(counts)))[times.offsets],
        stop=np.insert(times.stop, before + 1, stop),
        sequence=np.insert(times.sequence, before + 1, times.sequence[before]),
        arrival_s=np.insert(own[0], before + 1, moment),
        departure_s=np.insert(own[1], before + 1, moment),
        pickup_type=np.insert(times.pickup_type, before + 1, pickup),
        drop_off_type=np.insert(times.drop_off_type, before + 1, drop_off),
        shape_dist=np.insert(times.shape_dist, before + 1, dist),
        headsigns=headsigns,
        continuous_pickup=np.insert(times.continuous_pickup, before + 1, nowhere),
        continuous_drop_off=np.insert(times.continuous_drop_off, before + 1, nowhere),
    )
