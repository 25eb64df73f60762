"""What of a question decides on which vehicles and footpaths it is searched."""

from __future__ import annotations

from dataclasses import dataclass, replace

from routing.query import DEFAULT_WALK_S_MAX, DEFAULT_WALK_SPEED_M_S, Profile, Query

__all__ = ["USUAL", "Needs"]

_WALK_LIMITS_S = (60, 120, 300, 600, 900, 1200, DEFAULT_WALK_S_MAX, 3600)
"""Longest walks between vehicles that days are made for; riders with other limits get the next lower one."""


@dataclass(frozen=True, slots=True)
class Needs:
    """A rider's needs; those of who states none by default."""

    profile: Profile = Profile.WALK
    walk_speed_m_s: float = DEFAULT_WALK_SPEED_M_S
    walk_s_max: int = DEFAULT_WALK_S_MAX  # between two vehicles
    modes: frozenset[str] = frozenset()  # empty: all
    slack_s: int = 0  # between two vehicles, besides what the change takes
    bicycle: bool = False

    @classmethod
    def of(cls, query: Query) -> Needs:
        """The needs of a query."""
        limit = max((one for one in _WALK_LIMITS_S if one <= query.walk_s_max), default=query.walk_s_max)
        return cls(
            query.profile, query.walk_speed_m_s, limit, query.modes, query.interchange_slack_s, query.bicycle
        )

    @property
    def usual_but_less(self) -> bool:
        """Whether nothing is asked for but to walk less than most."""
        return (
            self.walk_s_max < DEFAULT_WALK_S_MAX and replace(self, walk_s_max=DEFAULT_WALK_S_MAX) == Needs()
        )

    @property
    def every_vehicle(self) -> bool:
        """Whether nothing keeps the rider from any vehicle, nor from any stop."""
        return not self.modes and not self.bicycle and self.profile is not Profile.WHEELCHAIR


USUAL = Needs()
"""Who states no needs."""
