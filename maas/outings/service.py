"""From a question about errands to a plan with journeys, or to what comes nearest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from maas.area.open import Area
from maas.errors import BadRequest
from maas.journeys.model import JourneyView
from maas.journeys.service import CannotPlan, resolve
from maas.journeys.views import journey_view
from maas.outings.model import (
    ChangeKind,
    ErrandIn,
    ErrandView,
    NearbyOuting,
    OutingRequest,
    OutingView,
    PlanView,
    WhyNot,
    WhyNotCode,
)
from maas.services.hours import HoursError, parse_hours
from maas.services.model import Offer
from routing.journey import Journey
from routing.outing import Errand, Outing, Rows, Solution, best, follow, nearest
from routing.planner import PlanError
from routing.query import Point, Profile, Query
from routing.reachable import NOWHERE, Goals

__all__ = ["Offers", "plan_outing", "told"]

Offers = Callable[[str], Offer]
"""The local service of an id; raises what the catalogue raises."""

_SPAN = timedelta(hours=14)
_SPAN_MAX = timedelta(hours=36)
_JOURNEY_S_MAX = 4 * 3600
"""Longer ways between two errands are no part of an outing."""
_WAIT_S = 120
"""Who would wait longer than this before an errand leaves later instead."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question, understood: place 0 is home, place k the k-th errand from 1."""

    area: Area
    request: OutingRequest
    zone: ZoneInfo
    places: tuple[Point, ...]
    names: tuple[str, ...]
    outing: Outing
    rows: Rows

    def at(self, instant_s: int) -> datetime:
        """An instant on the area's clock."""
        return datetime.fromtimestamp(instant_s, self.zone)

    def clock(self, instant_s: int) -> str:
        """The same for a sentence."""
        return f"{self.at(instant_s):%H:%M}"


def plan_outing(
    area: Area, request: OutingRequest, now: datetime, offers: Offers | None = None
) -> OutingView:
    """The best order, or why there is none. Raises BadRequest, UnknownPlace, CannotPlan."""
    asked = _understood(area, request, now, offers)
    found = best(asked.outing, asked.rows)
    if found is not None:
        return OutingView(plan=_plan(asked, found))
    return _instead(asked)


def _understood(area: Area, request: OutingRequest, now: datetime, offers: Offers | None) -> _Asked:
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
        profile=Profile.WHEELCHAIR if request.wheelchair else Profile.WALK,
        walk_speed_m_s=request.walk_speed_m_s, walk_s_max=request.walk_max_s,
        interchanges_max=request.interchanges_max, lang=request.lang,
    )  # fmt: skip
    try:
        for place in places:
            area.planner.check(replace(query, origin=place, destination=place), leave.date())
        goals = Goals(area.planner, query, places)
    except PlanError as error:
        raise CannotPlan(str(error)) from error

    def ask(place: int, at_s: int) -> list[int | None]:
        row = goals.row(places[place], datetime.fromtimestamp(at_s, zone), _JOURNEY_S_MAX)
        return [None if s == NOWHERE else at_s + s for s in row.tolist()]

    outing = Outing(tuple(errands), int(leave.timestamp()), int(home_by.timestamp()))
    return _Asked(area, request, zone, tuple(places), tuple(names), outing, Rows(ask))


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


# Answers --------------------------------------------------------------------------------------------------


def _plan(asked: _Asked, solution: Solution) -> PlanView:
    visits = solution.way.visits
    ready_s, place = asked.outing.leave_s, 0
    journeys: list[JourneyView | None] = []
    stops = []
    for visit in visits:
        journey = _journey(asked, place, visit.errand, ready_s, visit.begin_s)
        arrival = asked.at(ready_s) if journey is None else journey.arrival
        journeys.append(journey)
        point = asked.places[visit.errand]
        stops.append(
            ErrandView(
                errand=visit.errand - 1, name=asked.names[visit.errand], lat=point.lat, lon=point.lon,
                arrival=arrival, begin=asked.at(visit.begin_s), end=asked.at(visit.end_s),
            )
        )  # fmt: skip
        ready_s, place = visit.end_s, visit.errand
    journeys.append(_journey(asked, place, 0, ready_s, None))
    taken = [journey for journey in journeys if journey is not None]
    first, last = journeys[0], journeys[-1]
    return PlanView(
        leave=first.departure if first is not None else asked.at(asked.outing.leave_s),
        home=last.arrival if last is not None else asked.at(ready_s),
        stops=stops,
        journeys=journeys,
        travel_s=sum(journey.duration_s for journey in taken),
        best=solution.proved,
    )


