"""Journey planning."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fastapi import APIRouter

from maas.area.open import Area
from maas.journeys.model import JourneysRequest, JourneysView
from maas.journeys.service import plan, utc_now
from routing.on_demand import Mover

MoversOf = Callable[[JourneysRequest], Sequence[Mover]]
"""Who can offer rides on demand to a rider."""


def no_movers(_request: JourneysRequest) -> Sequence[Mover]:
    """Nobody: an area without a fleet, or a server that runs none."""
    return ()


def router(area: Area, movers_of: MoversOf = no_movers) -> APIRouter:
    """Routes of the journeys resource."""
    routes = APIRouter(tags=["journeys"])

    @routes.post("/v1/journeys")
    def plan_journeys(request: JourneysRequest) -> JourneysView:
        """Plan from door to door: the best by arrival and interchanges, and later ones if `count` asks."""
        return plan(area, request, utc_now(), movers_of(request))

    return routes
