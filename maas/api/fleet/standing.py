"""Standing orders over HTTP: the same ride on many days."""

from __future__ import annotations

import secrets

from fastapi import APIRouter

from fleet.model.standing import StandingOrder
from maas.api.fleet.live import FleetOf
from maas.api.fleet.present import Presenter
from maas.api.fleet.views import StandingIn, StandingView

__all__ = ["router"]


def router(fleet_of: FleetOf) -> APIRouter:
    """Routes of standing orders; an order's id is drawn at random and is all its rider needs."""
    routes = APIRouter(tags=["rides"])

    @routes.post("/v1/standing-orders", status_code=201)
    def add_standing_order(order: StandingIn) -> StandingView:
        """Book the same ride on many days, each as soon as it can be booked."""
        fleet = fleet_of()
        now_s, told = fleet.now_s(), Presenter(fleet)
        kept = StandingOrder(
            f"{fleet.service.id}-s-{secrets.token_urlsafe(12)}",
            told.end(order.origin, order.lang, "from"),
            told.end(order.destination, order.lang, "to"),
            order.clock,
            tuple(sorted(set(order.days))),
            order.first_day,
            order.last_day,
            arrive_by=order.arrive_by,
            on_holidays=order.on_holidays,
            party=told.party(order.party),
            wheelchair_stops=order.wheelchair_stops,
        )
        return _standing(fleet.shuttle.standing.add(kept, now_s))

    @routes.get("/v1/standing-orders/{order_id}")
    def show_standing_order(order_id: str) -> StandingView:
        """What became of each day so far."""
        return _standing(fleet_of().shuttle.standing.order(order_id))

    @routes.post("/v1/standing-orders/{order_id}/skip/{day}")
    def skip_day(order_id: str, day: str) -> StandingView:
        """No ride on one day; a booked one is cancelled."""
        fleet = fleet_of()
        return _standing(fleet.shuttle.standing.skip(order_id, day, fleet.now_s()))

    @routes.post("/v1/standing-orders/{order_id}/end")
    def end_standing_order(order_id: str) -> StandingView:
        """End the order and cancel what it has booked."""
        fleet = fleet_of()
        return _standing(fleet.shuttle.standing.end(order_id, fleet.now_s()))

    return routes


def _standing(order: StandingOrder) -> StandingView:
    return StandingView(
        id=order.id, clock=order.clock, days=list(order.days), first_day=order.first_day,
        last_day=order.last_day, arrive_by=order.arrive_by, skip=list(order.skip), ended=order.ended,
        booked=dict(order.booked), refused=dict(order.refused),
    )  # fmt: skip
