"""How soon services can be reached, by the planner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import numpy.typing as npt

from maas.area.open import Area
from routing.planner import NoService, OffTheMap, PlanError
from routing.query import Point, Profile, Query

__all__ = ["PlannerReach"]

_ROUND = 4  # decimals of a degree: some ten metres, so that offers of one building are asked for once


class PlannerReach:
    """Implements `maas.services.ports.Reachability` over an area's planner; walks and public transport."""

    def __init__(self, area: Area) -> None:
        self._planner = area.planner

    def minutes(
        self,
        origin: tuple[float, float],
        at: datetime,
        minutes: int,
        points: Sequence[tuple[float, float]],
        means: Sequence[str] = (),
    ) -> npt.NDArray[np.float64]:
        """Minutes from `origin`, leaving at `at`, to each point; infinite beyond `minutes`."""
        profile = Profile.WHEELCHAIR if "wheelchair" in means else Profile.WALK
        known: dict[tuple[float, float], float] = {}
        for point in points:
            spot = (round(point[0], _ROUND), round(point[1], _ROUND))
            if spot not in known:
                known[spot] = self._one(origin, at, spot, profile)
        found = np.array([known[round(p[0], _ROUND), round(p[1], _ROUND)] for p in points], np.float64)
        return np.where(found <= minutes, found, np.inf)

    def _one(
        self, origin: tuple[float, float], at: datetime, end: tuple[float, float], profile: Profile
    ) -> float:
        query = Query(origin=Point(*origin), destination=Point(*end), at=at, profile=profile)
        try:
            journeys = self._planner.plan(query)
        except (NoService, OffTheMap, PlanError):
            return float("inf")
        arrivals = [self._planner.instant(j.service_date, j.arrival_s) for j in journeys]
        return min(((a - at).total_seconds() / 60 for a in arrivals), default=float("inf"))
