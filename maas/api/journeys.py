"""Journey planning."""

from __future__ import annotations

from fastapi import APIRouter

from maas.area.open import Area
from maas.journeys.model import JourneysRequest, JourneysView
from maas.journeys.service import plan, utc_now


def router(area: Area) -> APIRouter:
    """Routes of the journeys resource."""
    routes = APIRouter(tags=["journeys"])

    @routes.post("/v1/journeys")
    def plan_journeys(request: JourneysRequest) -> JourneysView:
        """Plan from door to door: the best by arrival and interchanges, and later ones if `count` asks."""
        return plan(area, request, utc_now())

    return routes
