"""Outings with rides on demand.

An order is found by the timetable's travel times and by the rides that were really offered when they were
asked for: each from door to door, as long at any time of the day. The order is then followed, every journey
planned for its own time with whoever offers rides; where one is later or sooner than was thought, that is
learnt, and orders are compared again. What is told is what was followed. The best order by timetable is
followed, too, so that nobody is home later for having asked for more means.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from maas.journeys.reach_rides import take_offers
from maas.outings.model import PlanView
from maas.outings.understood import JOURNEY_S_MAX, Asked
from maas.outings.ways import WAIT_S, latest_in_time, plan_view
from routing.journey import Journey
from routing.mixed import MixedPlanner
from routing.on_demand import Mover, Offered
from routing.outing import Outing, Rows, Solution, Visit, best
from routing.planner import PlanError
from routing.query import Point

__all__ = ["Riding"]

_ROUNDS = 3
"""Orders that are followed after the timetable's."""


class _Remembered:
    """A mover that is asked each question once: within an answer an offer stays what it was."""

    def __init__(self, mover: Mover) -> None:
        self._mover = mover
        self._offers: dict[tuple[Point, Point, int, bool], Offered | None] = {}

    @property
    def mode(self) -> str:
        return self._mover.mode

    def estimate_s(self, origin: Point, destination: Point) -> int | None:
        return self._mover.estimate_s(origin, destination)

    def offer(self, origin: Point, destination: Point, at_s: int, *, arrive_by: bool) -> Offered | None:
        key = (origin, destination, at_s, arrive_by)
        if key not in self._offers:
            self._offers[key] = self._mover.offer(origin, destination, at_s, arrive_by=arrive_by)
        return self._offers[key]


@dataclass
class _Followed:
    """What following an order took: visits and journeys, as far as one came, and each way's seconds."""

    visits: list[Visit] = field(default_factory=list)
    journeys: list[Journey | None] = field(default_factory=list)
    took: dict[tuple[int, int, int], int] = field(default_factory=dict)  # from, to, leaving at
    home_s: int | None = None  # None: too late somewhere, or no way


class Riding:
    """One question answered with movers."""

    def __init__(self, asked: Asked, movers: Sequence[Mover]) -> None:
        self._asked = asked
        self._movers = [_Remembered(mover) for mover in movers]
        self._mixed = MixedPlanner(asked.area.planner)
        self._took: dict[tuple[int, int], int] = {}  # from, to: seconds by ride, whenever one leaves

    def best(self) -> PlanView | None:
        """The order that is home soonest of those that were followed; None if none can be."""
        asked = self._asked
        plain = best(asked.outing, asked.rows)
        self._offered(plain)
        found: tuple[int, PlanView] | None = None
        tried: set[tuple[int, ...]] = set()
        for k in range(_ROUNDS + 1):
            solution = plain if k == 0 else best(asked.outing, self.rows())
            order = None if solution is None else tuple(visit.errand for visit in solution.way.visits)
            if order is None or order in tried:
                if k == 0:
                    continue
                break
            tried.add(order)
            way = self._follow(asked.outing, order)
            self._learn(way)
            if way.home_s is not None and (found is None or way.home_s < found[0]):
                found = (way.home_s, plan_view(asked, way.visits, way.journeys, best=False))
        return None if found is None else found[1]

    def rows(self) -> Rows:
        """Travel times by timetable or by the rides that are known."""
        plain, took = self._asked.rows, self._took

        def ask(place: int, at_s: int) -> Sequence[int | None]:
            row = plain.row(place, at_s)
            return [
                arrival if ride is None or (arrival is not None and arrival <= at_s + ride) else at_s + ride
                for arrival, ride in zip(row, (took.get((place, k)) for k in range(len(row))), strict=True)
            ]

        return Rows(ask)

    def plan(self, outing: Outing, solution: Solution) -> PlanView | None:
        """An order followed for another outing than was asked for; None if it cannot be."""
        way = self._follow(outing, [visit.errand for visit in solution.way.visits])
        if way.home_s is None:
            return None
        return plan_view(self._asked, way.visits, way.journeys, best=False)

    def _offered(self, plain: Solution | None) -> None:
        """Ask for rides from each place when one would leave it by timetable."""
        outing, places = self._asked.outing, self._asked.places
        leaves = {0: outing.leave_s}
        for k, errand in enumerate(outing.errands, 1):
            begins = [max(first, outing.leave_s) for first, last in errand.begins if last >= outing.leave_s]
            leaves[k] = min(begins, default=outing.leave_s) + errand.stay_s
        for visit in () if plain is None else plain.way.visits:
            leaves[visit.errand] = visit.end_s
        for place, at_s in leaves.items():
            row = self._asked.rows.row(place, at_s)
            known = np.array([math.inf if arrival is None else arrival - at_s for arrival in row])
            sooner = known.copy()
            for mover in self._movers:
                take_offers(mover, places[place], places, at_s, JOURNEY_S_MAX, sooner, arrive_by=False)
            for k in np.flatnonzero(sooner < known).tolist():
                self._took[place, k] = int(sooner[k])

    def _learn(self, way: _Followed) -> None:
        for (a, b, at_s), seconds in way.took.items():
            arrival = self._asked.rows.row(a, at_s)[b]
            if arrival is not None and arrival <= at_s + seconds:
                self._took.pop((a, b), None)
            else:
                self._took[a, b] = seconds

    def _follow(self, outing: Outing, order: Sequence[int]) -> _Followed:
        """The errands in this order, each as soon as can be."""
        way = _Followed()
        ready_s, place = outing.leave_s, 0
        for errand in (*order, 0):
            arrival_s, soonest = self._soonest(way, place, errand, ready_s)
            if arrival_s is None:
                return way
            if errand == 0:
                way.journeys.append(soonest)
                way.home_s = arrival_s if arrival_s <= outing.home_by_s else None
                return way
            begin_s = outing.errands[errand - 1].begin_from(arrival_s)
            if begin_s is None:
                return way
            if soonest is not None and begin_s - arrival_s > WAIT_S:
                soonest = self._later(place, errand, ready_s, begin_s) or soonest
            way.journeys.append(soonest)
            end_s = begin_s + outing.errands[errand - 1].stay_s
            way.visits.append(Visit(errand, arrival_s, begin_s, end_s))
            ready_s, place = end_s, errand
        return way

    def _soonest(self, way: _Followed, a: int, b: int, ready_s: int) -> tuple[int | None, Journey | None]:
        """When one is there, and how; at once and without a journey where one is there already."""
        asked = self._asked
        if not asked.apart(a, b):
            return ready_s, None
        try:
            found = self._mixed.plan(asked.query(a, b, ready_s), self._movers)
        except PlanError:
            found = []
        found = [j for j in found if asked.edges(j)[1] - ready_s <= JOURNEY_S_MAX]
        if not found:
            self._took.pop((a, b), None)
            return None, None
        soonest = min(found, key=lambda j: (asked.edges(j)[1], j.interchanges, j.walk_m))
        arrival_s = asked.edges(soonest)[1]
        way.took[a, b, ready_s] = arrival_s - ready_s
        return arrival_s, soonest

    def _later(self, a: int, b: int, ready_s: int, by_s: int) -> Journey | None:
        query = replace(self._asked.query(a, b, by_s), arrive_by=True)
        try:
            return latest_in_time(self._asked, self._mixed.plan(query, self._movers), ready_s, by_s)
        except PlanError:
            return None
