"""The way of a trip on the map, and how far along it its stops and vehicles are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gtfs.model.schedule import F64, NONE, Schedule

__all__ = ["Track", "Tracks"]

_M_PER_DEG = 111_320.0
_TIE_M = 25.0
"""Places on a way whose distance differs by less are told apart by how far along they are."""


@dataclass(frozen=True, slots=True)
class Track:
    """A way as straight pieces in metres east and north of its first point. P points, S stops."""

    lat0: float
    lon0: float
    x: F64  # (P,)
    y: F64
    along: F64  # metres from the first point; (P,)
    stop_m: F64  # how far along each stop is, rising; (S,)

    @property
    def length_m(self) -> float:
        """Whole length."""
        return float(self.along[-1])

    def local(self, lat: float, lon: float) -> tuple[float, float]:
        """Metres east and north of the first point."""
        return (lon - self.lon0) * _M_PER_DEG * np.cos(np.radians(self.lat0)), (lat - self.lat0) * _M_PER_DEG

    def position(self, east: float, north: float) -> tuple[float, float]:
        """lat, lon of metres east and north of the first point."""
        lon = self.lon0 + east / (_M_PER_DEG * np.cos(np.radians(self.lat0)))
        return self.lat0 + north / _M_PER_DEG, float(lon)

    def at(self, along_m: float) -> tuple[float, float]:
        """lat, lon of a place on the way."""
        east, north = (float(np.interp(along_m, self.along, axis)) for axis in (self.x, self.y))
        return self.position(east, north)

    def nearest(self, lat: float, lon: float, expected_m: float | None = None) -> tuple[float, float]:
        """(metres along, metres off) of the place on the way nearest to a position.

        Where the way passes the position more than once, the pass nearest to `expected_m` counts.
        """
        along, off = self.feet(*self.local(lat, lon))
        best = int(np.argmin(off))
        if expected_m is not None:
            near = np.flatnonzero(off <= off[best] + _TIE_M)
            best = int(near[np.argmin(np.abs(along[near] - expected_m))])
        return float(along[best]), float(off[best])

    def feet(self, px: float, py: float) -> tuple[F64, F64]:
        """The nearest place on every piece: metres along, metres off."""
        dx, dy = np.diff(self.x), np.diff(self.y)
        square = np.maximum(dx * dx + dy * dy, 1e-9)
        share = np.clip(((px - self.x[:-1]) * dx + (py - self.y[:-1]) * dy) / square, 0.0, 1.0)
        off = np.hypot(px - self.x[:-1] - share * dx, py - self.y[:-1] - share * dy)
        return self.along[:-1] + share * np.diff(self.along), off


class Tracks:
    """Ways of a schedule's trips; trips with the same shape and stops share one."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self._known: dict[tuple[int, bytes], Track] = {}
        self._of: dict[int, Track] = {}

    def of(self, trip: int) -> Track:
        """The way of a trip."""
        track = self._of.get(trip)
        if track is None:
            times, shapes = self._schedule.stop_times, self._schedule.trips.shape
            stops = times.stop[times.offsets[trip] : times.offsets[trip + 1]]
            key = int(shapes[trip]), stops.tobytes()
            track = self._known.get(key)
            if track is None:
                track = self._known[key] = self._make(*key)
            self._of[trip] = track
        return track

    def _make(self, shape: int, stop_bytes: bytes) -> Track:
        stops = np.frombuffer(stop_bytes, np.int32)
        lat, lon = self._schedule.stops.lat[stops], self._schedule.stops.lon[stops]
        if shape == NONE:
            return _straight(lat, lon)
        shapes = self._schedule.shapes
        points = slice(int(shapes.offsets[shape]), int(shapes.offsets[shape + 1]))
        if points.stop - points.start < 2:
            return _straight(lat, lon)
        track = _straight(shapes.lat[points], shapes.lon[points])
        return Track(track.lat0, track.lon0, track.x, track.y, track.along, _stops_along(track, lat, lon))


def _straight(lat: F64, lon: F64) -> Track:
    """A way through points; every point counts as a stop."""
    lat0, lon0 = float(lat[0]), float(lon[0])
    x = (lon - lon0) * _M_PER_DEG * np.cos(np.radians(lat0))
    y = (lat - lat0) * _M_PER_DEG
    along = np.concatenate((np.zeros(1), np.cumsum(np.hypot(np.diff(x), np.diff(y)))))
    return Track(lat0, lon0, x, y, along, along)


def _stops_along(track: Track, lat: F64, lon: F64) -> F64:
    """How far along each stop is: the rising sequence of places that lies nearest to the stops in all."""
    feet = [track.feet(*track.local(float(a), float(b))) for a, b in zip(lat, lon, strict=True)]
    pieces = np.arange(len(track.along) - 1)
    back = np.zeros((len(feet), len(pieces)), np.int64)
    total = feet[0][1] ** 2
    for s in range(1, len(feet)):
        lowest = np.minimum.accumulate(total)
        earlier = np.maximum.accumulate(np.where(total == lowest, pieces, 0))  # the best piece up to each
        before = np.concatenate((pieces[:1], earlier[:-1]))
        before_total = np.concatenate(([np.inf], lowest[:-1]))
        # On the same piece only forward; of two that fit alike the earlier one.
        stays = np.where(feet[s][0] >= feet[s - 1][0], total, np.inf)
        back[s] = np.where(stays + 1.0 < before_total, pieces, before)
        total = np.minimum(stays, before_total) + feet[s][1] ** 2
    piece = int(np.argmin(total))
    found = np.empty(len(feet))
    for s in range(len(feet) - 1, -1, -1):
        found[s] = feet[s][0][piece]
        piece = int(back[s, piece])
    return np.maximum.accumulate(found)
