"""A rider on board and a supervisor speak by voice: browsers find each other here, no sound passes."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from fleet.dispatch.calls import DESCRIPTION_MAX, Call
from maas.api.fleet.live import FleetOf, Guard
from maas.api.fleet.present import Presenter
from maas.wiring.live import LiveFleet

__all__ = ["operators_router", "riders_router"]


class VoiceCallView(BaseModel):
    """A call that rings or goes on."""

    number: int
    ride_id: str
    caller: Literal["rider", "supervisor"]
    supervisor: str = Field(description="who, for the control room; riders are not told")
    began: AwareDatetime
    offer: str = Field(description="the caller's session description (RFC 8866), its candidates in it")
    answer: str = Field(description="the other's; empty while it rings")


class OfferIn(BaseModel):
    """Call somebody."""

    model_config = ConfigDict(extra="forbid")

    offer: str = Field(max_length=DESCRIPTION_MAX, description="a session description of sound alone")


class RiderOfferIn(OfferIn):
    """A supervisor asks a rider to speak."""

    supervisor: str = Field(min_length=1, max_length=64)
    ride_id: str = Field(min_length=1, max_length=96)


class AnswerIn(BaseModel):
    """Accept a call."""

    model_config = ConfigDict(extra="forbid")

    answer: str = Field(max_length=DESCRIPTION_MAX, description="a session description of sound alone")


class SupervisorAnswerIn(AnswerIn):
    """A supervisor answers a rider."""

    supervisor: str = Field(min_length=1, max_length=64)


def riders_router(fleet_of: FleetOf) -> APIRouter:
    """Routes of riders; a ride's id is all that its rider needs."""
    routes = APIRouter(prefix="/v1/rides/{ride_id}/call", tags=["rides"])

    @routes.get("")
    def see_call(ride_id: str) -> VoiceCallView | None:
        """The call of this ride, null if there is none. Ask every few seconds: who does not, has gone."""
        fleet = fleet_of()
        fleet.ride(ride_id)  # 404 if there is none
        call = fleet.shuttle.calls.of_ride(ride_id, fleet.now_s())
        return None if call is None else _for_rider(fleet, call)

    @routes.post("", status_code=201)
    def call_by_voice(ride_id: str, asked: OfferIn) -> VoiceCallView:
        """Call the supervisor by voice, which is an alarm. 409 unless on board, or while another speaks."""
        fleet = fleet_of()
        fleet.ride(ride_id)
        return _for_rider(fleet, fleet.shuttle.calls.call_supervisor(ride_id, asked.offer, fleet.now_s()))

    @routes.post("/answer")
    def accept_call(ride_id: str, accepted: AnswerIn) -> VoiceCallView:
        """Accept the supervisor's call. 409 if there is none."""
        fleet = fleet_of()
        fleet.ride(ride_id)
        return _for_rider(fleet, fleet.shuttle.calls.accept(ride_id, accepted.answer, fleet.now_s()))

    @routes.delete("", status_code=204)
    def hang_up(ride_id: str) -> None:
        """End or decline the call, if there is one."""
        fleet = fleet_of()
        fleet.ride(ride_id)
        fleet.shuttle.calls.hang_up(ride_id)

    return routes


def operators_router(guard: Guard, fleet_of: FleetOf) -> APIRouter:
    """Routes of supervisors."""
    routes = APIRouter(
        prefix="/v1/fleet/vehicles/{vehicle_id}/call", tags=["fleet"], dependencies=[Depends(guard)]
    )

    @routes.get("")
    def see_call_of(vehicle_id: str) -> VoiceCallView | None:
        """The call of a vehicle, null if there is none. Ask every few seconds: who does not, has gone."""
        fleet = fleet_of()
        call = fleet.shuttle.calls.of_vehicle(vehicle_id, fleet.now_s())
        return None if call is None else _view(fleet, call)

    @routes.post("", status_code=201)
    def call_rider(vehicle_id: str, asked: RiderOfferIn) -> VoiceCallView:
        """Ask a rider to speak by voice. 409 unless the supervisor is on shift and the rider on board."""
        fleet = fleet_of()
        call = fleet.shuttle.calls.call_rider(
            vehicle_id, asked.ride_id, asked.supervisor, asked.offer, fleet.now_s()
        )
        return _view(fleet, call)

    @routes.post("/answer")
    def take_call(vehicle_id: str, taken: SupervisorAnswerIn) -> VoiceCallView:
        """Answer a rider's call. 409 if there is none or another was quicker."""
        fleet = fleet_of()
        return _view(
            fleet, fleet.shuttle.calls.take(vehicle_id, taken.supervisor, taken.answer, fleet.now_s())
        )

    @routes.delete("", status_code=204)
    def end_call(vehicle_id: str) -> None:
        """End or decline the call, if there is one."""
        fleet_of().shuttle.calls.end(vehicle_id)

    return routes


def _for_rider(fleet: LiveFleet, call: Call) -> VoiceCallView:
    return _view(fleet, call).model_copy(update={"supervisor": ""})


def _view(fleet: LiveFleet, call: Call) -> VoiceCallView:
    return VoiceCallView(
        number=call.number, ride_id=call.ride_id, caller=call.caller.value, supervisor=call.supervisor,
        began=Presenter(fleet).instant(call.began_s), offer=call.offer, answer=call.answer,
    )  # fmt: skip
