"""Supervisors and riders speak to each other in writing; vehicles read their part aloud."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from fleet.dispatch.talk import Line, Phrase
from maas.api.fleet.live import FleetOf, Guard
from maas.api.fleet.present import Presenter
from maas.wiring.live import LiveFleet

__all__ = ["operators_router", "riders_router"]

_AFTER = Query(0, ge=0, description="only what was said after this number")


class SaidView(BaseModel):
    """One thing that was said."""

    number: int = Field(description="grows within a vehicle")
    at: AwareDatetime
    speaker: str = Field(description="supervisor or rider")
    supervisor: str = Field(description="who, for the control room; riders are not told")
    ride_id: str = Field(description="whose rider spoke, or whom alone it is meant for; empty is everybody")
    phrase: Phrase | None = Field(description="a phrase that every page knows in its language, or")
    text: str = Field(description="words of one's own")


class WordsIn(BaseModel):
    """What to say: a phrase, or words of one's own."""

    model_config = ConfigDict(extra="forbid")

    phrase: Phrase | None = None
    text: str = Field(default="", max_length=300)


class SayIn(WordsIn):
    """What a supervisor says."""

    supervisor: str = Field(min_length=1, max_length=64)
    ride_id: str = Field(default="", max_length=96, description="only to the rider of this ride")


def riders_router(fleet_of: FleetOf) -> APIRouter:
    """Routes of riders; a ride's id is all that its rider needs."""
    routes = APIRouter(tags=["rides"])

    @routes.get("/v1/rides/{ride_id}/talk")
    def hear(ride_id: str, after: int = _AFTER) -> list[SaidView]:
        """What this rider said and was told on board; nothing of others."""
        fleet = fleet_of()
        lines = fleet.shuttle.talk.of_ride(fleet.ride(ride_id), after)
        return [_view(fleet, line).model_copy(update={"supervisor": ""}) for line in lines]

    @routes.post("/v1/rides/{ride_id}/talk", status_code=201)
    def call_supervisor(ride_id: str, words: WordsIn) -> SaidView:
        """Call the supervisor: an alarm in the control room. 409 unless on board."""
        fleet = fleet_of()
        fleet.ride(ride_id)  # 404 if there is none
        said = fleet.shuttle.talk.call(ride_id, fleet.now_s(), phrase=words.phrase, text=words.text)
        return _view(fleet, said)

    return routes


def operators_router(guard: Guard, fleet_of: FleetOf) -> APIRouter:
    """Routes of supervisors and vehicles."""
    routes = APIRouter(prefix="/v1/fleet", tags=["fleet"], dependencies=[Depends(guard)])

    @routes.get("/vehicles/{vehicle_id}/talk")
    def hear(vehicle_id: str, after: int = _AFTER) -> list[SaidView]:
        """What was said in a vehicle; its loudspeaker asks for what came after the last."""
        fleet = fleet_of()
        return [_view(fleet, line) for line in fleet.shuttle.talk.of_vehicle(vehicle_id, after)]

    @routes.post("/vehicles/{vehicle_id}/talk", status_code=201)
    def say(vehicle_id: str, words: SayIn) -> SaidView:
        """Speak to all on board, or to one rider. 409 unless the supervisor is on shift."""
        fleet = fleet_of()
        said = fleet.shuttle.talk.say(
            vehicle_id, words.supervisor, fleet.now_s(), phrase=words.phrase, text=words.text,
            ride_id=words.ride_id,
        )  # fmt: skip
        return _view(fleet, said)

    return routes


def _view(fleet: LiveFleet, line: Line) -> SaidView:
    return SaidView(
        number=line.number,
        at=Presenter(fleet).instant(line.at_s),
        speaker="supervisor" if line.supervisor else "rider",
        supervisor=line.supervisor,
        ride_id=line.ride_id,
        phrase=line.phrase,
        text=line.text,
    )
