"""Buses without shapes are drawn along the streets that they can drive, stop to stop."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from gtfs.model.schedule import F64, NONE, Schedule, Shapes
from routing.modes import mode_name
from routing.query import Profile
from routing.street.graph import StreetGraph, step_m
from routing.street.router import StreetRouter

_DETOUR_MAX = 4.0
_DETOUR_M_MIN = 400.0
"""A way over four times the straight line (and over this length) means a street that the map lacks."""
_PACE_M_S = 8.3


def along_streets(schedule: Schedule, graph: StreetGraph) -> Schedule:
    """The schedule with a shape for every bus trip that has none; others are left as they are."""
    bus = np.array([mode_name(int(t)) == "bus" for t in schedule.routes.types], np.bool_)
    bare = np.flatnonzero((schedule.trips.shape == NONE) & bus[schedule.trips.route])
    if not len(bare):
        return schedule
    router = StreetRouter(graph, np.empty(0), np.empty(0))
    ways: dict[tuple[int, int], Sequence[tuple[float, float]]] = {}
    drawn: dict[tuple[int, ...], tuple[int, F64, F64]] = {}  # stops -> number, points, metres at each stop
    shape, dist = schedule.trips.shape.copy(), schedule.stop_times.shape_dist.copy()
    for trip in bare.tolist():
        rows = slice(int(schedule.stop_times.offsets[trip]), int(schedule.stop_times.offsets[trip + 1]))
        stops = tuple(schedule.stop_times.stop[rows].tolist())
        if stops not in drawn:
            number = len(schedule.shapes.ids) + len(drawn)
            drawn[stops] = (number, *_measured(schedule, router, stops, ways))
        shape[trip] = drawn[stops][0]
        dist[rows] = drawn[stops][2]
    return replace(
        schedule,
        trips=replace(schedule.trips, shape=shape),
        stop_times=replace(schedule.stop_times, shape_dist=dist),
        shapes=_joined(schedule.shapes, [points for _, points, _ in drawn.values()]),
    )


def _measured(
    schedule: Schedule,
    router: StreetRouter,
    stops: tuple[int, ...],
    ways: dict[tuple[int, int], Sequence[tuple[float, float]]],
) -> tuple[F64, F64]:
    """(lat, lon, metres so far) of all points along the stops, and the metres at each stop."""
    lat, lon = schedule.stops.lat, schedule.stops.lon
    points: list[tuple[float, float]] = [(float(lat[stops[0]]), float(lon[stops[0]]))]
    at_stop = [0]
    for a, b in itertools.pairwise(stops):
        if (a, b) not in ways:
            ways[a, b] = _way(router, (float(lat[a]), float(lon[a])), (float(lat[b]), float(lon[b])))
        points += ways[a, b][1:]
        at_stop.append(len(points) - 1)
    place = np.array(points)
    metres = np.concatenate(([0.0], np.cumsum(np.maximum(step_m(place[:, 0], place[:, 1]), 1e-3))))
    return np.column_stack((place, metres)), metres[at_stop]


def _way(
    router: StreetRouter, start: tuple[float, float], end: tuple[float, float]
) -> Sequence[tuple[float, float]]:
    way = router.path(start, end, profile=Profile.SHUTTLE, speed_m_s=_PACE_M_S)
    beeline = float(step_m(np.array([start[0], end[0]]), np.array([start[1], end[1]]))[0])
    if way is None or way.distance_m > max(_DETOUR_MAX * beeline, _DETOUR_M_MIN):
        return start, end
    return way.geometry


def _joined(shapes: Shapes, drawn: list[F64]) -> Shapes:
    points = np.concatenate(drawn)
    lengths = np.array([len(part) for part in drawn])
    return Shapes(
        ids=(*shapes.ids, *(f"street-{k}" for k in range(len(drawn)))),
        offsets=np.concatenate((shapes.offsets, shapes.offsets[-1] + np.cumsum(lengths))).astype(np.int64),
        lat=np.concatenate((shapes.lat, points[:, 0])),
        lon=np.concatenate((shapes.lon, points[:, 1])),
        dist=np.concatenate((shapes.dist, points[:, 2])),
    )
