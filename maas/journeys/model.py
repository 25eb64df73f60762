"""Questions and answers of journey planning as they cross the edge: JSON of the API and the command line."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from maas.journeys.fare_model import FareView, PartyFareView
from routing.bounded import BestBy

Latitude = Annotated[float, Field(ge=-90, le=90, description="degrees north, WGS 84")]
Longitude = Annotated[float, Field(ge=-180, le=180, description="degrees east, WGS 84")]


class Whereabouts(BaseModel):
    """One end of a journey. `place_id` or `stop_id` win over the position."""

    model_config = ConfigDict(extra="forbid")

    lat: Latitude | None = None
    lon: Longitude | None = None
    name: str = ""
    place_id: str | None = Field(None, description="id of a place that /v1/places returned")
    stop_id: str | None = Field(None, description="a stop or station of the feeds")


Count = Annotated[int, Field(ge=0, le=20)]
CategoryName = Annotated[str, Field(min_length=1, max_length=80)]
_CHILD_AGE_MAX = 11
"""Older ones pay as adults with Japanese operators; under 6 one is free beside an adult, alone a child."""


class PartyIn(BaseModel):
    """Who and what travels together."""

    model_config = ConfigDict(extra="forbid")

    adults: Count = 1
    children: Count = 0
    infants: Count = Field(default=0, description="on a lap")
    wheelchairs: Count = Field(default=0, description="riders in wheelchairs, besides adults and children")
    luggage: Count = 0
    prams: Count = 0
    pets: Count = 0
    categories: dict[CategoryName, Count] = Field(
        default={},
        max_length=8,
        description="how many of the adults, riders in wheelchairs among them, pay by another category: "
        "youth, student, senior, or an id of the feeds' rider_categories.txt (/v1/area names them)",
        examples=[{"senior": 1}],
    )

    @model_validator(mode="after")
    def _among(self) -> PartyIn:
        if sum(self.categories.values()) > self.adults + self.wheelchairs:
            raise ValueError("categories: they are some of the adults, and cannot be more")
        if {name.casefold() for name in self.categories} & {"adult", "child"}:
            raise ValueError("categories: say how many `adults` and `children` there are instead")
        return self

    def travellers(self) -> dict[str, int]:
        """Who and what takes room, whatever they pay."""
        return {name: value for name, value in self if name != "categories"}

    def at_age(self, age: int | None) -> PartyIn:
        """The same; one who rides alone and is a child by age is one."""
        if age is None or age > _CHILD_AGE_MAX or (self.adults, self.children, self.wheelchairs) != (1, 0, 0):
            return self
        return self.model_copy(update={"adults": 0, "children": 1, "categories": {}})


class Means(StrEnum):
    """What a rider can use, besides walking."""

    TRANSIT = "transit"
    SHUTTLE = "shuttle"  # on demand, if the area has one
    DEVICE = "device"  # comes by itself
    CYCLE = "cycle"  # share cycles
    BICYCLE = "bicycle"  # one's own
    FLEX = "flex"  # GTFS-Flex trips of the feeds: by request, asked for by phone or on a site
    TAXI = "taxi"  # if the area states a tariff


class WayNeed(StrEnum):
    """What a rider wishes of the way, besides a wheelchair's step-free one."""

    FEW_STEPS = "few_steps"  # steps only where the way round is five times as long
    FEW_CHANGES = "few_changes"  # the easiest first: a change weighs ten minutes, walking double
    LUGGAGE = "luggage"  # few steps, and two more minutes for each change
    PRAM = "pram"  # no steps; kerbs and any vehicle will do
    BICYCLE = "bicycle"  # one's own is carried along: ridden instead of walked, on trips that take it


class NeedName(StrEnum):
    """A need or limit that left something out."""

    WHEELCHAIR = "wheelchair"
    PRAM = "pram"
    FEW_STEPS = "few_steps"
    BICYCLE = "bicycle"
    MODES = "modes"
    WALK_MAX = "walk_max"
    INTERCHANGES_MAX = "interchanges_max"
    INTERCHANGE_SLACK = "interchange_slack"


