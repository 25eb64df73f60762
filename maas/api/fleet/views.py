"""Rides as they cross the edge; instants are ISO 8601 with the area's offset, money in minor units."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from maas.journeys.model import PartyIn, Whereabouts


class RideEnd(Whereabouts):
    """One end of a ride; `shuttle_stop_id` wins over everything else."""

    shuttle_stop_id: str | None = Field(default=None, description="a stop of /v1/shuttle")


class RideQuestion(BaseModel):
    """A wish to ride. Nothing is booked yet; an offer holds a seat for a short time."""

    model_config = ConfigDict(
        extra="forbid",
        populate_by_name=True,
        json_schema_extra={"examples": [{"from": "海浜幕張", "to": {"lat": 35.6579, "lon": 140.0272}}]},
    )

    origin: RideEnd | str = Field(alias="from")
    destination: RideEnd | str = Field(alias="to")
    at: datetime | None = Field(default=None, description="now if left out; by the area's clock")
    arrive_by: bool = False
    not_before: datetime | None = Field(default=None, description="arrive by: no setting out earlier")
    party: PartyIn = PartyIn()
    walk_max_s: int | None = Field(default=None, ge=0, le=3600)
    wheelchair_stops: bool = Field(default=False, description="only stops that wheelchairs can use")
    lang: str = Field(default="", max_length=16)


class StopView(BaseModel):
    """A virtual stop."""

    id: str
    name: str
    lat: float
    lon: float
    wheelchair: bool
    shelter: bool


class PromiseView(BaseModel):
    """What no later plan may break."""

    pickup_from: AwareDatetime
    pickup_until: AwareDatetime
    arrive_until: AwareDatetime
    ride_s_max: int


class Price(BaseModel):
    """Minor units (yen have none)."""

    amount: int
    currency: str


class OfferView(BaseModel):
    """A seat that is held until `hold_until`."""

    ride_id: str
    vehicle_id: str
    pickup: AwareDatetime
    dropoff: AwareDatetime
    pickup_stop: StopView
    dropoff_stop: StopView
    walk_to_s: int
    walk_from_s: int
    direct_s: int
    promise: PromiseView
    price: Price
    hold_until: AwareDatetime


class AlternativeView(BaseModel):
    """Something near to what was asked that would work now; nothing is held for it."""

    kind: Literal["later", "earlier", "longer_walk", "smaller_party", "other_mode"]
    departure: AwareDatetime
    arrival: AwareDatetime
    walk_s: int = 0
    modes: list[str] = []


class RefusalView(BaseModel):
    """Why there is no seat: the main reason, and how many vehicles each reason holds for."""

    reason: str
    vehicles: dict[str, int]
    alternatives: list[AlternativeView]


class RideAnswer(BaseModel):
    """Either an offer or a refusal."""

    offer: OfferView | None = None
    refusal: RefusalView | None = None


class VehicleNear(BaseModel):
    """Where the vehicle of a ride is."""

    id: str
    lat: float
    lon: float
    stops_before: int


class BreachView(BaseModel):
    """A promise that the world broke."""

    ride_id: str
    kind: str
    late_s: int
    cause: str
    known: AwareDatetime


class RideView(BaseModel):
    """A ride as it stands; pickup and dropoff are planned until they have happened."""

    ride_id: str
    state: str
    cause: str
    vehicle_id: str
    pickup: AwareDatetime
    dropoff: AwareDatetime
    pickup_stop: StopView
    dropoff_stop: StopView
    walk_to_s: int
    walk_from_s: int
    promise: PromiseView
    price: Price
    hold_until: AwareDatetime
    party: PartyIn
    booked_by: str
    vehicle: VehicleNear | None
    breaches: list[BreachView]


class ChangeIn(RideQuestion):
    """Another wish instead of a confirmed ride."""

    instead: bool = Field(
        default=False,
        description="swap at once; otherwise both stand until confirmed",
    )


class ProtectIn(BaseModel):
    """The rider will be late, because a train is."""

    model_config = ConfigDict(extra="forbid")

    ready: datetime = Field(description="when the rider can be at the stop")


class CancelIn(BaseModel):
    """Why a ride is given back."""

    model_config = ConfigDict(extra="forbid")

    cause: str = Field(default="rider", max_length=80)


class StandingIn(BaseModel):
    """The same ride on many days."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    origin: RideEnd | str = Field(alias="from")
    destination: RideEnd | str = Field(alias="to")
    clock: str = Field(pattern=r"^\d{2}:\d{2}$", description="HH:MM, departure or latest arrival")
    days: list[Annotated[int, Field(ge=0, le=6)]] = Field(min_length=1, description="0 Monday to 6 Sunday")
    first_day: str
    last_day: str
    arrive_by: bool = False
    on_holidays: bool = False
    party: PartyIn = PartyIn()
    wheelchair_stops: bool = False
    lang: str = ""


class StandingView(BaseModel):
    """A standing order and what became of its days so far."""

    id: str
    clock: str
    days: list[int]
    first_day: str
    last_day: str
    arrive_by: bool
    skip: list[str]
    ended: bool
    booked: dict[str, str]
    refused: dict[str, str]
