"""Every best journey of a window, with rides on demand at its ends and by way of places.

A timetable has finitely many best departures; a ride on demand can be had at any minute. So such rides are
fitted to what runs: taken as late as they still catch the vehicle, and on from where it arrives. A ride from
door to door, which is as good at any time, is asked for once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from routing.journey import Journey
from routing.query import Query
from routing.timetable.clock import ServiceClock
from routing.via import Plan, Via, plan_via

__all__ = ["late_via", "pareto", "range_via"]

_ASKED_MAX = 40
"""Questions for one window; what they found by then is the answer."""


def range_via(
    plan: Plan, clock: ServiceClock, query: Query, vias: Sequence[Via], window_s: int
) -> list[Journey]:
    """Every best journey by way of places that leaves within `window_s` of the query's time.

    If `arrive_by`, those that arrive within `window_s` before it. One question after another: each begins
    where the last answer's first departure was. Ways without a timetable are told once. Raises what `plan`
    raises.
    """
    begin = int(query.at.timestamp())
    found: list[Journey] = []
    at, free = begin, False
    for _ in range(_ASKED_MAX):
        asked = replace(query, at=query.at + timedelta(seconds=at - begin))
        journeys = late_via(plan, clock, asked, vias)
        bound = [j for j in journeys if any(leg.route_id is not None for leg in j.legs)]
        if not free:
            found += [j for j in journeys if j not in bound]
            free = True
        inside = [j for j in bound if _inside(_edge(clock, j, query), begin, window_s, query)]
        found += [j for j in inside if j not in found]
        if not inside:
            break
        edges = [_edge(clock, j, query) for j in inside]
        at = max(edges) - 1 if query.arrive_by else min(edges) + 1
    return pareto(clock, found)


def late_via(plan: Plan, clock: ServiceClock, query: Query, vias: Sequence[Via]) -> list[Journey]:
    """By way of places, each leaving as late as its arrival allows (`arrive_by`: arriving as soon as it may).

    The first search goes on as soon as it can, which may mean waiting on the way; the second comes back from
    where that led.
    """
    found = plan_via(plan, clock, query, vias)
    moved: list[Journey] = []
    for journey in found:
        edge = clock.instant(
            journey.service_date, journey.departure_s if query.arrive_by else journey.arrival_s
        )
        back = plan_via(plan, clock, replace(query, at=edge, arrive_by=not query.arrive_by), vias)
        vehicles = _vehicles(journey)
        fitting = [j for j in back if _vehicles(j) <= vehicles and _no_worse(clock, j, journey)]
        moved.append(fitting[0] if fitting else journey)
    return pareto(clock, moved)


def pareto(clock: ServiceClock, journeys: Sequence[Journey]) -> list[Journey]:
    """Those that none beats in departure, arrival and vehicles at once; the earliest departure first."""
    kept: list[tuple[int, int, int]] = []
    best: list[Journey] = []
    told = sorted(
        ((*_ends(clock, j), _vehicles(j), k) for k, j in enumerate(journeys)),
        key=lambda t: (-t[0], t[1], t[2], t[3]),
    )
    for departure, arrival, vehicles, k in told:
        if not any(d >= departure and a <= arrival and v <= vehicles for d, a, v in kept):
            kept.append((departure, arrival, vehicles))
            best.append(journeys[k])
    return best[::-1]


def _no_worse(clock: ServiceClock, one: Journey, other: Journey) -> bool:
    (leaves, arrives), (left, arrived) = _ends(clock, one), _ends(clock, other)
    return leaves >= left and arrives <= arrived


def _ends(clock: ServiceClock, journey: Journey) -> tuple[int, int]:
    origin_s = clock.origin(journey.service_date)
    return origin_s + journey.departure_s, origin_s + journey.arrival_s


def _edge(clock: ServiceClock, journey: Journey, query: Query) -> int:
    return _ends(clock, journey)[1 if query.arrive_by else 0]


def _inside(edge: int, begin: int, window_s: int, query: Query) -> bool:
    return begin - window_s < edge <= begin if query.arrive_by else begin <= edge < begin + window_s


def _vehicles(journey: Journey) -> int:
    return journey.interchanges + any(leg.mode != "walk" for leg in journey.legs)