class ExcludedView(BaseModel):
    """A better journey that one of the rider's needs leaves out."""

    need: NeedName
    reason: Literal["vehicle", "stop", "streets", "limit"] = Field(
        description="what of that journey does not fit the need"
    )
    departure: datetime
    arrival: datetime
    sooner_s: int | None = Field(
        description="so much sooner there (arrive_by: later to leave); null: no other way"
    )
    lines: list[str]


class ViaIn(BaseModel):
    """A place on the way."""

    model_config = ConfigDict(extra="forbid")

    place: Whereabouts | str
    stay_s: int = Field(0, ge=0, le=12 * 3600, description="how long one stays there")


class JourneysRequest(BaseModel):
    """A door-to-door question."""

    model_config = ConfigDict(
        extra="forbid",
        populate_by_name=True,
        json_schema_extra={
            "examples": [
                {
                    "from": "海浜幕張",
                    "to": {"lat": 35.6579, "lon": 140.0272},
                    "at": "2026-11-25T08:00:00+09:00",
                }
            ]
        },
    )

    origin: Whereabouts | str = Field(alias="from", description="a position, a place, or text to search for")
    destination: Whereabouts | str = Field(alias="to")
    at: datetime | None = Field(
        None, description="ISO 8601; without an offset the area's clock is meant; now if left out"
    )
    arrive_by: bool = False
    lang: str = Field("", max_length=16, description="language of names: ja, en, zh, ko")
    walk_max_s: int = Field(1800, ge=60, le=7200, description="longest single walk")
    walk_speed_m_s: float = Field(1.33, ge=0.3, le=3.0)
    wheelchair: bool = Field(False, description="ways without steps and raised kerbs")
    via: list[ViaIn] = Field([], max_length=4, description="places on the way, in this order")
    interchanges_max: int = Field(7, ge=0, le=9)
    interchange_slack_s: int = Field(0, ge=0, le=1800, description="more time for every change of vehicle")
    needs: list[WayNeed] = Field([], max_length=5)
    means: list[Means] | None = Field(
        None,
        max_length=7,
        description="besides walking; all but one's own cycle and taxis if left out",
    )
    modes: list[str] = Field(
        [],
        max_length=20,
        description="kinds of public transport, such as rail or bus; all if none",
    )
    party: PartyIn = PartyIn()
    age: int | None = Field(
        None,
        ge=0,
        le=120,
        description="some devices may only be ridden from an age on; alone and under 12 one pays as a child",
    )
    device: Literal["chair", "scooter", "cart"] | None = Field(
        None, description="the kind of device that is wanted; a chair if left out"
    )
    window_s: int = Field(
        0,
        ge=0,
        le=21_600,
        description="every best departure for so many seconds from `at` on (arrive_by: arrival, before it)",
    )
    best: list[BestBy] = Field(
        [], max_length=3, description="also the best journey by each of these, though it may arrive later"
    )
    count: int = Field(
        0,
        ge=0,
        le=12,
        description="also later (arrive_by: earlier) departures until so many; with window_s no more",
    )

    @model_validator(mode="after")
    def _of_age(self) -> JourneysRequest:
        self.party = self.party.at_age(self.age)
        return self


class Line(BaseModel):
    """GeoJSON LineString, [lon, lat]."""

    type: Literal["LineString"] = "LineString"
    coordinates: list[tuple[float, float]]


class EndView(BaseModel):
    """Where a leg begins or ends."""

    name: str
    lat: float
    lon: float
    stop_id: str | None = None
    platform: str | None = None


class CallView(BaseModel):
    """A stop on the way."""

    name: str
    lat: float
    lon: float
    stop_id: str
    arrival: datetime
    departure: datetime


class OnDemandView(BaseModel):
    """A ride that its service could give when it was asked; a booking holds and promises it."""

    service_id: str
    pickup_until: datetime | None = None
    arrive_until: datetime | None = None
    start_id: str | None = Field(None, description="the service's own stop or dock where it begins")
    end_id: str | None = None
    name: str | None = None
    book_until: datetime | None = Field(None, description="one must have asked for it by then")
    phone: str | None = Field(None, description="whom to ask; such a ride is not booked here")
    url: str | None = None


