"""`shapes.txt` in the order of travel, and the trips that run along each shape."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gtfs.model.schedule import F64, I64
from gtfs.validate.calls import Calls
from gtfs.validate.sphere import EARTH_M
from gtfs.validate.table import NONE, Table

__all__ = ["Lines", "Patterns", "lines_of", "on_plane", "patterns_of"]


class Lines(NamedTuple):
    """Points grouped by shape and ordered by sequence; arrays of shape (points,) unless said."""

    rows: I64  # row of shapes.txt
    offsets: I64  # shape (shapes + 1,)
    codes: I64  # shape (shapes,): code of the shape's identifier in its column
    number: I64  # shape (codes,): number of the shape by code, NONE
    lat: F64  # degrees; never NaN
    lon: F64
    dist: F64  # shape_dist_traveled, NaN if blank or wrong

    @property
    def first(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Which points begin a shape."""
        mask = np.zeros(len(self.rows), np.bool_)
        mask[self.offsets[:-1]] = True
        return mask


def lines_of(shapes: Table) -> Lines:
    """Points that name a shape and have a position."""
    lat, lon = shapes.numbers("shape_pt_lat"), shapes.numbers("shape_pt_lon")
    column = shapes.column("shape_id")
    code = column.codes.astype(np.int64)
    good = (
        ~np.isnan(lat)
        & ~np.isnan(lon)
        & (np.abs(lat) <= 90)
        & (np.abs(lon) <= 180)
        & shapes.given("shape_id")
    )
    rows = np.flatnonzero(good)
    sequence = np.nan_to_num(shapes.numbers("shape_pt_sequence"), nan=-1.0)
    rows = rows[np.lexsort((sequence[rows], code[rows]))]
    owner = code[rows]
    begins = np.flatnonzero(np.concatenate(([True], owner[1:] != owner[:-1]))) if len(rows) else rows
    number = np.full(len(column.values), NONE, np.int64)
    number[owner[begins]] = np.arange(len(begins))
    offsets = np.append(begins, len(rows)).astype(np.int64)
    dist = shapes.numbers("shape_dist_traveled")[rows]
    return Lines(rows, offsets, owner[begins], number, lat[rows], lon[rows], dist)


class Patterns(NamedTuple):
    """Distinct (shape, stops, distances) of trips; one trip stands for all that share them."""

    group: I64  # shape (patterns,): number of the trip's group of calls
    shape: I64  # number of the shape
    offsets: I64  # shape (patterns + 1,) into `calls`
    calls: I64  # positions in Calls


def patterns_of(calls: Calls, trip_shape: I64, travelled: F64) -> Patterns:
    """`trip_shape`: number of the shape by row of trips.txt; `travelled`: per call, NaN if blank."""
    lengths = np.diff(calls.offsets)
    trips = calls.trips()
    shape = np.append(trip_shape, NONE)[trips]
    groups = np.flatnonzero((shape >= 0) & (trips >= 0))
    if not len(groups):
        none = np.zeros(0, np.int64)
        return Patterns(none, none, np.zeros(1, np.int64), none)
    weights = np.random.default_rng(1).integers(1, 2**62, int(lengths.max()) * 2, dtype=np.int64) | 1
    place = np.arange(len(calls.rows)) - np.repeat(calls.offsets[:-1], lengths)
    exact = np.nan_to_num(travelled, nan=-1.0).view(np.int64)
    with np.errstate(over="ignore"):
        mixed = (calls.stop.astype(np.int64) + 7) * weights[place] ^ (exact * weights[-1 - place])
        sums = np.add.reduceat(mixed, calls.offsets[:-1])
    keys = np.stack((shape[groups], lengths[groups], sums[groups]), axis=1)
    _, once = np.unique(keys, axis=0, return_index=True)
    picked = groups[np.sort(once)]
    counts = lengths[picked]
    offsets = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    at = np.arange(offsets[-1]) - np.repeat(offsets[:-1], counts) + np.repeat(calls.offsets[picked], counts)
    return Patterns(picked, shape[picked], offsets, at)


def on_plane(lat: F64, lon: F64, lat_0: F64, lon_0: F64) -> tuple[F64, F64]:
    """Metres east and north of an origin, on a plane that touches the globe there."""
    east = np.radians((lon - lon_0 + 180) % 360 - 180) * np.cos(np.radians(lat_0)) * EARTH_M
    return east, np.radians(lat - lat_0) * EARTH_M
