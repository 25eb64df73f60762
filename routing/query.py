"""What is asked of the planner."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

DEFAULT_WALK_SPEED_M_S = 1.33
"""4.8 km/h: an adult on level pavement."""
DEFAULT_WALK_S_MAX = 1800
"""Longest single walk of who says nothing."""


class Profile(StrEnum):
    """Who or what moves over the street graph."""

    WALK = "walk"
    WHEELCHAIR = "wheelchair"  # no steps, no kerbs, paved
    PRAM = "pram"  # no steps; kerbs and unpaved ways do
    EASY = "easy"  # on foot, steps only where the way round is five times as long
    CYCLE = "cycle"
    DEVICE = "device"
    SHUTTLE = "shuttle"


@dataclass(frozen=True, slots=True)
class Point:
    """One end of a query: a position, and the stops it stands for when the rider named a stop or station.

    With stops the journey begins or ends at them without a walk; a station means all its platforms.
    """

    lat: float  # degrees north, WGS 84
    lon: float  # degrees east
    name: str = ""
    stop_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """Origin, destination and time of a door-to-door trip.

    `at` is timezone-aware: the earliest departure, or the latest arrival if `arrive_by`.
    """

    origin: Point
    destination: Point
    at: datetime
    arrive_by: bool = False
    profile: Profile = Profile.WALK
    walk_speed_m_s: float = DEFAULT_WALK_SPEED_M_S
    walk_s_max: int = DEFAULT_WALK_S_MAX  # longest single walk to, from or between stops
    interchanges_max: int = 7
    lang: str = ""  # names and headsigns in this language where the feed has them
    modes: frozenset[str] = field(default_factory=frozenset)  # empty: all transit modes
    interchange_slack_s: int = 0  # between two vehicles, besides what the change takes
    bicycle: bool = False  # one's own is carried along: ridden instead of walked, on trips that take it
    walk_alone: bool = True  # whether the whole way on foot is an answer, and one that others must beat
