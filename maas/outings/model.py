"""Questions and answers about outings, as they cross the edge."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, model_validator

from maas.journeys.model import JourneyView, Means, PartyIn, Whereabouts
from maas.outings.fare_model import OutingFareView

ERRANDS_MAX = 12


class ErrandIn(BaseModel):
    """Something to do somewhere. Without hours and appointment it can be done at any time."""

    model_config = ConfigDict(extra="forbid")

    place: Whereabouts | str | None = Field(default=None, description="not needed with offer_id")
    offer_id: str | None = Field(
        default=None, max_length=60, description="a local service: its place and hours count"
    )
    name: str = Field(default="", max_length=100, description="what it is called in the answer")
    stay_s: int = Field(default=1800, ge=0, le=12 * 3600, description="how long it takes")
    at: datetime | None = Field(default=None, description="an appointment: it begins just then")
    hours: str = Field(
        default="",
        max_length=500,
        description="when it may be done, as OpenStreetMap's opening_hours: Mo-Fr 09:00-12:00,14:00-18:00",
    )


class OutingRequest(BaseModel):
    """Errands in any order, home before and after."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "home": "幕張ベイタウン・コア",
                    "leave": "2026-11-25T09:00:00+09:00",
                    "errands": [
                        {"place": "海浜幕張", "name": "郵便局", "stay_s": 900, "hours": "Mo-Fr 09:00-17:00"},
                        {
                            "place": "幕張本郷",
                            "name": "病院",
                            "stay_s": 1800,
                            "at": "2026-11-25T10:30:00+09:00",
                        },
                    ],
                }
            ]
        },
    )

    home: Whereabouts | str
    errands: list[ErrandIn] = Field(min_length=1, max_length=ERRANDS_MAX)
    leave: datetime | None = Field(default=None, description="not before; now if left out")
    home_by: datetime | None = Field(default=None, description="back by then; within 14 hours if left out")
    lang: str = Field(default="", max_length=16)
    walk_max_s: int = Field(default=1800, ge=60, le=7200)
    walk_speed_m_s: float = Field(default=1.33, ge=0.3, le=3.0)
    wheelchair: bool = False
    means: list[Means] = Field(
        default=[],
        max_length=7,
        description="besides the timetable and walking, by what they offer now; transit is always counted. "
        "bicycle: one's own, along all the way or left at home, whichever is home sooner",
    )
    interchanges_max: int = Field(default=7, ge=0, le=9)
    party: PartyIn = PartyIn()
    age: int | None = Field(
        default=None, ge=0, le=120, description="as in /v1/journeys: alone and under 12 one pays as a child"
    )

    @model_validator(mode="after")
    def _of_age(self) -> OutingRequest:
        self.party = self.party.at_age(self.age)
        return self


class ErrandView(BaseModel):
    """One errand as it is done."""

    errand: int = Field(description="its place in the question, from 0")
    name: str
    lat: float
    lon: float
    arrival: datetime
    begin: datetime
    end: datetime


class OwnCycle(StrEnum):
    """Where one's own cycle is during an outing."""

    ALONG = "along"  # ridden to every errand, taken on the vehicles that take it, home at the end
    AT_HOME = "at_home"  # without it one is home sooner


class PlanView(BaseModel):
    """An outing that works: a journey before each errand, and one home."""

    leave: datetime
    home: datetime
    stops: list[ErrandView]
    journeys: list[JourneyView | None] = Field(
        description="the way to each errand in the order of `stops`, and home, each with its own fares as "
        "/v1/journeys tells them; null: already there"
    )
    travel_s: int
    fare: OutingFareView | None = Field(
        default=None, description="of the whole outing and all who ride; null: that of some ride is not known"
    )
    bicycle: OwnCycle | None = Field(default=None, description="null: not among the means that were asked")
    best: bool = Field(
        description="no other order is home sooner; false: none was found in the time there was, or among "
        "those that rides on demand were asked for"
    )


class WhyNotCode(StrEnum):
    """Why an outing is not possible."""

    UNREACHABLE = "unreachable"  # no way leads there, or home from there
    CLOSED = "closed"  # it cannot be done between leaving and being home
    TOO_LATE = "too_late"  # even if one goes there first
    HOME_LATE = "home_late"  # all can be done, but not by `home_by`
    TOGETHER = "together"  # each can be done, but not all of them


class WhyNot(BaseModel):
    """One reason."""

    code: WhyNotCode
    errand: int | None = None
    soonest: datetime | None = Field(default=None, description="when one could be there")
    latest: datetime | None = Field(default=None, description="when one would have to be")
    text: str


class ChangeKind(StrEnum):
    """What would have to be different."""

    LEAVE_OUT = "leave_out"
    MOVE = "move"
    HOME_LATER = "home_later"


class NearbyOuting(BaseModel):
    """An outing that comes near to what was asked."""

    kind: ChangeKind
    left_out: list[int] = []
    errand: int | None = Field(default=None, description="the one that is moved")
    begin: datetime | None = Field(default=None, description="when it would begin")
    text: str
    plan: PlanView


class OutingView(BaseModel):
    """The answer: a plan, or why there is none and what comes nearest."""

    plan: PlanView | None
    reasons: list[WhyNot] = []
    nearest: list[NearbyOuting] = []
