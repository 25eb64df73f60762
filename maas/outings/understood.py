"""A question about an outing, understood: places, spans of time, travel times by timetable and on foot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from maas.area.open import Area
from maas.errors import BadRequest
from maas.journeys.riders import riders_of
from maas.journeys.service import CannotPlan, resolve
from maas.outings.fares import CapsOf, no_caps
from maas.outings.model import ErrandIn, OutingRequest
from maas.services.hours import HoursError, parse_hours
from maas.services.model import Offer
from routing.fares import Riders
from routing.journey import Journey
from routing.outing import Errand, Outing, Rows
from routing.planner import PlanError
from routing.query import Point, Profile, Query
from routing.reachable import NOWHERE, Goals
from routing.street.profiles import SPEED_M_S

__all__ = ["JOURNEY_S_MAX", "Asked", "Offers", "understood"]

Offers = Callable[[str], Offer]
"""The local service of an id; raises what the catalogue raises."""

JOURNEY_S_MAX = 4 * 3600
"""Longer ways between two errands are no part of an outing."""
_SPAN = timedelta(hours=14)
_SPAN_MAX = timedelta(hours=36)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, understood: place 0 is home, place k the k-th errand from 1."""

    area: Area
    request: OutingRequest
    zone: ZoneInfo
    places: tuple[Point, ...]
    names: tuple[str, ...]
    outing: Outing
    rows: Rows  # by timetable and on foot
    needs: Query  # how one moves; its ends and time mean nothing
    riders: Riders | None  # None: one adult
    caps: CapsOf

    def at(self, instant_s: int) -> datetime:
        """An instant on the area's clock."""
        return datetime.fromtimestamp(instant_s, self.zone)

    def query(self, a: int, b: int, at_s: int) -> Query:
        """From one place to another, leaving at an instant or later."""
        return replace(self.needs, origin=self.places[a], destination=self.places[b], at=self.at(at_s))

    def apart(self, a: int, b: int) -> bool:
        """Whether there is any way to go between two places."""
        start, end = self.places[a], self.places[b]
        return (start.lat, start.lon) != (end.lat, end.lon)

    def edges(self, journey: Journey) -> tuple[int, int]:
        """Departure and arrival as instants."""
        origin_s = self.area.planner.network.clock.origin(journey.service_date)
        return origin_s + journey.departure_s, origin_s + journey.arrival_s

    def clock(self, instant_s: int) -> str:
        """The same for a sentence."""
        return f"{self.at(instant_s):%H:%M}"


def understood(
    area: Area,
    request: OutingRequest,
    now: datetime,
    offers: Offers | None,
    caps: CapsOf = no_caps,
    *,
    bicycle: bool = False,
) -> Asked:
    """Places and times found; with one's own `bicycle` along. Raises BadRequest, UnknownPlace, CannotPlan."""
    who = riders_of(area, request.party)
    zone = ZoneInfo(area.manifest.timezone)
    leave = _local(request.leave or now, zone)
    home_by = _local(request.home_by or leave + _SPAN, zone)
    if not timedelta(0) < home_by - leave <= _SPAN_MAX:
        raise BadRequest("home_by must be after leave, by at most 36 hours")
    home = resolve(area, request.home, request.lang, "home")
    places, names, errands = [home], [home.name], []
    for k, one in enumerate(request.errands):
        point, name, hours = _where(area, one, k, request.lang, offers)
        places.append(point)
        names.append(name)
        errands.append(Errand(one.stay_s, _begins(one, hours, k, leave, home_by, zone)))
    query = Query(
        home, home, leave,
        profile=Profile.CYCLE if bicycle else Profile.WHEELCHAIR if request.wheelchair else Profile.WALK,
        walk_speed_m_s=SPEED_M_S[Profile.CYCLE] if bicycle else request.walk_speed_m_s,
        walk_s_max=request.walk_max_s, interchanges_max=request.interchanges_max, lang=request.lang,
        bicycle=bicycle,
    )  # fmt: skip
    try:
        for place in places:
            area.planner.check(replace(query, origin=place, destination=place), leave.date())
        goals = Goals(area.planner, query, places)
    except PlanError as error:
        raise CannotPlan(str(error)) from error

    def ask(place: int, at_s: int) -> list[int | None]:
        row = goals.row(places[place], datetime.fromtimestamp(at_s, zone), JOURNEY_S_MAX)
        return [None if s == NOWHERE else at_s + s for s in row.tolist()]

    outing = Outing(tuple(errands), int(leave.timestamp()), int(home_by.timestamp()))
    return Asked(area, request, zone, tuple(places), tuple(names), outing, Rows(ask), query, who, caps)


def _local(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.replace(tzinfo=zone) if instant.tzinfo is None else instant.astimezone(zone)


def _where(area: Area, one: ErrandIn, k: int, lang: str, offers: Offers | None) -> tuple[Point, str, str]:
    """Place, name and opening hours of an errand."""
    if one.offer_id is not None:
        if offers is None:
            raise BadRequest(f"errands.{k}.offer_id: this server has no local services; give a place")
        offer = offers(one.offer_id)
        if offer.position is None:
            raise BadRequest(f"errands.{k}.offer_id: {one.offer_id!r} has no place; it comes to you")
        name = one.name or str(getattr(offer.name, lang[:2], "") or offer.name.ja)
        return Point(*offer.position, name), name, one.hours or offer.hours
    if one.place is None:
        raise BadRequest(f"errands.{k}: give a place or an offer_id")
    point = resolve(area, one.place, lang, f"errands.{k}.place")
    return point, one.name or point.name, one.hours


def _begins(
    one: ErrandIn, hours: str, k: int, leave: datetime, home_by: datetime, zone: ZoneInfo
) -> tuple[tuple[int, int], ...]:
    """When it may begin: at the appointment, or so that it ends while it is open."""
    if one.at is not None:
        at = int(_local(one.at, zone).timestamp())
        return ((at, at),)
    if not hours:
        return ()
    try:
        opening = parse_hours(hours)
    except HoursError as error:
        raise BadRequest(f"errands.{k}.hours: {error}") from error
    spans: list[tuple[int, int]] = []
    day = leave.date() - timedelta(days=1)
    while day <= home_by.date():
        for opens, closes in opening.opened(day, zone):
            last = int(closes.timestamp()) - one.stay_s
            if last >= int(opens.timestamp()) and closes > leave:
                spans.append((int(opens.timestamp()), last))
        day += timedelta(days=1)
    never = int(leave.timestamp()) - 1  # closed all the time: a span that is over
    return tuple(sorted(spans)) or ((never, never),)
