"""Streets as the planner needs them: what is near, how far it is, and the way there."""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gtfs.model.schedule import NONE
from routing.kernels.descent import way_to_stop
from routing.kernels.flood import flood, paint_streets
from routing.kernels.nearby import Nearby, near_nodes, set_out
from routing.kernels.street import (
    INFINITE,
    NO_EDGE,
    Attached,
    Ground,
    Segments,
    WalkState,
    all_footpaths,
    nearest,
    new_walk_state,
    reach_points,
)
from routing.kernels.ways import place_on, way_between
from routing.line import Line
from routing.ports import NO_STOPS, Footpaths, Reach, Starts, StreetPath, Surface
from routing.query import Profile
from routing.street.graph import StreetGraph, parts
from routing.street.plane import Plane, bends_of, segments_of
from routing.street.profiles import costs
from routing.street.surface import Grid

__all__ = ["StreetRouter"]

SNAP_M_MAX = 400.0
"""Farther from any street than this, a point is off the map."""
_NEAR_M = 2400.0
"""What is known to be near each junction: half an hour's walk, the longest that is usually asked for."""
_NEAR_ENTRIES_MAX = 12_000_000
"""144 MB; streets with more stops in reach of their junctions are searched for each question."""
_SPOTS_KEPT = 16
_ROUNDING_M = 2.0
"""So much the lengths of streets may differ from where their ends lie on the plane."""
_AT_END_M = 0.1
"""Who is so near the end of a street stands at the junction, whatever the street's direction."""
_PLANE_ERROR = 1e-3
"""Lengths on the plane are right to so much."""
_ISLAND_NODES_MAX = 12
"""Connected parts smaller than this are cartographic crumbs: nobody is set down on them."""
_FOOT_ISLAND_NODES_MAX = 30
"""So are parts of fewer junctions from which no footway leads on, as where a crossing is mapped for cycles
alone. For wheelchairs, prams and cycles such parts are real: kerbs and steps end them."""


@dataclass(frozen=True, slots=True)
class _Spot:
    """A point on an edge."""

    edge: int
    share: float
    gap_m: float


@dataclass(frozen=True, slots=True)
class _View:
    """The streets as one profile sees them, with the stops attached."""

    ground: Ground
    against: Ground  # the same with directions exchanged
    usable: npt.NDArray[np.uint8]
    attached: Attached


