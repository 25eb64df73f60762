"""Is a journey that was planned earlier still good? If not, how one gets on from where it breaks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from maas.area.open import Area
from maas.errors import BadRequest
from maas.journeys.model import JourneysRequest, JourneyView, Latitude, Longitude, PartyIn
from maas.journeys.riders import check_categories
from maas.journeys.service import CannotPlan, plan
from routing.recheck import State, Stated, change_s, recheck

__all__ = ["CheckRequest", "CheckView", "check"]

_LATE_S = 60


class EndIn(BaseModel):
    """Where a leg begins or ends, as /v1/journeys told it."""

    model_config = ConfigDict(extra="ignore")

    name: str = ""
    lat: Latitude
    lon: Longitude
    stop_id: str | None = None


class LegIn(BaseModel):
    """A leg, as /v1/journeys told it; what is not needed is not looked at."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    mode: str
    origin: EndIn = Field(alias="from")
    destination: EndIn = Field(alias="to")
    departure: datetime
    arrival: datetime
    trip_id: str | None = None
    service_date: date | None = None
    stay_seated: bool = False


class CheckRequest(BaseModel):
    """A journey of an earlier answer, whole or its legs alone."""

    model_config = ConfigDict(extra="ignore")

    legs: list[LegIn] = Field(min_length=1, max_length=40)
    repair: bool = Field(default=True, description="if it is broken, also find ways on from there")
    wheelchair: bool = False
    party: PartyIn = Field(default=PartyIn(), description="for whom the fares of the repair are told")
    age: int | None = Field(default=None, ge=0, le=120)
    lang: str = Field(default="", max_length=16)


class LegState(StrEnum):
    """What became of a leg."""

    GOOD = "good"
    LATE = "late"
    CANCELLED = "cancelled"
    LEFT_OUT = "left_out"
    MISSED = "missed"
    UNKNOWN = "unknown"


class CheckedLeg(BaseModel):
    """A leg as it is now."""

    state: LegState
    departure: datetime
    arrival: datetime
    delay_s: int = Field(description="later there than planned; negative if sooner")


class CheckView(BaseModel):
    """Whether the journey can still be made, and what to do if not."""

    still_good: bool
    arrival: datetime | None = Field(description="at the end, as things are; null if it is broken")
    legs: list[CheckedLeg]
    broken_leg: int | None = Field(default=None, description="the first that cannot be made")
    repair: list[JourneyView] = Field(default=[], description="from where it breaks to the destination")


def check(area: Area, request: CheckRequest, now: datetime) -> CheckView:
    """Look at every leg in turn. Raises BadRequest."""
    zone = ZoneInfo(area.manifest.timezone)
    check_categories(area, request.party)
    if any(instant.tzinfo is None for leg in request.legs for instant in (leg.departure, leg.arrival)):
        raise BadRequest("legs: times need an offset, as /v1/journeys gives them")
    checked: list[CheckedLeg] = []
    ready = int(request.legs[0].departure.timestamp())
    for k, leg in enumerate(request.legs):
        if k and leg.trip_id and request.legs[k - 1].trip_id and not leg.stay_seated:
            ready += change_s(area.planner.network, leg.origin.stop_id or "", leg.departure.date())
        checked.append(_checked(area, leg, ready, zone))
        if checked[-1].state not in (LegState.GOOD, LegState.LATE):
            repair = _repaired(area, request, checked, now) if request.repair else []
            return CheckView(still_good=False, arrival=None, legs=checked, broken_leg=k, repair=repair)
        ready = int(checked[-1].arrival.timestamp())
    return CheckView(still_good=True, arrival=checked[-1].arrival, legs=checked)


def _checked(area: Area, leg: LegIn, ready_s: int, zone: ZoneInfo) -> CheckedLeg:
    departs, arrives = int(leg.departure.timestamp()), int(leg.arrival.timestamp())
    if leg.trip_id is None:  # a walk, or a ride that its own service promises: it begins when one is there
        begin = max(departs, ready_s)
        state = LegState.GOOD if begin - departs < _LATE_S else LegState.LATE
        return _leg(state, begin, begin + arrives - departs, arrives, zone)
    if leg.service_date is None or leg.origin.stop_id is None or leg.destination.stop_id is None:
        return _leg(LegState.UNKNOWN, departs, arrives, arrives, zone)
    ride = Stated(
        leg.trip_id, leg.service_date, leg.origin.stop_id, leg.destination.stop_id, departs, arrives
    )  # fmt: skip
    found = recheck(area.planner.network, ride, ready_s)
    state = LegState(found.state.value)
    if found.state is State.GOOD and found.arrival_at_s - arrives >= _LATE_S:
        state = LegState.LATE
    return _leg(state, found.departure_at_s, found.arrival_at_s, arrives, zone)


def _leg(state: LegState, departs: int, arrives: int, planned: int, zone: ZoneInfo) -> CheckedLeg:
    return CheckedLeg(
        state=state,
        departure=datetime.fromtimestamp(departs, zone),
        arrival=datetime.fromtimestamp(arrives, zone),
        delay_s=arrives - planned,
    )


def _repaired(
    area: Area, request: CheckRequest, checked: Sequence[CheckedLeg], now: datetime
) -> list[JourneyView]:
    """Ways on by timetable from where the journey breaks; a walk to the ride that fails is not walked."""
    begin = len(checked) - 1
    while begin and request.legs[begin - 1].trip_id is None:
        begin -= 1
    at = checked[begin - 1].arrival if begin else request.legs[0].departure
    question = JourneysRequest.model_validate(
        {
            "from": _where(request.legs[begin].origin), "to": _where(request.legs[-1].destination),
            "at": max(at, now), "wheelchair": request.wheelchair, "lang": request.lang, "count": 3,
            "means": ["transit"], "party": request.party, "age": request.age,
        }
    )  # fmt: skip
    try:
        return plan(area, question, now).journeys
    except CannotPlan:
        return []


def _where(end: EndIn) -> dict[str, object]:
    return {"stop_id": end.stop_id} if end.stop_id else {"lat": end.lat, "lon": end.lon, "name": end.name}
