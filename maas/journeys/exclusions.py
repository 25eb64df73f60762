"""Why a stated need leaves out a better journey: each need taken away by itself, to see what it costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal
from zoneinfo import ZoneInfo

from maas.area.open import Area
from maas.journeys.model import ExcludedView, NeedName
from routing.journey import Journey
from routing.network import Network
from routing.planner import PlanError
from routing.query import DEFAULT_WALK_SPEED_M_S, Profile, Query

__all__ = ["excluded"]

_WORTH_S = 180
"""So much sooner a journey must be to be worth a word."""
_WALK_S, _INTERCHANGES = 1800, 7
_NO = 2
Reason = Literal["vehicle", "stop", "streets", "limit"]


def excluded(area: Area, query: Query, found: Sequence[Journey]) -> list[ExcludedView]:
    """For every stated need without which one would be there sooner (leave later): by how much, and why."""
    told: list[ExcludedView] = []
    zone = ZoneInfo(area.manifest.timezone)
    clock = area.planner.network.clock
    mine = _best(area, query, found)
    for need, relaxed in _relaxed(query):
        try:
            other = area.planner.soonest(replace(relaxed, walk_alone=False))
        except PlanError:
            continue
        best = _best(area, query, [] if other is None else [other])
        if best is None or not _worth(query, best, mine):
            continue
        journey = best[1]
        told.append(
            ExcludedView(
                need=need,
                reason=_reason(area.planner.network, query, need, journey),
                departure=clock.instant(journey.service_date, journey.departure_s).astimezone(zone),
                arrival=clock.instant(journey.service_date, journey.arrival_s).astimezone(zone),
                sooner_s=None if mine is None else abs(best[0] - mine[0]),
                lines=[leg.route_name for leg in journey.legs if leg.route_id is not None],
            )
        )
    return told


def _relaxed(query: Query) -> Iterator[tuple[NeedName, Query]]:
    """Each stated need, and the question without it."""
    plain = replace(query, profile=Profile.WALK, walk_speed_m_s=max(query.walk_speed_m_s, 1.0))
    named = {
        Profile.WHEELCHAIR: NeedName.WHEELCHAIR, Profile.PRAM: NeedName.PRAM,
        Profile.EASY: NeedName.FEW_STEPS,
    }  # fmt: skip
    if query.bicycle:
        yield NeedName.BICYCLE, replace(plain, bicycle=False, walk_speed_m_s=DEFAULT_WALK_SPEED_M_S)
    elif query.profile in named:
        yield named[query.profile], plain
    if query.modes:
        yield NeedName.MODES, replace(query, modes=frozenset())
    if query.walk_s_max < _WALK_S:
        yield NeedName.WALK_MAX, replace(query, walk_s_max=_WALK_S)
    if query.interchanges_max < _INTERCHANGES:
        yield NeedName.INTERCHANGES_MAX, replace(query, interchanges_max=_INTERCHANGES)
    if query.interchange_slack_s > 0:
        yield NeedName.INTERCHANGE_SLACK, replace(query, interchange_slack_s=0)


def _best(area: Area, query: Query, journeys: Sequence[Journey]) -> tuple[int, Journey] | None:
    """The soonest there (the last to leave, if `arrive_by`), and when, in POSIX seconds."""
    clock = area.planner.network.clock
    seconds = [j.departure_s if query.arrive_by else j.arrival_s for j in journeys]
    ends = [(clock.origin(j.service_date) + s, j) for s, j in zip(seconds, journeys, strict=True)]
    if not ends:
        return None
    pick = max if query.arrive_by else min
    return pick(ends, key=lambda end: end[0])


def _worth(query: Query, best: tuple[int, Journey], mine: tuple[int, Journey] | None) -> bool:
    """Whether the other is so much better that a rider would want to know."""
    if mine is None:
        return True
    return (best[0] - mine[0] if query.arrive_by else mine[0] - best[0]) >= _WORTH_S


def _reason(network: Network, query: Query, need: NeedName, journey: Journey) -> Reason:
    """What of the better journey does not fit: vehicle, stop, streets, or the limit itself."""
    if need not in (NeedName.WHEELCHAIR, NeedName.PRAM, NeedName.FEW_STEPS, NeedName.BICYCLE):
        return "limit"
    schedule = network.schedule
    for leg in journey.legs:
        trip = network.trip_index.get(leg.trip_id or "")
        if trip is None:
            continue
        if query.bicycle and int(schedule.trips.bikes[trip]) != 1:
            return "vehicle"
        if query.profile is Profile.WHEELCHAIR and int(schedule.trips.wheelchair[trip]) == _NO:
            return "vehicle"
        for end in (leg.start, leg.end):
            stop = network.stop_index.get(end.stop_id or "")
            closed = stop is not None and int(schedule.stops.wheelchair[stop]) == _NO
            if query.profile is Profile.WHEELCHAIR and closed:
                return "stop"
    return "streets"
