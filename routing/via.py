"""Journeys by way of places: each section planned when the one before it ends, with a stay between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from routing.journey import Call, Journey
from routing.query import Point, Query
from routing.timetable.clock import ServiceClock

__all__ = ["Plan", "Via", "plan_via"]

Plan = Callable[[Query], list[Journey]]
_KEPT = 4
"""Ways up to a place that are carried on from there."""


@dataclass(frozen=True, slots=True)
class Via:
    """A place on the way, and how long one stays there."""

    point: Point
    stay_s: int = 0


@dataclass(frozen=True, slots=True)
class _Way:
    """Sections so far, in the order of travel; instants are POSIX seconds."""

    sections: tuple[Journey, ...]
    departure_at_s: int
    arrival_at_s: int

    @property
    def vehicles(self) -> int:
        return sum(j.interchanges + any(leg.mode != "walk" for leg in j.legs) for j in self.sections)


def plan_via(plan: Plan, clock: ServiceClock, query: Query, vias: Sequence[Via]) -> list[Journey]:
    """Journeys from origin to destination that stay at each of `vias` in turn.

    None of them is beaten in both its ends and its vehicles by another. Raises what `plan` raises for a
    section that cannot be asked; an empty list if there is no way.
    """
    stops = [Via(query.origin), *vias, Via(query.destination)]
    sections = [(a.point, b.point) for a, b in pairwise(stops)]
    stays = [via.stay_s for via in vias]
    if query.arrive_by:
        sections.reverse()
        stays.reverse()
    ways = _section(plan, clock, query, sections[0], query.at.timestamp())
    for ends, stay_s in zip(sections[1:], stays, strict=True):
        further: list[_Way] = []
        for way in ways:
            at = way.departure_at_s - stay_s if query.arrive_by else way.arrival_at_s + stay_s
            more = _section(plan, clock, query, ends, at)
            further += [_joined(m, way) if query.arrive_by else _joined(way, m) for m in more]
        ways = _best(further, arrive_by=query.arrive_by)
    return [_journey(way, clock) for way in ways]


def _section(
    plan: Plan, clock: ServiceClock, query: Query, ends: tuple[Point, Point], at_s: float
) -> list[_Way]:
    at = query.at + timedelta(seconds=at_s - query.at.timestamp())
    found = plan(replace(query, origin=ends[0], destination=ends[1], at=at))
    ways = [_Way((j,), *_edges(j, clock)) for j in found]
    return _best(ways, arrive_by=query.arrive_by)


def _edges(journey: Journey, clock: ServiceClock) -> tuple[int, int]:
    origin_s = clock.origin(journey.service_date)
    return origin_s + journey.departure_s, origin_s + journey.arrival_s


def _joined(before: _Way, after: _Way) -> _Way:
    return _Way((*before.sections, *after.sections), before.departure_at_s, after.arrival_at_s)


def _best(ways: list[_Way], *, arrive_by: bool) -> list[_Way]:
    """Those that no other is better than at both ends and in vehicles; the soonest (or latest) first."""
    order = sorted(
        ways,
        key=lambda w: (-w.departure_at_s if arrive_by else w.arrival_at_s, w.vehicles, -w.departure_at_s),
    )
    kept: list[_Way] = []
    for way in order:
        if not any(
            k.departure_at_s >= way.departure_at_s
            and k.arrival_at_s <= way.arrival_at_s
            and k.vehicles <= way.vehicles
            for k in kept
        ):
            kept.append(way)
    return kept[:_KEPT]


def _journey(way: _Way, clock: ServiceClock) -> Journey:
    day = way.sections[0].service_date
    legs = tuple(
        leg if not shift else leg._replace(
            departure_s=leg.departure_s + shift,
            arrival_s=leg.arrival_s + shift,
            calls=tuple(
                Call(c.stop, c.arrival_s + shift, c.departure_s + shift)
                for c in leg.calls
            ),
        )
        for section in way.sections
        for shift in [_shift(section.service_date, day, clock)]
        for leg in section.legs
    )  # fmt: skip
    return Journey(
        day,
        legs[0].departure_s,
        legs[-1].arrival_s,
        max(0, way.vehicles - 1),
        sum(section.walk_m for section in way.sections),
        legs,
    )


def _shift(own: date, day: date, clock: ServiceClock) -> int:
    """Seconds to add to times of one service day to have them on another's scale."""
    return clock.origin(own) - clock.origin(day)