class LegAlertView(BaseModel):
    """What riders of a leg are told; texts by language, `""` where the source names none."""

    id: str
    header: dict[str, str]
    text: dict[str, str] = {}
    url: dict[str, str] = {}
    cause: str = Field(description="as GTFS-Realtime names it, e.g. CONSTRUCTION")
    effect: str = Field(description="e.g. DETOUR")
    severity: str
    periods: list[tuple[datetime | None, datetime | None]] = Field(
        [], description="from, until; null: open; none: always"
    )


class PassageView(BaseModel):
    """A part of the way within a station."""

    kind: Literal["walkway", "stairs", "moving_walkway", "escalator", "lift", "fare_gate", "exit_gate"]
    duration_s: int
    distance_m: float | None = Field(None, description="null: not known")
    stairs: int = Field(0, description="steps: up is positive, down negative; 0: none, or not known")
    level: str | None = Field(None, description="the level that it leads to, where that is another one")
    sign: str | None = Field(None, description="what it is signposted as")


class LegView(BaseModel):
    """One movement by one mode."""

    mode: str
    origin: EndView = Field(serialization_alias="from")
    destination: EndView = Field(serialization_alias="to")
    departure: datetime
    arrival: datetime
    duration_s: int
    distance_m: float
    geometry: Line
    route_id: str | None = None
    route_name: str | None = None
    route_color: str | None = None
    agency_name: str | None = None
    trip_id: str | None = None
    trip_name: str | None = None
    headsign: str | None = None
    service_date: str | None = Field(None, description="the trip's own service day, YYYY-MM-DD")
    stay_seated: bool = False
    on_demand: OnDemandView | None = None
    fare: FareView | None = Field(None, description="null: a walk, or not known; 0: paid with an earlier leg")
    party_fare: FareView | None = Field(default=None, description="of all who ride; null: see the journey")
    co2_g: int | None = Field(None, description="grams of CO2 a passenger; null: not known for this mode")
    calls: list[CallView] = []
    passages: list[PassageView] = Field([], description="of a walk: what of it is within stations, in order")
    alerts: list[LegAlertView] = []
    boarding: Literal["wave", "phone", "driver"] | None = Field(
        None,
        description="wave: hail the vehicle from the roadside; phone: call `agency_phone` before; driver: "
        "arrange it with the driver; null: at a stop, as usual",
    )
    alighting: Literal["driver", "phone"] | None = Field(
        None, description="driver: tell the driver where; phone: call before; null: at a stop, as usual"
    )
    agency_phone: str | None = Field(None, description="whom to call where boarding or alighting wants it")
    occupancy: str | None = Field(
        None,
        description="how full the vehicle is now: empty, many_seats, few_seats, standing, crushed, full, …",
    )


class Merit(StrEnum):
    """What a journey can be best at."""

    EARLIEST = "earliest"  # arrives first; latest to leave, where one arrives by a time
    FASTEST = "fastest"
    CHEAPEST = "cheapest"
    LEAST_WALKING = "least_walking"
    FEWEST_CHANGES = "fewest_changes"
    GREENEST = "greenest"
    EASIEST = "easiest"  # told to riders who want few steps or changes


class JourneyView(BaseModel):
    """One way from door to door."""

    id: str
    departure: datetime
    arrival: datetime
    duration_s: int
    interchanges: int
    walk_m: float
    fare: FareView | None = Field(None, description="of all legs; null if that of any is not known")
    party_fare: PartyFareView | None = Field(
        None, description="where others than one adult ride; null: one adult rides, or not known"
    )
    co2_g: int | None = None
    best_at: list[Merit] = Field([], description="what no other journey of this answer does better")
    legs: list[LegView]


class JourneysView(BaseModel):
    """The answer: journeys, and notes where the answer needs a word."""

    journeys: list[JourneyView]
    notes: list[str] = []
    excluded: list[ExcludedView] = Field(
        default=[], description="what the stated needs leave out, each by itself"
    )
    unsearched: list[BestBy] = Field(
        default=[], description="of `best` what was given up: there are too many ways to tell which is best"
    )
