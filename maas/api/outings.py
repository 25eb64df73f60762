"""Outings: several errands in the best order."""

from __future__ import annotations

from fastapi import APIRouter

from maas.api.journeys import MoversOf, movers_by, no_movers
from maas.area.open import Area
from maas.journeys.service import utc_now
from maas.outings.fares import CapsOf, no_caps
from maas.outings.model import OutingRequest, OutingView
from maas.outings.service import Offers, plan_outing

__all__ = ["router"]


def router(
    area: Area, offers: Offers | None, movers_of: MoversOf = no_movers, caps: CapsOf = no_caps
) -> APIRouter:
    """Routes of outings; `movers_of` gives who can offer rides to a rider, `caps` what rides cost at most."""
    routes = APIRouter(tags=["outings"])

    @routes.post("/v1/outings")
    def make_outing(request: OutingRequest) -> OutingView:
        """Errands in the order that is home again soonest; or why there is none, and what comes nearest."""
        movers = movers_by(movers_of, request, at=request.leave, party=request.party, age=request.age)
        return plan_outing(area, request, utc_now(), offers, movers, caps)

    return routes
