"""Plan door-to-door journeys: the one entry that the rest of the engine calls."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np

from routing.day_network import DayNetwork, SearchSide
from routing.journey import Journey
from routing.kernels.layout import UNREACHED
from routing.needs import Needs
from routing.network import Network
from routing.query import Point, Query
from routing.reconstruct import Reconstruction
from routing.rides import Ends, Ride, doors
from routing.search import Searcher
from routing.timetable.prepare import LIMITS_S
from routing.timetable.shortcuts import NEAR_WALK_S_MAX

__all__ = ["NoService", "OffTheMap", "PlanError", "Planner", "UnknownStop"]

_WALK_ALL_THE_WAY_S = 2 * 3600
"""Where nothing runs, a walk of this length is still an answer."""
_SPAN_S = 1800
"""Of a window of which only the first departures are asked for, so much is searched first."""


class PlanError(Exception):
    """A question that the network cannot answer; the text says what and what to ask instead."""


class OffTheMap(PlanError):
    """A point that no street or stop is near."""


class NoService(PlanError):
    """A date outside every calendar of the feeds."""


class UnknownStop(PlanError):
    """A stop identifier that the feeds do not have."""


class Planner:
    """Thread-safe: every thread has its own working memory."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self._local = threading.local()

    def plan(self, query: Query) -> list[Journey]:
        """Pareto-optimal journeys in arrival (or departure, if `arrive_by`) and number of vehicles.

        Fewest vehicles come last. Each leaves as late as its arrival allows, or, if `arrive_by`, arrives as
        early as its departure allows. An empty list means that there is no way within the limits of the
        query. Raises OffTheMap, NoService or UnknownStop.
        """
        return copy.copy(self)._planned(query)  # a network put in meanwhile must not mix into this answer

    def soonest(self, query: Query) -> Journey | None:
        """The first of `plan` alone, in half its time: there soonest (or, if `arrive_by`, off last).

        Of several with the fewest vehicles that this takes. Raises as `plan` does.
        """
        return copy.copy(self)._soonest(query)

    def soonest_at(self, query: Query) -> datetime | None:
        """When one is there at the soonest (or, if `arrive_by`, must leave at the latest), None if never.

        The time of `soonest` without the journey, which takes a third of that. Raises as `plan` does.
        """
        own = copy.copy(self)
        day, _ = own.service_time(query.at)
        own.check(query, day)
        for on in (day, day + timedelta(days=-1 if query.arrive_by else 1)):
            edge = own._edge_on(on, query)
            if edge is not None:
                return own.instant(on, edge)
        return None

    def replace(self, network: Network) -> None:
        """Plan with another network from the next question on; those being answered keep the old one."""
        self.network = network

    def _planned(self, query: Query) -> list[Journey]:
        day, _ = self.service_time(query.at)
        self.check(query, day)
        journeys = self._plan_on(day, query)
        if not journeys:
            # Late at night nothing runs any more: what runs tomorrow is the answer; before dawn, yesterday's.
            journeys = self._plan_on(day + timedelta(days=-1 if query.arrive_by else 1), query)
        return journeys

    def _soonest(self, query: Query) -> Journey | None:
        day, _ = self.service_time(query.at)
        self.check(query, day)
        found = self._soonest_on(day, query)
        if found is None:
            found = self._soonest_on(day + timedelta(days=-1 if query.arrive_by else 1), query)
        return found

    def plan_range(self, query: Query, window_s: int, count_max: int | None = None) -> list[Journey]:
        """Every best departure from `query.at` on for `window_s`, earliest first; rides only.

        None leaves earlier than another that arrives no later with no more vehicles. If `arrive_by`, every
        best arrival in the window before `query.at`, the latest first. Of more than `count_max` the first are
        told. Raises as `plan` does.
        """
        day, seconds = self.service_time(query.at)
        self.check(query, day)
        return self._within_limits(
            day, query, lambda network: self._range_on(network, seconds, query, window_s, count_max)
        )

    def _range_on(
        self, network: DayNetwork, seconds: int, query: Query, window_s: int, count_max: int | None
    ) -> list[Journey]:
        build = Reconstruction(self.network, network, query)
        access = self.ends(query.origin, query, network, backward=False)
        egress = self.ends(query.destination, query, network, backward=True)
        searcher = self.searcher()
        within = searcher.arrivals_within if query.arrive_by else searcher.departures
        found: list[list[Ride]] = []
        gone_s, span_s = 0, window_s if count_max is None else min(window_s, _SPAN_S)
        while gone_s < window_s and (count_max is None or len(found) < count_max):
            # Later parts of a window change nothing in earlier ones: few departures need only the first.
            begin = seconds - gone_s if query.arrive_by else seconds + gone_s
            found += within(
                network, access, egress, begin, min(span_s, window_s - gone_s), query.interchanges_max + 1
            )
            gone_s, span_s = gone_s + span_s, 2 * span_s
        return [build.journey(rides, *doors(network, rides, access, egress)) for rides in found[:count_max]]

    def service_time(self, at: datetime) -> tuple[date, int]:
        """Service day of an instant and its seconds from noon minus 12 h of that day."""
        return self.network.clock.service_time(at)

    def instant(self, day: date, seconds: int) -> datetime:
        """The instant of a time of a service day, in the network's time zone."""
        return self.network.clock.instant(day, seconds)

    def check(self, query: Query, day: date) -> None:
        """Raise OffTheMap or NoService where a question cannot be asked on a day."""
        for end, point in (("origin", query.origin), ("destination", query.destination)):
            if not point.stop_ids and not self.network.streets.on_map(point.lat, point.lon):
                name = f" ({point.name})" if point.name else ""
                raise OffTheMap(
                    f"The {end} {point.lat:.5f},{point.lon:.5f}{name} lies off the map: no street or stop is "
                    "near. Choose a place inside the area"
                )
        self.check_day(day)

    def check_day(self, day: date) -> None:
        """Raise NoService where no timetable covers a day."""
        first, last = self.network.service_dates
        if not first <= day <= last:
            raise NoService(
                f"No timetable covers {day.isoformat()}: the feeds run from {first.isoformat()} to "
                f"{last.isoformat()}. Ask for a day in between"
            )

    def _within_limits(
        self, day: date, query: Query, search: Callable[[DayNetwork], list[Journey]]
    ) -> list[Journey]:
        """What a search finds for a rider who may walk less than most.

        Days are prepared for a few limits. Where nobody of the answer for the next longer one walks farther
        between vehicles than this rider may, that is the answer; else what the next shorter one allows.
        """
        own = Needs.of(query)
        if query.walk_s_max not in LIMITS_S and own.usual_but_less:
            more_s = min(limit for limit in LIMITS_S if limit > query.walk_s_max)
            found = search(self.network.on(day, replace(own, walk_s_max=more_s)))
            walks = (leg for j in found for leg in j.legs[1:-1] if leg.route_id is None)
            if all(leg.arrival_s - leg.departure_s <= query.walk_s_max for leg in walks):
                return found
        return search(self.network.on(day, own))

    def _plan_on(self, day: date, query: Query) -> list[Journey]:
        return self._within_limits(day, query, lambda network: self._plan_in(network, day, query))

    def _plan_in(self, network: DayNetwork, day: date, query: Query) -> list[Journey]:
        seconds = int(query.at.timestamp()) - self.network.clock.origin(day)
        build = Reconstruction(self.network, network, query)
        departure_s, arrival_s = (None, seconds) if query.arrive_by else (seconds, None)
        ridden = self._ridden(network, build, seconds, query)
        if not query.walk_alone:
            return ridden
        walk = build.walk_only(departure_s, arrival_s, query.walk_s_max)
        if walk is None and not ridden:
            # Not before nothing else is left: who can ride need not walk for two hours.
            walk = build.walk_only(departure_s, arrival_s, _WALK_ALL_THE_WAY_S)
        if walk is None:
            return ridden
        # On foot one changes as little as with one vehicle: each must beat the other in time.
        if query.arrive_by:
            ridden = [j for j in ridden if j.departure_s > walk.departure_s]
        else:
            ridden = [j for j in ridden if j.arrival_s < walk.arrival_s]
        return ridden if any(j.interchanges == 0 for j in ridden) else [*ridden, walk]

    def _soonest_on(self, day: date, query: Query) -> Journey | None:
        def search(network: DayNetwork) -> list[Journey]:
            found = self._soonest_in(network, day, query)
            return [] if found is None else [found]

        return next(iter(self._within_limits(day, query, search)), None)

    def _soonest_in(self, network: DayNetwork, day: date, query: Query) -> Journey | None:
        seconds = int(query.at.timestamp()) - self.network.clock.origin(day)
        build = Reconstruction(self.network, network, query)
        departure_s, arrival_s = (None, seconds) if query.arrive_by else (seconds, None)
        access = self.ends(query.origin, query, network, backward=False)
        egress = self.ends(query.destination, query, network, backward=True)
        rides = self.searcher().soonest(
            network, access, egress, seconds,
            arrive_by=query.arrive_by, vehicles_max=query.interchanges_max + 1,
        )  # fmt: skip
        takes_s = max(query.walk_s_max, _WALK_ALL_THE_WAY_S)
        if rides:
            walks = doors(network, rides, access, egress)
            edge = build.edges(rides, *walks)[0 if query.arrive_by else 1]
            takes_s = min(query.walk_s_max, abs(edge - seconds))
        # Who walks no longer than the ride takes is there as soon, and that with the fewest vehicles.
        walk = build.walk_only(departure_s, arrival_s, takes_s) if query.walk_alone else None
        return build.journey(rides, *walks) if rides and walk is None else walk

    def _edge_on(self, day: date, query: Query) -> int | None:
        seconds = int(query.at.timestamp()) - self.network.clock.origin(day)
        network = self.network.on(day, Needs.of(query))
        access = self.ends(query.origin, query, network, backward=False)
        egress = self.ends(query.destination, query, network, backward=True)
        if query.arrive_by:
            side, first, last, begin_s = network.backward, egress, access, -seconds
        else:
            side, first, last, begin_s = network.forward, access, egress, seconds
        end_s = self.searcher().arrival(side, first, last, begin_s, query.interchanges_max + 1)
        takes_s = end_s - begin_s
        if query.walk_alone:
            ridden = end_s < UNREACHED
            limit_s = min(query.walk_s_max, takes_s) if ridden else max(query.walk_s_max, _WALK_ALL_THE_WAY_S)
            walk = Reconstruction(self.network, network, query).walk_only(seconds, None, limit_s)
            if walk is not None:
                takes_s = walk.arrival_s - walk.departure_s
        if takes_s > UNREACHED // 2:
            return None
        return seconds - takes_s if query.arrive_by else seconds + takes_s

    def _ridden(
        self, network: DayNetwork, build: Reconstruction, seconds: int, query: Query
    ) -> list[Journey]:
        access = self.ends(query.origin, query, network, backward=False)
        egress = self.ends(query.destination, query, network, backward=True)
        found = self.searcher().journeys(
            network,
            access,
            egress,
            seconds,
            arrive_by=query.arrive_by,
            vehicles_max=query.interchanges_max + 1,
        )
        return [build.journey(rides, *doors(network, rides, access, egress)) for rides in found]

    def ends(self, point: Point, query: Query, network: DayNetwork, *, backward: bool) -> Ends:
        """Stops at which a journey can begin or end, and the seconds from or to the door."""
        if point.stop_ids:
            side = network.backward if backward else network.forward
            return self.at_stops(point.stop_ids, side, query.interchange_slack_s)
        reach = self.network.streets.reach(
            point.lat,
            point.lon,
            profile=query.profile,
            speed_m_s=query.walk_speed_m_s,
            limit_s=query.walk_s_max,
            backward=backward,
        )
        inside = self.network.passages.inside(query.profile, query.walk_speed_m_s)
        reach = inside.entered(reach, query.walk_s_max, backward=backward)
        return self._with_copies(Ends(reach.stop, reach.duration_s))

    def at_stops(self, stop_ids: tuple[str, ...], side: SearchSide, slack_s: int = 0) -> Ends:
        """The stops themselves, a station's platforms, and what one near footpath joins to them.

        `slack_s` is for changing vehicles, not for walking to or from one, and taken off.
        """
        network, change = self.network, side.change
        found: dict[int, int] = {}
        for stop_id in stop_ids:
            if stop_id not in network.stop_index:
                raise UnknownStop(f"No stop has the id {stop_id!r}. Look it up with a place search")
            stop = network.stop_index[stop_id]
            for platform in network.platforms.get(stop, (stop,)):
                found[platform] = 0
        for stop in list(found):
            entries = slice(int(change.offsets[stop]), int(change.offsets[stop + 1]))
            for other, seconds in zip(
                change.target[entries].tolist(), change.duration_s[entries].tolist(), strict=True
            ):
                walk = max(0, seconds - slack_s)
                if walk <= NEAR_WALK_S_MAX:  # of farther ones only those that changes need are known
                    found[other] = min(found.get(other, UNREACHED), walk)
        return self._with_copies(
            Ends(np.array(list(found), np.int32), np.array(list(found.values()), np.int32))
        )

    def _with_copies(self, ends: Ends) -> Ends:
        """At a stop one may board and leave whatever calls there: rules for changes do not concern doors."""
        stop_of = self.network.splits.stop_of
        stops = len(self.network.schedule.stops.ids)
        if len(stop_of) == stops:
            return ends
        seconds = np.full(stops, UNREACHED, np.int32)
        plain = ends.stops < stops  # footpaths lead to copies too
        seconds[ends.stops[plain]] = ends.seconds[plain]
        everywhere = np.flatnonzero(seconds[stop_of] < UNREACHED).astype(np.int32)
        return Ends(everywhere, seconds[stop_of][everywhere])

    def searcher(self) -> Searcher:
        """Working memory of the calling thread."""
        searcher: Searcher | None = getattr(self._local, "searcher", None)
        if searcher is None:
            searcher = self._local.searcher = Searcher()
        return searcher