class StreetRouter:
    """Implements `routing.ports.Streets` over a street graph. Immutable; threads have their own memory."""

    def __init__(
        self,
        graph: StreetGraph,
        stop_lat: npt.NDArray[np.float64],
        stop_lon: npt.NDArray[np.float64],
        nearby: Nearby | None = None,
    ) -> None:
        self.graph = graph
        self._nearby = _NOTHING if nearby is None else nearby
        self._stop_lat, self._stop_lon = stop_lat, stop_lon
        self._plane: Plane
        self._segments: Segments
        self._plane, self._segments = segments_of(graph)
        self._bends = bends_of(graph, self._plane)
        sizes = np.bincount(graph.component)
        self._crumb = (sizes[graph.component] < _ISLAND_NODES_MAX) & (graph.component != 0)
        self._views: dict[Profile, _View] = {}
        self._lock = threading.Lock()
        self._local = threading.local()

    def on_map(self, lat: float, lon: float) -> bool:
        """Whether a street is near enough to set out from this point."""
        return self._spot(lat, lon, Profile.WALK) is not None

    def reach(
        self,
        lat: float,
        lon: float,
        *,
        profile: Profile,
        speed_m_s: float,
        limit_s: int,
        backward: bool = False,
    ) -> Reach:
        """Stops within `limit_s` of a point; `backward` measures from the stops to the point."""
        view, spot = self._view(profile), self._spot(lat, lon, profile)
        if spot is None:
            return Reach(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0))
        stops, seconds, metres = set_out(
            view.against if backward else view.ground, view.attached,
            self._nearby if profile is Profile.WALK else _NOTHING,
            spot.edge, spot.share, spot.gap_m, speed_m_s, limit_s, self._state(),
        )  # fmt: skip
        return Reach(stops, seconds, metres)

    def near(self) -> Nearby:
        """The stops near each junction on foot, to be given to a router over the same streets and stops."""
        view = self._view(Profile.WALK)
        made = near_nodes(view.ground, view.attached, _NEAR_M, _NEAR_ENTRIES_MAX, self._state())
        return Nearby(np.array([_NEAR_M if len(made[1]) else -1.0]), *made)

    def footpaths(self, *, profile: Profile, speed_m_s: float, limit_s: int) -> Footpaths:
        """Walks between all attached stops within `limit_s`."""
        view = self._view(profile)
        offsets, target, metres = all_footpaths(
            view.ground, view.attached, limit_s * speed_m_s, self._state()
        )
        return Footpaths(offsets.astype(np.int64), target, _seconds(metres, speed_m_s), metres)

    def path(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        *,
        profile: Profile,
        speed_m_s: float,
        limit_s: int | None = None,
        stops: tuple[int, int] = NO_STOPS,
    ) -> StreetPath | None:
        """Shortest way between two points (lat, lon), None if there is none, or none within the limit."""
        view, state = self._view(profile), self._state()
        far = INFINITE if limit_s is None else limit_s * speed_m_s
        if limit_s is not None and self._apart(start, end) > far:
            return None
        at_stop = self._at_stop(view, stops[0]), self._at_stop(view, stops[1])
        origin = at_stop[0] or self._spot(*start, profile)
        goal = at_stop[1] or self._spot(*end, profile)
        if origin is None or goal is None:
            return None
        metres = INFINITE
        if any(at_stop) and profile is Profile.WALK and self._nearby.limit_m[0] > 0.0:
            turned = at_stop[1] is None
            door, there, stop = (goal, origin, stops[0]) if turned else (origin, goal, stops[1])
            drawn = (end, start) if turned else (start, end)
            metres, walked_m, lat, lon = way_to_stop(
                view.ground, self._bends, self._nearby, door.edge, door.share, stop, there.edge, there.share,
                there.gap_m, *drawn, turned, state,
            )  # fmt: skip
        if not metres < INFINITE:
            metres, walked_m, lat, lon = way_between(
                view.ground, self._bends, origin.edge, origin.share, goal.edge, goal.share, start, end, far,
                state,
            )  # fmt: skip
        if not metres < INFINITE:
            return None
        seconds = _whole_s(metres + origin.gap_m + goal.gap_m, speed_m_s)
        if limit_s is not None and seconds > limit_s:
            return None
        # Effort (steps, lifts) takes time, not metres.
        return StreetPath(seconds, walked_m, Line(lat, lon))

    def walks(
        self,
        lat: float,
        lon: float,
        to: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]],
        *,
        profile: Profile,
        speed_m_s: float,
        limit_s: int,
        backward: bool = False,
    ) -> npt.NDArray[np.int32]:
        """Seconds from a point to each of many (`backward`: from each of them to it), -1 beyond `limit_s`."""
        found = np.full(len(to[0]), -1, np.int32)
        view = self._view(profile)
        spot = self._spot(lat, lon, profile)
        if spot is None:
            return found
        state = new_walk_state(len(self.graph.node_lat), len(self.graph.edge_from), len(to[0]))
        reached = reach_points(
            view.against if backward else view.ground,
            self._attached(*to, view.usable),
            spot.edge, spot.share, spot.gap_m, limit_s * speed_m_s, state,
        )  # fmt: skip
        points = state.found[:reached]
        found[points] = _seconds(state.point_cost[points], speed_m_s)
        return found

    def spread(
        self,
        starts: Starts,
        to: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]],
        *,
        profile: Profile,
        speed_m_s: float,
        walk_s_max: int,
        limit_s: int,
        backward: bool = False,
    ) -> tuple[Surface, npt.NDArray[np.int32]]:
        """How soon the ground around many starts is reached by one walk, and the points `to` (-1: not)."""
        view, graph = self._view(profile), self.graph
        ground = view.against if backward else view.ground
        spot = self._spot(starts.lat, starts.lon, profile) or _Spot(NO_EDGE, 0.0, 0.0)
        known = view.attached
        node_s, node_m = np.empty(len(graph.node_lat)), np.empty(len(graph.node_lat))
        point_s = np.empty(len(to[0]))
        walk_m_max = walk_s_max * speed_m_s
        flood(
            ground,
            self._attached(*to, view.usable),
            np.concatenate(([spot.edge], known.edge[starts.stop])).astype(np.int32),
            np.concatenate(([spot.share], known.share[starts.stop])),
            np.concatenate(([spot.gap_m], known.gap_m[starts.stop])),
            np.concatenate(([0.0], starts.seconds)),
            speed_m_s, walk_m_max, float(limit_s), node_s, node_m, point_s,
        )  # fmt: skip
        x, y = self._plane.xy(graph.point_lat, graph.point_lon)
        lat = np.concatenate(([starts.lat], self._stop_lat[starts.stop]))
        lon = np.concatenate(([starts.lon], self._stop_lon[starts.stop]))
        there = node_s < INFINITE
        grid = Grid.over(
            self._plane,
            np.concatenate((lat, graph.node_lat[there])),
            np.concatenate((lon, graph.node_lon[there])),
        )
        paint_streets(
            ground, graph.point_offsets, x, y, node_s, node_m, speed_m_s, walk_m_max, float(limit_s),
            grid.corner, grid.seconds,
        )  # fmt: skip
        grid.paint(lat, lon, np.concatenate(([0.0], starts.seconds)))
        seconds = np.where(point_s < INFINITE, np.ceil(np.round(np.minimum(point_s, 1e9), 6)), -1)
        return grid.widened(speed_m_s, limit_s), seconds.astype(np.int32)

    def snapped(self, lat: float, lon: float, profile: Profile) -> tuple[float, float] | None:
        """The nearest point (lat, lon) on a street that the profile may use, None off the map."""
        spot = self._spot(lat, lon, profile)
        return None if spot is None else self._point_at(spot)

    def street_near(self, lat: float, lon: float, profile: Profile) -> tuple[float, int]:
        """How far off, in metres, the nearest street of a profile is, and its name; infinite off the map."""
        spot = self._spot(lat, lon, profile)
        return (math.inf, -1) if spot is None else (spot.gap_m, int(self.graph.edge_name[spot.edge]))

    def _point_at(self, spot: _Spot) -> tuple[float, float]:
        lat, lon = place_on(self._bends, spot.edge, spot.share)
        return float(lat), float(lon)

    def _spot(self, lat: float, lon: float, profile: Profile) -> _Spot | None:
        """The nearest spot on a street that the profile may use; ends are asked for again."""
        known: dict[tuple[float, float, Profile], _Spot | None] | None = getattr(self._local, "spots", None)
        if known is None or len(known) > _SPOTS_KEPT:
            known = self._local.spots = {}
        key = (lat, lon, profile)
        if key not in known:
            known[key] = self._snap(lat, lon, self._view(profile).usable)
        return known[key]

    def _at_stop(self, view: _View, stop: int) -> _Spot | None:
        """Where an attached stop lies; None if it is none, or no street is near."""
        attached = view.attached
        if stop == NONE or attached.edge[stop] == NO_EDGE:
            return None
        return _Spot(int(attached.edge[stop]), float(attached.share[stop]), float(attached.gap_m[stop]))

    def _apart(self, start: tuple[float, float], end: tuple[float, float]) -> float:
        """Effective metres that no way between two points is shorter than."""
        (x, y), (other_x, other_y) = self._plane.point(*start), self._plane.point(*end)
        return (math.hypot(x - other_x, y - other_y) - _ROUNDING_M) * min(self._bends.least, 1.0)

    def _snap(self, lat: float, lon: float, usable: npt.NDArray[np.uint8]) -> _Spot | None:
        segment, along_m, gap_m = nearest(self._segments, usable, *self._plane.point(lat, lon), SNAP_M_MAX)
        if segment < 0:
            return None
        edge = int(self._segments.edge[segment])
        length_m = max(float(self.graph.edge_length_m[edge]), 0.01)
        share = along_m / length_m
        if along_m <= _AT_END_M:
            share = 0.0
        elif along_m >= (1.0 - _PLANE_ERROR) * length_m - _AT_END_M:
            share = 1.0
        return _Spot(edge, share, gap_m)

    def _view(self, profile: Profile) -> _View:
        view = self._views.get(profile)
        if view is None:
            with self._lock:
                view = self._views.get(profile) or self._make_view(profile)
                self._views[profile] = view
        return view

    def _make_view(self, profile: Profile) -> _View:
        graph = self.graph
        along, back = costs(graph, profile)
        open_somehow = np.isfinite(along) | np.isfinite(back)
        usable = (open_somehow & ~self._crumb[graph.edge_from]).astype(np.uint8)
        if profile in (Profile.WALK, Profile.EASY):
            usable[_on_islands(graph, open_somehow)] = 0
        common = (graph.out_offsets, graph.out_edge, graph.edge_from, graph.edge_to)
        attached = self._attached(self._stop_lat, self._stop_lon, usable)
        return _View(Ground(*common, along, back), Ground(*common, back, along), usable, attached)

    def _attached(
        self,
        lat: npt.NDArray[np.float64],
        lon: npt.NDArray[np.float64],
        usable: npt.NDArray[np.uint8],
    ) -> Attached:
        """Points on the nearest usable streets; those without a position, or off the map, on none."""
        spots = [
            self._snap(*at, usable) if np.isfinite(at[0]) and np.isfinite(at[1]) else None
            for at in zip(lat.tolist(), lon.tolist(), strict=True)
        ]
        edge = np.array([NO_EDGE if s is None else s.edge for s in spots], np.int32)
        on_street = np.flatnonzero(edge != NO_EDGE)
        counts = np.bincount(edge[on_street], minlength=len(self.graph.edge_from))
        return Attached(
            edge=edge,
            share=np.array([0.0 if s is None else s.share for s in spots]),
            gap_m=np.array([0.0 if s is None else s.gap_m for s in spots]),
            offsets=np.concatenate(([0], np.cumsum(counts))).astype(np.int32),
            point=on_street[np.argsort(edge[on_street], kind="stable")].astype(np.int32),
        )

    def _state(self) -> WalkState:
        state: WalkState | None = getattr(self._local, "state", None)
        if state is None:
            state = new_walk_state(len(self.graph.node_lat), len(self.graph.edge_from), len(self._stop_lat))
            self._local.state = state
        return state


def _on_islands(graph: StreetGraph, open_somehow: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Edges of small parts that only hang together with the others by ways that are not open."""
    part = parts(len(graph.node_lat), graph.edge_from[open_somehow], graph.edge_to[open_somehow])
    small = (np.bincount(part) < _FOOT_ISLAND_NODES_MAX) & (np.arange(part.max(initial=0) + 1) != 0)
    found: npt.NDArray[np.bool_] = small[part][graph.edge_from]
    return found


def _whole_s(metres: float, speed_m_s: float) -> int:
    """As `_seconds`, of one length."""
    return math.ceil(round(metres / speed_m_s, 6))


_NOTHING = Nearby(np.array([-1.0]), np.zeros(1, np.int64), np.empty(0, np.int32), np.empty(0))
for _part in _NOTHING:
    _part.setflags(write=False)  # as what is mapped: kernels are compiled once for both


def _seconds(metres: npt.NDArray[np.float64], speed_m_s: float) -> npt.NDArray[np.int32]:
    """Whole seconds, rounded up: nobody is promised a connection by a rounding."""
    return np.ceil(np.round(metres / speed_m_s, 6)).astype(np.int32)
