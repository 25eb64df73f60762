"""Rides that one asks for by phone or on a site: GTFS-Flex trips of any feed, and taxis by their tariff.

Implement `routing.on_demand.Mover`. Nobody holds such a ride here: the leg says whom to ask and until when.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import shapely

from fleet.personal.fences import metres
from gtfs.flex.read import BookingRule, FlexRide, Zone
from gtfs.model.schedule import Schedule
from maas.bridges.movers import Walker
from routing.journey import LegEnd, Terms
from routing.on_demand import Move, Offered
from routing.query import Point, Profile
from routing.street.profiles import SPEED_M_S
from routing.timetable.clock import ServiceClock

__all__ = ["FlexMover", "Taxi", "TaxiMover"]

_DETOUR = 1.35
_BOARD_S = 60
_ROUND_S = 600
"""A shared vehicle goes round by others: half as long again and ten minutes, where the feed says nothing."""
_ROUND = 1.5


@dataclass(frozen=True, slots=True)
class Taxi:
    """What a taxi costs and whom to call. Money in minor units."""

    name: str
    currency: str
    base_minor: int
    base_m: int
    each_minor: int
    each_m: int
    wait_s: int
    seats: int
    phone: str = ""
    url: str = ""

    def price_minor(self, distance_m: float) -> int:
        """The fare of a way: the first metres, then every started step."""
        steps = max(0, -(-int(distance_m - self.base_m) // self.each_m))
        return self.base_minor + steps * self.each_minor


@dataclass(frozen=True, slots=True)
class TaxiMover:
    """A taxi to the door, after a wait."""

    taxi: Taxi
    walker: Walker
    now_s: Callable[[], int]

    mode = "taxi"

    def estimate_s(self, origin: Point, destination: Point) -> int | None:
        """The wait, and the way with its detours."""
        return int(self.taxi.wait_s + _apart(origin, destination) * _DETOUR / SPEED_M_S[Profile.SHUTTLE])

    def offer(self, origin: Point, destination: Point, at_s: int, *, arrive_by: bool) -> Offered | None:
        """At any time that lies a wait ahead."""
        start, end = _end(origin), _end(destination)
        way = self.walker.path(start, end, Profile.SHUTTLE, SPEED_M_S[Profile.SHUTTLE])
        if way is None:
            return None
        soonest = self.now_s() + self.taxi.wait_s
        begin = at_s - way.duration_s if arrive_by else max(at_s, soonest)
        if begin < soonest:
            return None
        terms = Terms(
            "taxi", self.taxi.price_minor(way.distance_m), self.taxi.currency, phone=self.taxi.phone,
            url=self.taxi.url, name=self.taxi.name,
        )  # fmt: skip
        move = Move(self.mode, start, end, begin, begin + way.duration_s, way.distance_m, way.geometry, terms)
        return Offered((move,))


@dataclass(frozen=True, slots=True)
class FlexMover:
    """The on-demand trips of one route of a feed."""

    rides: Sequence[FlexRide]  # identifiers as in the schedule
    schedule: Schedule
    stop_index: Mapping[str, int]  # stop_id -> stop of the schedule
    clock: ServiceClock
    walker: Walker
    now_s: Callable[[], int]

    mode = "flex"

    def estimate_s(self, origin: Point, destination: Point) -> int | None:
        """The way, where some trip leads from the one zone to the other."""
        for ride in self.rides:
            if self._near(ride.pickup.zone, origin) and self._near(ride.drop_off.zone, destination):
                return int(
                    _ROUND_S + _apart(origin, destination) * _DETOUR * _ROUND / SPEED_M_S[Profile.SHUTTLE]
                )
        return None

    def offer(self, origin: Point, destination: Point, at_s: int, *, arrive_by: bool) -> Offered | None:
        """The soonest (latest, if `arrive_by`) that a trip's windows and booking rules allow."""
        best: Offered | None = None
        for ride in self.rides:
            board = self._ends(ride.pickup.zone, origin)
            alight = self._ends(ride.drop_off.zone, destination)
            if board is None or alight is None:
                continue
            ends = board, alight
            found = self._offer(ride, _end(origin), _end(destination), ends, at_s, arrive_by=arrive_by)
            if found is not None and (best is None or _better(found, best, arrive_by=arrive_by)):
                best = found
        return best

    def _offer(
        self, ride: FlexRide, origin: LegEnd, destination: LegEnd, ends: tuple[LegEnd, LegEnd], at_s: int, *,
        arrive_by: bool,
    ) -> Offered | None:  # fmt: skip
        board, alight = ends
        to, back = self.walker.walk(origin, board), self.walker.walk(alight, destination)
        way = self.walker.path(board, alight, Profile.SHUTTLE, SPEED_M_S[Profile.SHUTTLE])
        if to is None or back is None or way is None:
            return None
        ride_s = int(way.duration_s * _ROUND) + _ROUND_S
        wish = at_s - back.arrival_at_s - ride_s if arrive_by else at_s + to.arrival_at_s
        moment = self._moment(ride, wish, ride_s, arrive_by=arrive_by)
        if moment is None:
            return None
        pickup_s, until_s = moment
        rule = ride.pickup.rule
        terms = Terms(
            f"flex:{ride.route_id}", None, "", pickup_until_s=pickup_s + _ROUND_S, book_until_s=until_s,
            phone=rule.phone, url=rule.url, name=ride.route_name,
        )  # fmt: skip
        line = way.geometry
        move = Move(self.mode, board, alight, pickup_s, pickup_s + ride_s, way.distance_m, line, terms)
        walks = (
            Move("walk", to.start, to.end, pickup_s - to.arrival_at_s, pickup_s, to.distance_m, to.geometry),
            move,
            Move(
                "walk", back.start, back.end, move.arrival_at_s, move.arrival_at_s + back.arrival_at_s,
                back.distance_m, back.geometry,
            ),
        )  # fmt: skip
        return Offered(tuple(m for m in walks if m.mode != "walk" or m.arrival_at_s > m.departure_at_s))

    def _moment(
        self, ride: FlexRide, wish_s: int, ride_s: int, *, arrive_by: bool
    ) -> tuple[int, int | None] | None:
        """When one is picked up, and until when one must have asked; None if no day's windows allow it."""
        now = self.now_s()
        today = self.clock.instant(self._day(wish_s), 0).date()
        days = (today, today - timedelta(days=1)) if arrive_by else (today - timedelta(days=1), today)
        for day in days:
            if not self._runs(ride, day):
                continue
            zero = self.clock.origin(day)
            low = max(zero + ride.pickup.opens_s, zero + ride.drop_off.opens_s - ride_s)
            high = min(zero + ride.pickup.closes_s, zero + ride.drop_off.closes_s - ride_s)
            low = max(low, _soonest(ride.pickup.rule, now))
            high = min(high, now + ride.pickup.rule.notice_s_max)
            moment = min(wish_s, high) if arrive_by else max(wish_s, low)
            if low <= moment <= high:
                until = _deadline(ride.pickup.rule, moment, day, self.clock)
                if until is None or until >= now:
                    return moment, until
        return None

    def _day(self, at_s: int) -> date:
        return datetime.fromtimestamp(at_s, self.clock.zone).date()

    def _runs(self, ride: FlexRide, day: date) -> bool:
        try:
            row = self.schedule.services.ids.index(ride.service_id)
        except ValueError:
            return False
        return bool(self.schedule.services.on(day)[row])

    def _near(self, zone: Zone, point: Point) -> bool:
        return self._ends(zone, point) is not None

    def _ends(self, zone: Zone, point: Point) -> LegEnd | None:
        """Where one boards or alights for a point: the point itself in an area, else the nearest stop."""
        if zone.area is not None:
            inside = bool(shapely.covers(zone.area, shapely.Point(point.lon, point.lat)))
            return _end(point) if inside else None
        stops = [stop for stop in self._stops(zone.stop_ids) if _apart(stop, point) <= self.walker.limit_m]
        return min(stops, key=lambda stop: _apart(stop, point), default=None)

    def _stops(self, ids: Iterable[str]) -> list[LegEnd]:
        stops = self.schedule.stops
        return [
            LegEnd(stops.names[k], float(stops.lat[k]), float(stops.lon[k]), stops.ids[k])
            for k in sorted(self.stop_index[name] for name in ids if name in self.stop_index)
        ]


def _soonest(rule: BookingRule, now: int) -> int:
    return now + rule.notice_s if rule.kind == 1 else now


def _deadline(rule: BookingRule, moment: int, day: date, clock: ServiceClock) -> int | None:
    """Until when one must have asked; None: at once will do."""
    if rule.kind == 1:
        return moment - rule.notice_s
    if rule.kind == 2:
        return clock.origin(day - timedelta(days=rule.last_day)) + rule.last_time_s
    return None


def _better(one: Offered, other: Offered, *, arrive_by: bool) -> bool:
    if arrive_by:
        return one.departure_at_s > other.departure_at_s
    return one.arrival_at_s < other.arrival_at_s


def _end(point: Point) -> LegEnd:
    return LegEnd(point.name, point.lat, point.lon, point.stop_ids[0] if point.stop_ids else None)


def _apart(a: LegEnd | Point, b: LegEnd | Point) -> float:
    return metres(a.lat, a.lon, b.lat, b.lon)
