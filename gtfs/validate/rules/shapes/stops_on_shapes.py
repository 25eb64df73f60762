"""Stops laid on the line of their trip: near enough, in the right order."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gtfs.model.schedule import F64, I64
from gtfs.validate.context import Context
from gtfs.validate.lines import Lines, Patterns, on_plane, patterns_of
from gtfs.validate.notice import Kind, Report
from gtfs.validate.rules._common import WARNING, kind

FAR = kind(
    "stop_too_far_from_shape",
    WARNING,
    (
        "the stop is {metres} m from shape {shape} of trip {trip}",
        "The map shows the line passing by the stop at a distance.",
        "Correct the position of the stop, or the shape.",
    ),
    (
        "停留所が便 {trip} の形状 {shape} から {metres} m 離れています",
        "地図で路線が停留所から離れて描かれます。",
        "停留所の位置か形状を直してください。",
    ),
)
FAR_BY_DISTANCE = kind(
    "stop_too_far_from_shape_using_user_distance",
    WARNING,
    (
        "at this distance shape {shape} of trip {trip} is {metres} m from the stop",
        "The vehicle is drawn at a wrong place of its line.",
        "Correct shape_dist_traveled, the stop or the shape.",
    ),
    (
        "この距離で便 {trip} の形状 {shape} は停留所から {metres} m 離れています",
        "車両が路線上の誤った位置に描かれます。",
        "shape_dist_traveled、停留所、形状のいずれかを直してください。",
    ),
)
MANY = kind(
    "stop_has_too_many_matches_for_shape",
    WARNING,
    (
        "shape {shape} of trip {trip} passes the stop {count} times",
        "Apps cannot tell when the vehicle is where.",
        "Check the shape for knots, or give shape_dist_traveled.",
    ),
    (
        "便 {trip} の形状 {shape} が停留所を {count} 回通ります",
        "車両の位置が分からなくなります。",
        "形状のもつれを直すか、shape_dist_traveled を書いてください。",
    ),
)
ORDER = kind(
    "stops_match_shape_out_of_order", WARNING,
    ("along shape {shape} of trip {trip} the stop lies before {before}", "The vehicle seems to drive back and forth.", "Correct the order of the stops, or turn the shape round."),
    ("便 {trip} の形状 {shape} の上では {before} より手前にあります", "車両が行ったり来たりするように見えます。", "停留所の順序か形状の向きを直してください。"),
)  # fmt: skip
KINDS = (FAR, FAR_BY_DISTANCE, MANY, ORDER)
RADIUS_M = 100.0
RAIL_RADIUS_M = 400.0
"""Rail and ferry stops are drawn at the middle of long platforms and piers."""
_WIDE = (2, 4)
MATCHES_MAX = 20


def check(context: Context, report: Report) -> None:
    """Every distinct pattern of stops along a shape, once."""
    if (
        not context.table("shapes").height
        or not len(context.stops.lat)
        or not (context.trip_shape >= 0).any()
    ):
        return
    calls, lines = context.calls, context.lines
    travelled = context.table("stop_times").numbers("shape_dist_traveled")[calls.rows]
    shape_of_trip = np.where(
        np.diff(np.append(lines.offsets, lines.offsets[-1]))[context.trip_shape] > 1, context.trip_shape, -1
    )
    patterns = patterns_of(calls, shape_of_trip, travelled)
    if not len(patterns.group):
        return
    _Matching(context, report, lines, patterns).run(travelled)


class _Matching:
    """The patterns of a feed on planes of their shapes."""

    def __init__(self, context: Context, report: Report, lines: Lines, patterns: Patterns) -> None:
        self.context, self.report, self.lines, self.patterns = context, report, lines, patterns
        self.calls = context.calls
        begin = lines.offsets[:-1]
        counts = np.diff(lines.offsets)
        lat_0, lon_0 = lines.lat[begin], lines.lon[begin]
        self.px, self.py = on_plane(lines.lat, lines.lon, np.repeat(lat_0, counts), np.repeat(lon_0, counts))
        step = np.hypot(np.diff(self.px, prepend=0.0), np.diff(self.py, prepend=0.0))
        step[begin] = 0.0
        total = np.cumsum(step)
        self.along = total - np.repeat(total[begin], counts)
        lengths = np.diff(patterns.offsets)
        shape = np.repeat(patterns.shape, lengths)
        lat, lon = np.append(context.stops.lat, np.nan), np.append(context.stops.lon, np.nan)
        stop = self.calls.stop[patterns.calls]
        placed = ~np.isnan(lat[stop]) & ~np.isnan(lon[stop])
        self.at, self.shape = patterns.calls[placed], shape[placed]
        self.offsets = np.concatenate(([0], np.cumsum(placed)))[patterns.offsets].astype(np.int64)
        stop = stop[placed]
        self.x, self.y = on_plane(lat[stop], lon[stop], lat_0[self.shape], lon_0[self.shape])
        trip = self.calls.trips()[patterns.group]
        kinds = np.append(context.table("routes").choice("route_type", -1), -1)[context.trip_route[trip]]
        self.radius: F64 = np.where(np.isin(kinds, _WIDE), RAIL_RADIUS_M, RADIUS_M)

    def run(self, travelled: F64) -> None:
        """Match by place, then by the distances that the feed gives."""
        from gtfs.validate.kernels.matching import away_at_distance, match_patterns

        nearest, matches = np.zeros(len(self.at)), np.zeros(len(self.at), np.int64)
        broken = match_patterns(
            self.offsets, self.x, self.y, self.patterns.shape, self.lines.offsets, self.px, self.py, self.along,
            self.radius, nearest, matches,
        )  # fmt: skip
        radius = np.repeat(self.radius, np.diff(self.offsets))
        self._tell(FAR, np.flatnonzero(nearest > radius), lambda k: {"metres": round(float(nearest[k]))})
        self._tell(MANY, np.flatnonzero(matches > MATCHES_MAX), lambda k: {"count": int(matches[k])})
        stop_id = self.context.table("stop_times")
        out_of_order = broken[broken >= 0]
        self._tell(
            ORDER, out_of_order,
            lambda k: {"before": stop_id.text(int(self.calls.rows[self.at[k - 1]]), "stop_id")},
        )  # fmt: skip
        given = np.flatnonzero(~np.isnan(travelled[self.at]))
        if len(given) and not np.isnan(self.lines.dist).all():
            away = np.full(len(given), np.nan)
            dist = _complete(self.lines)
            away_at_distance(
                self.shape[given], travelled[self.at[given]], self.x[given], self.y[given], self.lines.offsets,
                self.px, self.py, dist, away,
            )  # fmt: skip
            far = np.flatnonzero(away > radius[given])
            metres = dict(zip(given[far].tolist(), away[far].tolist(), strict=True))
            self._tell(
                FAR_BY_DISTANCE, given[far], lambda k: {"metres": round(metres[k])}, "shape_dist_traveled"
            )

    def _tell(
        self, kind_: Kind, found: I64, details: Callable[[int], dict[str, object]], field: str = "stop_id"
    ) -> None:
        """One finding per shape and stop."""
        if not len(found):
            return
        times, trips, shapes = (self.context.table(n) for n in ("stop_times", "trips", "shapes"))
        keys = np.stack((self.shape[found], self.calls.stop[self.at[found]]), axis=1)
        _, once = np.unique(keys, axis=0, return_index=True)
        chosen = found[np.sort(once)]
        where = {int(self.calls.rows[self.at[k]]): int(k) for k in chosen.tolist()}

        def said(row: int) -> dict[str, object]:
            k = where[row]
            first = int(self.lines.rows[self.lines.offsets[self.shape[k]]])
            trip = trips.text(int(self.calls.trip[self.at[k]]), "trip_id")
            return {"shape": shapes.text(first, "shape_id"), "trip": trip, **details(k)}

        rows = np.array(list(where), np.int64)
        self.report.rows(kind_, times, rows, field, said)
        self.report.more(kind_, len(chosen) - len(rows))


def _complete(lines: Lines) -> F64:
    """Distances of shapes that have all of theirs and let them never fall; infinite throughout for others."""
    dist = lines.dist.copy()
    counts = np.diff(lines.offsets)
    bad_point = np.isnan(dist)
    bad_point[1:] |= (np.diff(dist) < 0) & ~lines.first[1:]
    bad = np.add.reduceat(bad_point.astype(np.int64), lines.offsets[:-1]) > 0
    dist[np.repeat(bad, counts)] = np.inf
    return dist
