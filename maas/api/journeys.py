"""Journey planning."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fastapi import APIRouter, Response

from maas.area.open import Area
from maas.journeys.check import CheckRequest, CheckView, check
from maas.journeys.model import JourneysRequest, JourneysView
from maas.journeys.service import plan, utc_now
from routing.on_demand import Mover

MoversOf = Callable[[JourneysRequest], Sequence[Mover]]
"""Who can offer rides on demand to a rider."""


def no_movers(_request: JourneysRequest) -> Sequence[Mover]:
    """Nobody: an area without a fleet, or a server that runs none."""
    return ()


Heard = Callable[[JourneysRequest, JourneysView], None]
"""Told of each question and its answer."""


def nobody_hears(_request: JourneysRequest, _answer: JourneysView) -> None:
    """Where questions are not counted."""


def router(area: Area, movers_of: MoversOf = no_movers, heard: Heard = nobody_hears) -> APIRouter:
    """Routes of the journeys resource."""
    routes = APIRouter(tags=["journeys"])

    @routes.post("/v1/journeys", response_model=JourneysView)
    def plan_journeys(request: JourneysRequest) -> Response:
        """Plan from door to door: the best by arrival and interchanges, and later ones if `count` asks."""
        answer = plan(area, request, utc_now(), movers_of(request))
        heard(request, answer)
        # Written in one go: by way of Python's own objects, as is usual, it takes several times as long.
        return Response(answer.model_dump_json(by_alias=True), media_type="application/json")

    @routes.post("/v1/journeys/check")
    def check_journey(request: CheckRequest) -> CheckView:
        """Is a journey that was planned earlier still good? If not, where it breaks and how one gets on."""
        return check(area, request, utc_now())

    return routes
