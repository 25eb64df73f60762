"""What riders ask: offers that hold a seat, confirmation, change, cancellation, protected connections.

A ride's id is drawn at random and is all that its rider needs to act on it; nobody can list rides here.
"""

from __future__ import annotations

from fastapi import APIRouter, Response

from fleet.model.ride import Offer, Refusal
from maas.api.fleet.live import FleetOf
from maas.api.fleet.present import Presenter
from maas.api.fleet.views import (
    CancelIn,
    ChangeIn,
    ProtectIn,
    RideAnswer,
    RideQuestion,
    RideView,
)  # fmt: skip

__all__ = ["router"]


def router(fleet_of: FleetOf) -> APIRouter:
    """Routes of rides."""
    routes = APIRouter(tags=["rides"])

    @routes.post("/v1/rides/quotes", response_model=RideAnswer)
    def quote_ride(question: RideQuestion) -> Response:
        """Hold the best seat, or say why there is none and what would work."""
        fleet = fleet_of()
        now_s, told = fleet.now_s(), Presenter(fleet)
        answer = fleet.shuttle.quoting.quote(told.request(question, now_s, rider="", booked_by=""), now_s)
        if isinstance(answer, Offer):
            return _written(RideAnswer(offer=told.offer(answer, question.lang)))
        return _written(RideAnswer(refusal=told.refusal(answer, question)))

    @routes.get("/v1/rides/{ride_id}")
    def show_ride(ride_id: str, lang: str = "") -> RideView:
        """A ride as it stands: planned times, vehicle, what was promised and what was broken of it."""
        fleet = fleet_of()
        return Presenter(fleet).ride(fleet.ride(ride_id), lang)

    @routes.post("/v1/rides/{ride_id}/confirm")
    def confirm_ride(ride_id: str, lang: str = "") -> RideView:
        """Make a held seat binding; safe to repeat. 409 once the hold has run out."""
        fleet = fleet_of()
        return Presenter(fleet).ride(fleet.shuttle.quoting.confirm(ride_id, fleet.now_s()), lang)

    @routes.post("/v1/rides/{ride_id}/cancel")
    def cancel_ride(ride_id: str, asked: CancelIn | None = None, lang: str = "") -> RideView:
        """Give a seat back; safe to repeat."""
        fleet = fleet_of()
        cause = (asked or CancelIn.model_validate({})).cause
        return Presenter(fleet).ride(fleet.shuttle.quoting.cancel(ride_id, fleet.now_s(), cause), lang)

    @routes.post("/v1/rides/{ride_id}/change")
    def change_ride(ride_id: str, question: ChangeIn) -> RideAnswer:
        """Another ride for a confirmed one: the old seat stands until the new one is confirmed."""
        fleet = fleet_of()
        now_s, told = fleet.now_s(), Presenter(fleet)
        old = fleet.ride(ride_id).request
        wish = told.request(question, now_s, rider=old.rider, booked_by=old.booked_by)
        answer = fleet.shuttle.quoting.change(ride_id, wish, now_s, instead=question.instead)
        if isinstance(answer, Offer):
            return RideAnswer(offer=told.offer(answer, question.lang))
        return RideAnswer(refusal=told.refusal(answer, question))

    @routes.post("/v1/rides/{ride_id}/protect")
    def protect_connection(ride_id: str, late: ProtectIn, lang: str = "") -> RideAnswer | RideView:
        """The train is late: shift the pickup within everybody else's promises, or say why not."""
        fleet = fleet_of()
        now_s, told = fleet.now_s(), Presenter(fleet)
        answer = fleet.shuttle.quoting.protect(ride_id, told.second(late.ready, now_s), now_s)
        if isinstance(answer, Refusal):
            return RideAnswer(refusal=told.refusal(answer))
        return told.ride(answer, lang)

    return routes


def _written(answer: RideAnswer) -> Response:
    """An answer as it is sent; FastAPI would check it once more, in another turn of the thread pool."""
    return Response(answer.model_dump_json(by_alias=True), media_type="application/json")
