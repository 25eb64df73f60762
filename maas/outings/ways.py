"""The journeys between errands, and the plan that they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from maas.journeys.model import JourneyView
from maas.journeys.views import journey_view
from maas.outings.fares import outing_fare
from maas.outings.model import ErrandView, PlanView
from maas.outings.understood import Asked
from routing.fares import Riders
from routing.journey import Journey
from routing.outing import Solution, Visit

__all__ = ["WAIT_S", "by_timetable", "latest_in_time", "plan_view"]

WAIT_S = 120
"""Who would wait longer than this before an errand leaves later instead."""


def by_timetable(asked: Asked, solution: Solution) -> PlanView:
    """What was found, with its journeys: by timetable and on foot."""
    ready_s, place = asked.outing.leave_s, 0
    journeys: list[Journey | None] = []
    for visit in solution.way.visits:
        journeys.append(_journey(asked, place, visit.errand, ready_s, visit.begin_s))
        ready_s, place = visit.end_s, visit.errand
    journeys.append(_journey(asked, place, 0, ready_s, None))
    return plan_view(asked, solution.way.visits, journeys, best=solution.proved)


def plan_view(
    asked: Asked, visits: Sequence[Visit], journeys: Sequence[Journey | None], *, best: bool
) -> PlanView:
    """Visits in their order, the journey to each and the one home; None: already there."""
    views: list[JourneyView | None] = [
        None if journey is None else journey_view(asked.area, journey, asked.zone, asked.riders)
        for journey in journeys
    ]
    ready_s = asked.outing.leave_s
    stops = []
    for visit, view in zip(visits, views, strict=False):
        point = asked.places[visit.errand]
        stops.append(
            ErrandView(
                errand=visit.errand - 1, name=asked.names[visit.errand], lat=point.lat, lon=point.lon,
                arrival=asked.at(ready_s) if view is None else view.arrival,
                begin=asked.at(visit.begin_s), end=asked.at(visit.end_s),
            )
        )  # fmt: skip
        ready_s = visit.end_s
    first, last = views[0], views[-1]
    return PlanView(
        leave=first.departure if first is not None else asked.at(asked.outing.leave_s),
        home=last.arrival if last is not None else asked.at(ready_s),
        stops=stops,
        journeys=views,
        travel_s=sum(view.duration_s for view in views if view is not None),
        fare=outing_fare(asked.area, journeys, asked.riders or Riders(), asked.zone, asked.caps),
        best=best,
    )


def _journey(asked: Asked, a: int, b: int, ready_s: int, by_s: int | None) -> Journey | None:
    """The way from one place to another: the soonest there, or if that means waiting the latest in time."""
    if not asked.apart(a, b):
        return None
    planner, query = asked.area.planner, asked.query(a, b, ready_s)
    soonest = planner.soonest(query)
    assert soonest is not None, "the order was made of ways that there are"
    if by_s is None or by_s - asked.edges(soonest)[1] <= WAIT_S:
        return soonest
    later = planner.plan(replace(query, at=asked.at(by_s), arrive_by=True))
    return latest_in_time(asked, later, ready_s, by_s) or soonest


def latest_in_time(asked: Asked, journeys: Sequence[Journey], ready_s: int, by_s: int) -> Journey | None:
    """Of journeys that fit between two instants the one that leaves last."""
    fitting = [j for j in journeys if asked.edges(j)[0] >= ready_s and asked.edges(j)[1] <= by_s]
    return max(fitting, key=lambda j: (asked.edges(j)[0], -j.interchanges), default=None)
