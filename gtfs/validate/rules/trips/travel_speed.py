"""Trips faster than their kind of vehicle."""

from __future__ import annotations

import numpy as np

from gtfs.model.schedule import F64, I64, Bool
from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind
from gtfs.validate.sphere import chords_m, unit_vectors
from gtfs.validate.values import WRONG

NEXT = kind(
    "fast_travel_between_consecutive_stops",
    WARNING,
    (
        "{speed} km/h from {before} ({metres} m in {seconds} s)",
        "Riders are promised an arrival that no vehicle keeps.",
        "Correct the times or the position of one of the stops.",
    ),
    (
        "{before} から時速 {speed} km です({metres} m を {seconds} 秒)",
        "守れない到着時刻を約束することになります。",
        "時刻か停留所の位置を直してください。",
    ),
)
FAR = kind(
    "fast_travel_between_far_stops", WARNING,
    ("{speed} km/h from {before} ({metres} m in {seconds} s)", "Riders are promised an arrival that no vehicle keeps.", "Correct the times of the trip, or the positions of its stops."),
    ("{before} から時速 {speed} km です({metres} m を {seconds} 秒)", "守れない到着時刻を約束することになります。", "便の時刻か停留所の位置を直してください。"),
)  # fmt: skip
KINDS = (NEXT, FAR)
SPEED_KMH_MAX = {0: 100, 1: 150, 2: 500, 3: 150, 4: 80, 5: 30, 6: 50, 7: 50, 11: 150, 12: 150}
"""By route_type; others go at most 200 km/h."""
_OTHER_KMH_MAX = 200
FAR_M = 10_000.0
_ROUNDING_S = 60  # times in whole minutes may be up to a minute apart from the true ones


def check(context: Context, report: Report) -> None:
    """Calls with known times and places, each against the one before, then against one 10 km back."""
    calls, stops = context.calls, context.stops
    usable = (calls.stop >= 0) & (calls.departure > WRONG) & (calls.arrival > WRONG)
    if len(stops.lat) == 0 or not usable.any():
        return
    placed = np.append(~np.isnan(stops.lat) & ~np.isnan(stops.lon), False)
    usable &= placed[calls.stop]
    at = np.arange(len(calls.rows)) if usable.all() else np.flatnonzero(usable)
    group = calls.group[at]
    same = group[1:] == group[:-1]
    vectors = unit_vectors(stops.lat, stops.lon)
    stop = calls.stop[at]
    metres = np.where(same, chords_m(vectors, stop[:-1], stop[1:]), 0.0)
    arrival, departure = calls.arrival[at], calls.departure[at]
    taken = (arrival[1:] - departure[:-1]).astype(np.float64)
    limit = _limits(context)[calls.trip[at]]
    allowed_m = limit[1:] / 3.6 * taken
    suspect = same & (taken >= 0) & (metres > allowed_m)
    if not suspect.any():
        return
    whole = (arrival[1:] % 60 == 0) & (departure[:-1] % 60 == 0)
    seconds = np.maximum(taken + np.where(whole, _ROUNDING_S, 0), 1.0)
    fast = suspect & (metres / seconds * 3.6 > limit[1:])
    _report_next(context, report, at, np.flatnonzero(fast) + 1, metres, seconds)
    trips = np.unique(group[1:][suspect])
    _far(context, report, at, group, trips, metres, limit)


def _limits(context: Context) -> F64:
    """km/h by row of trips.txt, with one more at the end for unknown trips."""
    types = np.append(context.table("routes").choice("route_type", -1), -1)
    kinds = np.append(types[context.trip_route], -1)
    limits = np.full(len(kinds), float(_OTHER_KMH_MAX))
    for kind_, limit in SPEED_KMH_MAX.items():
        limits[kinds == kind_] = limit
    return limits


def _report_next(context: Context, report: Report, at: I64, fast: I64, metres: F64, seconds: F64) -> None:
    times, calls = context.table("stop_times"), context.calls
    where = {int(calls.rows[at[k]]): int(k) for k in fast.tolist()}

    def details(row: int) -> dict[str, object]:
        k = where[row]
        return {
            "before": times.text(int(calls.rows[at[k - 1]]), "stop_id"),
            "metres": round(metres[k - 1]), "seconds": round(seconds[k - 1]),
            "speed": round(metres[k - 1] / seconds[k - 1] * 3.6),
        }  # fmt: skip

    report.rows(NEXT, times, calls.rows[at[fast]], "arrival_time", details)


def _far(context: Context, report: Report, at: I64, group: I64, trips: I64, metres: F64, limit: F64) -> None:
    """The first too fast stretch of more than 10 km of each trip that has a fast step."""
    times, calls = context.table("stop_times"), context.calls
    among: Bool = np.isin(group, trips)
    index = np.flatnonzero(among)
    along = np.concatenate(([0.0], np.cumsum(metres)))
    begin = np.searchsorted(group, group[index])
    back = np.searchsorted(along, along[index] - FAR_M, "left") - 1
    good = back >= begin
    index, back = index[good], back[good]
    begins, ends = calls.departure[at[back]], calls.arrival[at[index]]
    whole = (begins % 60 == 0) & (ends % 60 == 0)
    seconds = np.maximum(ends - begins + np.where(whole, _ROUNDING_S, 0), 1)
    distance = along[index] - along[back]
    fast = np.flatnonzero(distance / seconds * 3.6 > limit[index])
    _, once = np.unique(group[index[fast]], return_index=True)
    where = {int(calls.rows[at[index[k]]]): int(k) for k in fast[once].tolist()}

    def details(row: int) -> dict[str, object]:
        k = where[row]
        return {
            "before": times.text(int(calls.rows[at[back[k]]]), "stop_id"), "metres": round(distance[k]),
            "seconds": int(seconds[k]), "speed": round(distance[k] / seconds[k] * 3.6),
        }  # fmt: skip

    report.rows(FAR, times, np.array(list(where), np.int64), "arrival_time", details)
