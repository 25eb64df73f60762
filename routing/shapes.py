"""The lines that trips drive along, and the part of them between two calls."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gtfs.model.schedule import NONE, Schedule
from routing.kernels.along import part_between, places_along
from routing.kernels.ways import length_of
from routing.line import Line

F64 = npt.NDArray[np.float64]

_M_PER_DEGREE = 111_195.0
_KNOWN_MAX = 100_000
_SLACK_M = 40.0
"""A call may lie this much farther from one pass of a shape than from another and still mean the first."""


class Drawings:
    """Draws the trips of one schedule; where calls lie along shapes is worked out once and kept."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self._of_trip: dict[int, F64] = {}
        self._of_calls: dict[tuple[int, bytes, bytes], F64] = {}  # trips alike share their places

    def ridden(self, trip: int, first: int, last: int) -> tuple[Line, float]:
        """The line from call `first` to call `last` of a trip, counted within the trip, and its metres.

        It begins and ends at the stops. Without a shape: straight from stop to stop.
        """
        schedule = self._schedule
        stops, shapes = schedule.stops, schedule.shapes
        row = int(schedule.stop_times.offsets[trip])
        shape = int(schedule.trips.shape[trip])
        begin, end = (0, 0) if shape == NONE else shapes.offsets[shape : shape + 2].tolist()
        if end - begin < 2:
            calls = schedule.stop_times.stop[row + first : row + last + 1]
            lat, lon = stops.lat[calls], stops.lon[calls]
            return Line(lat, lon), length_of(lat, lon)
        places = self.along(trip)
        start, goal = int(schedule.stop_times.stop[row + first]), int(schedule.stop_times.stop[row + last])
        lat, lon, metres = part_between(
            shapes.lat[begin:end], shapes.lon[begin:end], places[first], places[last],
            (stops.lat[start], stops.lon[start]), (stops.lat[goal], stops.lon[goal]),
        )  # fmt: skip
        return Line(lat, lon), metres

    def along(self, trip: int) -> F64:
        """Where along its shape, in bends and parts of them, each call of a trip lies; it must have one."""
        places = self._of_trip.get(trip)
        return self._placed(trip, int(self._schedule.trips.shape[trip])) if places is None else places

    def _placed(self, trip: int, shape: int) -> F64:
        """Where along its shape, in bends and parts of them, each call of a trip lies."""
        schedule = self._schedule
        rows = slice(*schedule.stop_times.offsets[trip : trip + 2].tolist())
        calls, given = schedule.stop_times.stop[rows], schedule.stop_times.shape_dist[rows]
        key = (shape, calls.tobytes(), given.tobytes())
        places = self._of_calls.get(key)
        if places is None:
            places = self._places(shape, calls, given)
        if len(self._of_trip) < _KNOWN_MAX:
            self._of_trip[trip] = self._of_calls[key] = places
        return places

    def _places(self, shape: int, calls: npt.NDArray[np.int32], given: F64) -> F64:
        stops, shapes = self._schedule.stops, self._schedule.shapes
        bends = slice(*shapes.offsets[shape : shape + 2].tolist())
        measured = shapes.dist[bends]
        if np.isfinite(given).all() and np.isfinite(measured).all() and (np.diff(given) > 0).all():
            return np.interp(given, measured, np.arange(len(measured), dtype=np.float64))
        # All calls are placed in order, so that a shape that comes by twice is told apart.
        lat, lon = shapes.lat[bends], shapes.lon[bends]
        scale = float(np.cos(np.radians(lat.mean()))) * _M_PER_DEGREE
        return places_along(
            lon * scale, lat * _M_PER_DEGREE, stops.lon[calls] * scale, stops.lat[calls] * _M_PER_DEGREE,
            _SLACK_M,
        )  # fmt: skip
