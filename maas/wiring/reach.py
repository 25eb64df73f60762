"""How soon services can be reached, by the planner and by what the live fleet offers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import numpy as np
import numpy.typing as npt

from maas.area.open import Area
from maas.journeys.model import JourneysRequest, Means
from maas.journeys.reach import times_from
from maas.journeys.reach_model import ReachNeeds
from maas.journeys.reach_rides import take_offers
from maas.journeys.service import CannotPlan
from routing.on_demand import Mover
from routing.query import Point

__all__ = ["PlannerReach"]

_ROUND = 4  # decimals of a degree: some ten metres, so that offers of one building are asked for once
_LIVE = {Means.SHUTTLE, Means.DEVICE, Means.CYCLE}


class PlannerReach:
    """Implements `maas.services.ports.Reachability` over an area's planner and its movers."""

    def __init__(
        self, area: Area, movers: Callable[[JourneysRequest], Sequence[Mover]] = lambda _: ()
    ) -> None:
        self._area = area
        self._movers = movers

    def minutes(
        self,
        origin: tuple[float, float],
        at: datetime,
        minutes: int,
        points: Sequence[tuple[float, float]],
        means: Sequence[str] = (),
    ) -> npt.NDArray[np.float64]:
        """Minutes from `origin`, leaving at `at`, to each point; infinite beyond `minutes`."""
        spots = [(round(p[0], _ROUND), round(p[1], _ROUND)) for p in points]
        different = list(dict.fromkeys(spots))
        known = {m for m in Means if m.value in means}
        wheelchair = "wheelchair" in means
        used = known or (set(Means) - {Means.BICYCLE} if not set(means) - {"wheelchair"} else set())
        start, goals = Point(*origin), [Point(*spot) for spot in different]
        needs = ReachNeeds.model_validate({"wheelchair": wheelchair, "means": sorted(used - _LIVE)})
        try:
            found = times_from(self._area, needs, start, goals, at, minutes * 60) / 60
        except CannotPlan:
            found = np.full(len(goals), np.inf)
        asked = {
            "from": {"lat": origin[0], "lon": origin[1]}, "to": "", "at": at, "wheelchair": wheelchair,
            "means": sorted(used), "party": {"adults": 0, "wheelchairs": 1} if wheelchair else {},
        }  # fmt: skip
        request = JourneysRequest.model_validate(asked)
        found *= 60
        for mover in self._movers(request) if used & _LIVE else ():
            take_offers(mover, start, goals, int(at.timestamp()), minutes * 60, found, arrive_by=False)
        found /= 60
        times = dict(zip(different, found.tolist(), strict=True))
        return np.array([times[spot] for spot in spots], np.float64)
