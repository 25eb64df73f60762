"""`stop_times.txt` in the order in which vehicles run it, as flat arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gtfs.model.schedule import I32, I64, Bool
from gtfs.validate.table import Table

__all__ = ["Calls", "calls_of"]


class Calls(NamedTuple):
    """Rows of named trips, grouped by trip and ordered by sequence; arrays of shape (calls,) unless said.

    Rows whose sequence is missing or wrong stand where the file has them.
    """

    rows: I64  # row of stop_times.txt
    trip: I32  # row of trips.txt, NONE if unknown
    stop: I32  # row of stops.txt, NONE if blank or unknown
    arrival: I64  # s; BLANK or WRONG
    departure: I64
    offsets: I64  # shape (groups + 1,): where each trip begins
    sequence: I64

    @property
    def first(self) -> Bool:
        """Which calls begin a trip."""
        mask = np.zeros(len(self.rows), np.bool_)
        mask[self.offsets[:-1]] = True
        return mask

    @property
    def group(self) -> I64:
        """Number of the trip's group per call."""
        return np.repeat(np.arange(len(self.offsets) - 1), np.diff(self.offsets))

    def trips(self) -> I32:
        """Row of trips.txt per group."""
        return self.trip[self.offsets[:-1]]


def calls_of(times: Table, trips: Table, stops: Table) -> Calls:
    """All calls of rows that name a trip."""
    if not times.height or not times.has("trip_id"):
        empty = np.zeros(0, np.int64)
        none = np.zeros(0, np.int32)
        return Calls(empty, none, none, empty, empty, np.zeros(1, np.int64), empty)
    column = times.column("trip_id")
    owner = _merged(column.codes, column.text.to_list()) if column.repeats else column.codes
    owner = owner.astype(np.int64)
    sequence = _sequence(times)
    named = ~column.blank[column.codes]
    order = _order(owner, sequence, named)
    group = owner[order]
    begins = np.flatnonzero(np.concatenate(([True], group[1:] != group[:-1]))) if len(order) else order
    in_file = len(order) == times.height and bool((order[1:] > order[:-1]).all())
    pick: I64 | slice = slice(None) if in_file else order
    return Calls(
        rows=order,
        trip=times.find("trip_id", trips, "trip_id")[pick],
        stop=times.find("stop_id", stops, "stop_id")[pick],
        arrival=times.seconds("arrival_time")[pick],
        departure=times.seconds("departure_time")[pick],
        offsets=np.append(begins, len(order)).astype(np.int64),
        sequence=sequence[pick],
    )


def _merged(codes: np.ndarray[tuple[int], np.dtype[np.uint32]], texts: list[str]) -> I64:
    """Codes of texts that differ only in blanks made one."""
    first: dict[str, int] = {}
    same = np.array([first.setdefault(text, k) for k, text in enumerate(texts)], np.int64)
    return same[codes]


def _sequence(times: Table) -> I64:
    numbers = times.numbers("stop_sequence")
    good = np.isfinite(numbers) & (np.abs(numbers) < 2**53)
    return np.where(good, np.nan_to_num(numbers, posinf=0, neginf=0), -1).astype(np.int64)


def _order(owner: I64, sequence: I64, named: Bool) -> I64:
    rows = np.arange(len(owner)) if named.all() else np.flatnonzero(named)
    o, s = owner[rows], sequence[rows]
    runs = np.count_nonzero(o[1:] != o[:-1]) + 1
    if (not len(o) or runs == np.count_nonzero(np.bincount(o))) and np.all(
        (o[1:] != o[:-1]) | (s[1:] >= s[:-1])
    ):
        return rows  # most feeds come sorted
    return rows[np.lexsort((s, o))]
