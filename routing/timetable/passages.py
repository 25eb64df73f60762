"""Ways within stations (`pathways.txt`): from the entrances to the platforms, and from platform to platform.

Where a feed draws them for a station it draws them all (reference, pathways.txt): a platform that they lead
to is reached by them alone, from the streets through the entrances. What a way takes, and who may take it,
goes by the rider's profile; a station whose platforms no entrance leads to is entered where they lie.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import networkx as nx
import numpy as np

from gtfs.model.schedule import NONE, WAYSIDE, Bool, Schedule
from routing.journey import Passage
from routing.ports import Footpaths, Reach
from routing.query import DEFAULT_WALK_SPEED_M_S, Profile

__all__ = ["Inside", "Passages"]

_WALKWAY, _STAIRS, _MOVING, _ESCALATOR, _LIFT, _FARE_GATE, _EXIT_GATE = range(1, 8)
_KINDS = ("", "walkway", "stairs", "moving_walkway", "escalator", "lift", "fare_gate", "exit_gate")
_STEP_FREE = (Profile.WHEELCHAIR, Profile.PRAM)
_SLOPE_MAX = 0.083
"""One in twelve: the steepest ramp that ISO 21542 gives wheelchairs."""
_WIDTH_M_MIN = 0.8
_LIFT_S, _GATE_S, _STAIR_S = 60, 5, 0.6
"""Where the feed does not say: waiting for and riding a lift, a gate, one step of a flight of stairs."""
_STAIRS_S = 20
_ESCALATOR_M_S, _MOVING_M_S = 0.6, 1.0
_EASY = 5.0
"""Who tires takes stairs only where the way round is so many times as long."""
_ENTRANCE, _BOARDING_AREA = 2, 4


@dataclass(frozen=True, slots=True)
class _Way:
    """The best way from one place in a station to another."""

    seconds: int
    parts: tuple[Passage, ...]

    @property
    def length_m(self) -> float:
        """Metres as far as they are known."""
        return sum(part.length_m or 0.0 for part in self.parts)


class Inside:
    """Ways within stations as one profile takes them: (stop, stop) -> way."""

    def __init__(self, ways: dict[tuple[int, int], _Way], passages: Passages) -> None:
        self.ways = ways
        self._passages = passages
        self._doors: dict[int, list[tuple[int, int]]] = {}  # platform -> entrances to it, and seconds
        self._exits: dict[int, list[tuple[int, int]]] = {}
        self._entered: dict[int, list[tuple[int, int]]] = {}  # entrance -> platforms that it leads to
        self._left: dict[int, list[tuple[int, int]]] = {}
        for (a, b), way in ways.items():
            if a in passages.entrances and b in passages.platforms:
                self._doors.setdefault(b, []).append((a, way.seconds))
                self._entered.setdefault(a, []).append((b, way.seconds))
            if b in passages.entrances and a in passages.platforms:
                self._exits.setdefault(a, []).append((b, way.seconds))
                self._left.setdefault(b, []).append((a, way.seconds))

    def doors(self, platform: int, *, backward: bool) -> list[tuple[int, int]]:
        """Entrances from which a platform is reached (`backward`: to which one gets from it), and seconds."""
        return (self._exits if backward else self._doors).get(platform, [])

    def entered(self, reach: Reach, limit_s: int, *, backward: bool) -> Reach:
        """A reach over streets, platforms that have entrances reached through these alone."""
        closed = self._passages.closed
        if not closed:
            return reach
        ways = zip(reach.duration_s.tolist(), reach.distance_m.tolist(), strict=True)
        at = dict(zip(reach.stop.tolist(), ways, strict=True))
        found = {stop: way for stop, way in at.items() if stop not in closed}
        for platform in closed:
            through = [
                (at[door][0] + inside, at[door][1])
                for door, inside in self.doors(platform, backward=backward)
                if door in at
            ]
            if through and min(through)[0] <= limit_s:
                found[platform] = min(through)
        order = sorted(found)
        return Reach(
            np.array(order, np.int32),
            np.array([found[k][0] for k in order], np.int32),
            np.array([found[k][1] for k in order], np.float64),
        )

    def joined(self, walks: Footpaths, limit_s: int) -> Footpaths:
        """Footpaths over streets, with those from, to and between platforms led through their stations."""
        if not self._passages.platforms:
            return walks
        stops = len(walks.offsets) - 1
        origin = np.repeat(np.arange(stops), np.diff(walks.offsets)).tolist()
        ways = zip(walks.duration_s.tolist(), walks.distance_m.tolist(), strict=True)
        over_streets = dict(zip(zip(origin, walks.target.tolist(), strict=True), ways, strict=True))
        found: dict[tuple[int, int], tuple[int, float]] = {}
        for (a, b), (seconds, metres) in over_streets.items():
            # Each end of a walk over streets is a stop itself, or an entrance to platforms.
            for begin, out_s in self._beyond(a, backward=True):
                for end, into_s in self._beyond(b, backward=False):
                    whole = out_s + seconds + into_s
                    if begin != end and whole <= min(limit_s, found.get((begin, end), (limit_s, 0.0))[0]):
                        found[begin, end] = whole, metres
        for pair in self._passages.pairs:
            way = self.ways.get(pair)
            found.pop(pair, None)
            if way is not None and way.seconds <= limit_s:
                found[pair] = way.seconds, way.length_m
        keys = sorted(found)
        counts = np.bincount([a for a, _ in keys], minlength=stops)
        return Footpaths(
            np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
            np.array([b for _, b in keys], np.int32),
            np.array([found[k][0] for k in keys], np.int32),
            np.array([found[k][1] for k in keys], np.float64),
        )

    def _beyond(self, stop: int, *, backward: bool) -> list[tuple[int, int]]:
        """What lies at the end of a walk over streets: platforms behind an entrance, or the stop itself."""
        if stop in self._passages.entrances:
            return (self._left if backward else self._entered).get(stop, [])
        return [] if stop in self._passages.closed else [(stop, 0)]

    def barred(self) -> set[tuple[int, int]]:
        """Pairs of platforms of one station between which this profile finds no way."""
        return {pair for pair in self._passages.pairs if pair not in self.ways}


class Passages:
    """The pathways of a schedule."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self._known: dict[tuple[Profile, float], Inside] = {}
        stops, ways = schedule.stops, schedule.pathways
        self.graph = nx.Graph()
        self.graph.add_edges_from(zip(ways.from_stop.tolist(), ways.to_stop.tolist(), strict=True))
        for stop in list(self.graph):
            # Who stands on a part of a platform stands on the platform.
            if stops.location_type[stop] == _BOARDING_AREA and stops.parent[stop] != NONE:
                self.graph.add_edge(stop, int(stops.parent[stop]))
        of_type = {stop: int(stops.location_type[stop]) for stop in self.graph}
        self.platforms = frozenset(stop for stop, kind in of_type.items() if kind == 0)
        doors = frozenset(stop for stop, kind in of_type.items() if kind == _ENTRANCE)
        self.station: dict[int, frozenset[int]] = {}
        entrances: set[int] = set()
        entered: set[int] = set()
        for part in nx.connected_components(self.graph):
            platforms = frozenset(part) & self.platforms
            self.station |= dict.fromkeys(platforms, platforms)
            if platforms and part & doors:
                entered |= platforms
                entrances |= part & doors
        self.entrances = frozenset(entrances)
        self.closed = frozenset(entered)  # platforms that the streets lead to through entrances alone

    @cached_property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """Platforms of one station, two by two."""
        return tuple((a, b) for a, others in self.station.items() for b in others if a != b)

    def on_streets(self) -> Bool:
        """Stops that are attached to streets: where vehicles call, and entrances; (stops,)."""
        kind = self._schedule.stops.location_type
        at: Bool = (kind == 0) | (kind == WAYSIDE)
        at[list(self.entrances)] = True
        return at

    def inside(self, profile: Profile, speed_m_s: float = DEFAULT_WALK_SPEED_M_S) -> Inside:
        """The ways of a profile at a pace."""
        key = (profile, speed_m_s)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = Inside(self._ways(profile, speed_m_s), self)
        return known

    def _ways(self, profile: Profile, speed_m_s: float) -> dict[tuple[int, int], _Way]:
        net = nx.DiGraph()
        for a, b, effort, part in self._parts(profile, speed_m_s):
            if not net.has_edge(a, b) or effort < net[a][b]["effort"]:
                net.add_edge(a, b, effort=effort, part=part)
        ends = (self.platforms | self.entrances) & set(net)
        found = {}
        for a in ends:
            _, ways = nx.single_source_dijkstra(net, a, weight="effort")
            for b in ends & set(ways) - {a}:
                parts = [net[x][y]["part"] for x, y in zip(ways[b][:-1], ways[b][1:], strict=True)]
                told = tuple(p for p in parts if p is not None)
                found[a, b] = _Way(sum(p.seconds for p in told), told)
        return found

    def _parts(self, profile: Profile, speed_m_s: float) -> Iterable[tuple[int, int, float, Passage | None]]:
        """Every direction of every pathway that a profile takes: from, to, effort, what is told of it."""
        ways, stops = self._schedule.pathways, self._schedule.stops
        for k in range(len(ways.mode)):
            mode, a, b = int(ways.mode[k]), int(ways.from_stop[k]), int(ways.to_stop[k])
            if not _passable(mode, float(ways.max_slope[k]), float(ways.min_width_m[k]), profile):
                continue
            seconds = self._seconds(k, speed_m_s)
            effort = seconds * _EASY if mode == _STAIRS and profile is Profile.EASY else seconds
            length = float(ways.length_m[k])
            told = Passage(
                _KINDS[mode], seconds, None if np.isnan(length) else length, int(ways.stairs[k]),
                ways.to_levels[k] if ways.to_levels[k] != ways.from_levels[k] else "", ways.signs[k],
            )  # fmt: skip
            yield a, b, effort, told
            if ways.both[k] and mode != _EXIT_GATE:
                level = ways.from_levels[k] if told.level or ways.to_levels[k] == "" else ""
                yield (
                    b,
                    a,
                    effort,
                    Passage(told.kind, seconds, told.length_m, -told.stairs, level, ways.back_signs[k]),
                )
        for stop in self.graph:
            parent = int(stops.parent[stop])
            if stops.location_type[stop] == _BOARDING_AREA and parent != NONE:
                yield stop, parent, 0.0, None
                yield parent, stop, 0.0, None

    def _seconds(self, k: int, speed_m_s: float) -> int:
        ways = self._schedule.pathways
        mode, given, length = int(ways.mode[k]), int(ways.seconds[k]), float(ways.length_m[k])
        if given != NONE:
            slower = DEFAULT_WALK_SPEED_M_S / speed_m_s if mode in (_WALKWAY, _STAIRS) else 1.0
            return _whole_s(given * slower)
        if mode == _LIFT:
            return _LIFT_S
        if mode in (_FARE_GATE, _EXIT_GATE):
            return _GATE_S
        pace = {_ESCALATOR: _ESCALATOR_M_S, _MOVING: _MOVING_M_S}.get(mode, speed_m_s)
        if mode == _STAIRS and ways.stairs[k]:
            return _whole_s(abs(int(ways.stairs[k])) * _STAIR_S * DEFAULT_WALK_SPEED_M_S / speed_m_s)
        if not np.isnan(length):
            return _whole_s(length / pace)
        return _STAIRS_S if mode in (_STAIRS, _ESCALATOR) else self._straight_s(k, pace)

    def _straight_s(self, k: int, pace_m_s: float) -> int:
        ways, stops = self._schedule.pathways, self._schedule.stops
        a, b = int(ways.from_stop[k]), int(ways.to_stop[k])
        north = np.radians(stops.lat[b] - stops.lat[a])
        east = np.radians(stops.lon[b] - stops.lon[a]) * np.cos(np.radians(stops.lat[a]))
        metres = float(np.nan_to_num(6_371_008.8 * np.hypot(north, east)))
        return _whole_s(metres / pace_m_s)


def _whole_s(seconds: float) -> int:
    return max(1, math.ceil(round(seconds, 6)))


def _passable(mode: int, slope: float, width_m: float, profile: Profile) -> bool:
    if profile not in (*_STEP_FREE, Profile.CYCLE):
        return True
    if mode in (_STAIRS, _ESCALATOR):
        return False
    if profile is not Profile.WHEELCHAIR:
        return True
    return not (abs(slope) > _SLOPE_MAX or width_m < _WIDTH_M_MIN)