def _journey(asked: _Asked, a: int, b: int, ready_s: int, by_s: int | None) -> JourneyView | None:
    """The way from one place to another: the soonest there, or if that means waiting the latest in time."""
    start, end = asked.places[a], asked.places[b]
    if (start.lat, start.lon) == (end.lat, end.lon):
        return None
    request, planner = asked.request, asked.area.planner
    query = Query(
        start, end, asked.at(ready_s),
        profile=Profile.WHEELCHAIR if request.wheelchair else Profile.WALK,
        walk_speed_m_s=request.walk_speed_m_s, walk_s_max=request.walk_max_s,
        interchanges_max=request.interchanges_max, lang=request.lang,
    )  # fmt: skip

    def edges(journey: Journey) -> tuple[int, int]:
        origin_s = planner.network.clock.origin(journey.service_date)
        return origin_s + journey.departure_s, origin_s + journey.arrival_s

    chosen = planner.soonest(query)
    assert chosen is not None, "the order was made of ways that there are"
    if by_s is not None and by_s - edges(chosen)[1] > _WAIT_S:
        later = planner.plan(replace(query, at=asked.at(by_s), arrive_by=True))
        in_time = [j for j in later if edges(j)[0] >= ready_s and edges(j)[1] <= by_s]
        chosen = max(in_time, key=lambda j: (edges(j)[0], -j.interchanges), default=chosen)
    return journey_view(asked.area, chosen, asked.zone)


def _instead(asked: _Asked) -> OutingView:
    near = nearest(asked.outing, asked.rows)
    reasons = [_alone(asked, k) for k in near.alone]
    if not reasons:
        reasons = [_together(asked, near.later)]
    options: list[NearbyOuting] = []
    if near.moved is not None:
        k, at_s = near.moved.errand, near.moved.begin_s
        options.append(
            NearbyOuting(
                kind=ChangeKind.MOVE, errand=k - 1, begin=asked.at(at_s),
                text=f"{asked.names[k]} at {asked.clock(at_s)}", plan=_plan(asked, near.moved.solution),
            )
        )  # fmt: skip
    if near.later is not None:
        home_s = near.later.way.home_s
        options.append(
            NearbyOuting(
                kind=ChangeKind.HOME_LATER, text=f"home at {asked.clock(home_s)}",
                plan=_plan(asked, near.later),
            )
        )  # fmt: skip
    if near.fewer is not None:
        done = {visit.errand for visit in near.fewer.way.visits}
        out = [k for k in range(1, len(asked.places)) if k not in done]
        options.append(
            NearbyOuting(
                kind=ChangeKind.LEAVE_OUT, left_out=[k - 1 for k in out],
                text="without " + ", ".join(asked.names[k] for k in out), plan=_plan(asked, near.fewer),
            )
        )  # fmt: skip
    return OutingView(plan=None, reasons=reasons, nearest=options)


def _alone(asked: _Asked, k: int) -> WhyNot:
    """Why an errand is impossible even if it were the only one."""
    outing, name = asked.outing, asked.names[k]
    errand = outing.errands[k - 1]
    arrival = asked.rows.row(0, outing.leave_s)[k]
    ends = [last for first, last in errand.begins if last >= outing.leave_s and first <= outing.home_by_s]
    if errand.begins and not ends:
        return WhyNot(
            code=WhyNotCode.CLOSED, errand=k - 1, text=f"{name} is not open between leaving and being home"
        )
    if arrival is None:
        return WhyNot(code=WhyNotCode.UNREACHABLE, errand=k - 1, text=f"No way leads to {name}")
    begin = errand.begin_from(arrival)
    if begin is None:
        return WhyNot(
            code=WhyNotCode.TOO_LATE, errand=k - 1, soonest=asked.at(arrival), latest=asked.at(max(ends)),
            text=f"{name} must begin by {asked.clock(max(ends))}, but one is there at {asked.clock(arrival)} "
            "at the soonest",
        )  # fmt: skip
    late = follow(replace(outing, home_by_s=outing.home_by_s + 86_400), asked.rows, [k])
    if late is None:
        return WhyNot(code=WhyNotCode.UNREACHABLE, errand=k - 1, text=f"No way leads home from {name}")
    return WhyNot(
        code=WhyNotCode.HOME_LATE, errand=k - 1, soonest=asked.at(late.home_s),
        latest=asked.at(outing.home_by_s),
        text=f"With {name} alone one is home at {asked.clock(late.home_s)} at the soonest",
    )  # fmt: skip


def _together(asked: _Asked, later: Solution | None) -> WhyNot:
    if later is None:
        return WhyNot(
            code=WhyNotCode.TOGETHER,
            text="Each errand can be done by itself, but in no order all of them",
        )
    return WhyNot(
        code=WhyNotCode.HOME_LATE,
        soonest=asked.at(later.way.home_s),
        latest=asked.at(asked.outing.home_by_s),
        text=f"All can be done, but one is home at {asked.clock(later.way.home_s)} at the soonest",
    )


def told(answer: OutingView) -> Sequence[str]:
    """The answer as lines for a terminal."""
    if answer.plan is not None:
        return _lines(answer.plan)
    lines = [f"not possible: {reason.text}" for reason in answer.reasons]
    for option in answer.nearest:
        lines += [f"possible {option.text}:", *(f"  {line}" for line in _lines(option.plan))]
    return lines


def _lines(plan: PlanView) -> list[str]:
    lines = [f"{plan.leave:%H:%M}  leave"]
    lines += [f"{stop.begin:%H:%M}–{stop.end:%H:%M}  {stop.name}" for stop in plan.stops]
    return [*lines, f"{plan.home:%H:%M}  home again, {plan.travel_s // 60} min on the way"]
