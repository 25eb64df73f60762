"""The fleet's offers as rides that journeys can use: shuttles, devices that come, share cycles, one's own.

Implement `routing.on_demand.Mover`, each for one rider's party and needs. Estimates are straight lines with a
detour, made for choosing stations; offers come from the live state and hold nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from fleet.dispatch.shuttle import Shuttle
from fleet.errors import FleetError
from fleet.model.cycles import CycleTariff
from fleet.model.mission import DeviceOffer, DeviceRequest
from fleet.model.ride import End, Offer, Party, RideRequest
from fleet.model.service import ShuttleService, Stop
from fleet.personal.cycles import Cycles
from fleet.personal.fences import metres
from fleet.personal.personal import Personal
from maas.places.model import in_language
from routing.journey import LegEnd, Terms
from routing.line import Line
from routing.on_demand import Move, Offered
from routing.ports import StreetPath, Streets
from routing.query import Point, Profile
from routing.street.profiles import SPEED_M_S

__all__ = ["SHARE_CYCLES", "CycleMover", "DeviceMover", "OwnCycleMover", "ShuttleMover", "Walker"]

SHARE_CYCLES = "share-cycle"
"""Whose the share cycles are, in offers, fares.toml and the ledger."""

_DETOUR = 1.35
_SHUTTLE_M_S, _SHUTTLE_WAIT_S = 5.0, 420
_NEAR_M = 300.0
"""Nobody waits for a shuttle to go less far; who walks badly takes it for anything farther."""
_DEVICE_WAIT_S = 420
_DOCK_M, _DOCKS_TRIED, _DOCK_S = 700.0, 2, 45
_CHANCE_MIN = 0.5
"""A dock that will more likely than not have no bike (or place) then is no plan."""


@dataclass(frozen=True, slots=True)
class Walker:
    """How the rider walks."""

    streets: Streets
    profile: Profile
    speed_m_s: float
    limit_s: int

    def walk(self, start: LegEnd, end: LegEnd) -> Move | None:
        """A walk that begins at second 0, None if there is no way within the limit; no metres, no move."""
        ends = ((start.lat, start.lon), (end.lat, end.lon))
        path = self.streets.path(*ends, profile=self.profile, speed_m_s=self.speed_m_s, limit_s=self.limit_s)
        if path is None:
            return None
        return Move("walk", start, end, 0, path.duration_s, path.distance_m, path.geometry)

    def path(self, start: LegEnd, end: LegEnd, profile: Profile, speed_m_s: float) -> StreetPath | None:
        """A way over streets."""
        ends = ((start.lat, start.lon), (end.lat, end.lon))
        return self.streets.path(*ends, profile=profile, speed_m_s=speed_m_s)

    @property
    def limit_m(self) -> float:
        """As far as a walk can lead in a straight line."""
        return self.limit_s * self.speed_m_s


@dataclass(frozen=True, slots=True)
class ShuttleMover:
    """Seats on demand; `shuttle` raises where another process owns the zone."""

    service: ShuttleService
    shuttle: Callable[[], Shuttle]
    now_s: Callable[[], int]
    walker: Walker
    party: Party
    wheelchair_stops: bool
    lang: str

    mode = "shuttle"

    def estimate_s(self, origin: Point, destination: Point) -> int | None:
        """Wait, and a detour at the speed of a shuttle."""
        limit = min(self.walker.limit_s, self.service.promise.walk_s_max) * self.walker.speed_m_s
        for end in (origin, destination):
            if not any(_apart(end, stop) <= limit for stop in self.service.stops):
                return None
        far = _apart(origin, destination)
        return None if far < _NEAR_M else int(_SHUTTLE_WAIT_S + far * _DETOUR / _SHUTTLE_M_S)

    def offer(self, origin: Point, destination: Point, at_s: int, *, arrive_by: bool) -> Offered | None:
        """The seat that a quote would hold now."""
        now_s = self.now_s()
        request = RideRequest(
            End(origin.lat, origin.lon, name=origin.name),
            End(destination.lat, destination.lon, name=destination.name),
            max(at_s, now_s) if not arrive_by else at_s,
            arrive_by=arrive_by,
            party=self.party,
            walk_s_max=min(self.walker.limit_s, self.service.promise.walk_s_max),
            wheelchair_stops=self.wheelchair_stops,
        )
        try:
            answer = self.shuttle().quoting.preview(request, now_s)
        except FleetError:  # outside its hours, area or days ahead, or driven by another process
            return None
        return self._offered(answer, origin, destination) if isinstance(answer, Offer) else None

    def _offered(self, offer: Offer, origin: Point, destination: Point) -> Offered | None:
        stops = {stop.id: stop for stop in self.service.stops}
        board = self._end(stops[offer.leg.pickup_stop])
        alight = self._end(stops[offer.leg.drop_stop])
        path = self.walker.path(board, alight, Profile.SHUTTLE, SPEED_M_S[Profile.SHUTTLE])
        terms = Terms(
            self.service.id,
            offer.price_minor,
            offer.currency,
            offer.promise.pickup_until_s,
            offer.promise.arrive_until_s,
            offer.leg.pickup_stop,
            offer.leg.drop_stop,
        )
        line = Line.of((board.lat, board.lon), (alight.lat, alight.lon)) if path is None else path.geometry
        ride = Move(
            self.mode, board, alight, offer.pickup_s, offer.drop_s, float(offer.leg.direct_m), line, terms
        )
        return _between(self.walker, origin, [ride], destination)

    def _end(self, stop: Stop) -> LegEnd:
        return LegEnd(in_language(stop.name, self.lang), stop.lat, stop.lon)


@dataclass(frozen=True, slots=True)
class DeviceMover:
    """Devices that drive to the rider, are ridden to the destination and left there."""

    personal: Callable[[], Personal]
    service_id: str
    now_s: Callable[[], int]
    walker: Walker
    kind: str
    speed_m_s: float
    age: int | None

    mode = "device"

    def estimate_s(self, origin: Point, destination: Point) -> int | None:
        """Its coming, and the way at its pace; within the zone."""
        try:
            state = self.personal().state
        except FleetError:
            return None
        ends = (origin, destination)
        if any(state.fences.may_enter(end.lat, end.lon, self.now_s()) for end in ends):
            return None
        if state.fences.may_park(destination.lat, destination.lon, [], self.now_s()):
            return None
        return int(_DEVICE_WAIT_S + _apart(*ends) * _DETOUR / self.speed_m_s)

    def offer(self, origin: Point, destination: Point, at_s: int, *, arrive_by: bool) -> Offered | None:
        """The device that would be held now, met at the origin."""
        start, end = _end(origin), _end(destination)
        way = self.walker.path(start, end, Profile.DEVICE, self.speed_m_s)
        if way is None:
            return None
        try:
            personal = self.personal()
            now_s = self.now_s()
            use_s = personal.state.fences.seconds(list(way.geometry), self.speed_m_s * 3.6, max(at_s, now_s))
            meet_s = max(at_s - use_s, now_s) if arrive_by else max(at_s, now_s)
            request = DeviceRequest(
                origin.lat, origin.lon, meet_s, kind=self.kind, to_lat=destination.lat,
                to_lon=destination.lon, use_s=max(60, use_s), age=self.age,
            )  # fmt: skip
            answer = personal.desk.preview(request, now_s)
        except FleetError:
            return None
        if not isinstance(answer, DeviceOffer) or (arrive_by and answer.meet_s + use_s > at_s):
            return None
        terms = Terms(self.service_id, answer.price_minor, answer.currency, answer.meet_until_s)
        return Offered(
            (
                Move(
                    self.mode, start, end, answer.meet_s, answer.meet_s + use_s, way.distance_m,
                    way.geometry, terms,
                ),
            )
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class CycleMover:
    """Share cycles from dock to dock, where a bike and a place are likely when one gets there."""

    cycles: Cycles
    service_id: str
    tariff: CycleTariff | None
    now_s: Callable[[], int]
    walker: Walker

    mode = "cycle"

    def estimate_s(self, origin: Point, destination: Point) -> int | None:
        """The walk to the nearest docks and the way between at the pace of a cycle."""
        begin, end = self._near(origin), self._near(destination)
        if not begin or not end or begin[0] == end[0]:
            return None
        pace = SPEED_M_S[Profile.CYCLE]
        return int(2 * _DOCK_S + 300 + _apart(origin, destination) * _DETOUR / pace)

    def offer(self, origin: Point, destination: Point, at_s: int, *, arrive_by: bool) -> Offered | None:
        """The quickest pair of docks that is likely to work."""
        best: tuple[int, list[Move]] | None = None
        ahead_s = max(0, at_s - self.now_s())
        bikes = [k for k in self._near(origin) if self._chance(k, ahead_s, "bike") >= _CHANCE_MIN]
        places = [k for k in self._near(destination) if self._chance(k, ahead_s, "place") >= _CHANCE_MIN]
        for begin in bikes[:_DOCKS_TRIED]:
            for end in places[:_DOCKS_TRIED]:
                found = self._ride(origin, begin, end, destination) if begin != end else None
                if found is not None and (best is None or found[0] < best[0]):
                    best = found
        if best is None:
            return None
        start_s = at_s - best[0] if arrive_by else at_s
        return Offered(tuple(_later(move, start_s) for move in best[1]))

    def _near(self, point: Point) -> list[str]:
        limit = min(_DOCK_M, self.walker.limit_m)
        near = [(_apart(point, dock), dock.id) for dock in self.cycles.docks.values()]
        return [dock_id for far, dock_id in sorted(near) if far <= limit]

    def _chance(self, dock_id: str, ahead_s: int, what: str) -> float:
        view = self.cycles.view(dock_id, self.now_s(), min(ahead_s, 10_800))
        return view.bike_chance if what == "bike" else view.place_chance

    def _ride(self, origin: Point, begin: str, end: str, destination: Point) -> tuple[int, list[Move]] | None:
        docks = self.cycles.docks
        take = LegEnd(docks[begin].name, docks[begin].lat, docks[begin].lon)
        leave = LegEnd(docks[end].name, docks[end].lat, docks[end].lon)
        to, back = self.walker.walk(_end(origin), take), self.walker.walk(leave, _end(destination))
        way = self.walker.path(take, leave, Profile.CYCLE, SPEED_M_S[Profile.CYCLE])
        if to is None or back is None or way is None:
            return None
        start_s = to.arrival_at_s + _DOCK_S
        ride = Move(
            self.mode, take, leave, start_s, start_s + way.duration_s, way.distance_m, way.geometry,
            self._terms(way.duration_s, begin, end),
        )  # fmt: skip
        total = ride.arrival_at_s + _DOCK_S
        return total + back.arrival_at_s, [to, ride, _later(back, total)]

    def _terms(self, seconds: int, begin: str, end: str) -> Terms:
        price = None if self.tariff is None else self.tariff.price_minor(seconds)
        currency = "" if self.tariff is None else self.tariff.currency
        return Terms(self.service_id, price, currency, start_id=begin, end_id=end)


@dataclass(frozen=True, slots=True)
class OwnCycleMover:
    """The rider's own cycle, left where it is ridden to."""

    walker: Walker

    mode = "bicycle"

    def estimate_s(self, origin: Point, destination: Point) -> int | None:
        """The way at the pace of a cycle."""
        return int(_DOCK_S + _apart(origin, destination) * _DETOUR / SPEED_M_S[Profile.CYCLE])

    def offer(self, origin: Point, destination: Point, at_s: int, *, arrive_by: bool) -> Offered | None:
        """At any time."""
        start, end = _end(origin), _end(destination)
        way = self.walker.path(start, end, Profile.CYCLE, SPEED_M_S[Profile.CYCLE])
        if way is None:
            return None
        start_s = at_s - way.duration_s if arrive_by else at_s
        move = Move(
            self.mode, start, end, start_s, start_s + way.duration_s, way.distance_m, way.geometry,
            Terms("", 0, ""),
        )  # fmt: skip
        return Offered((move,))


def _between(walker: Walker, origin: Point, ride: list[Move], destination: Point) -> Offered | None:
    """A ride with the walks to and from it: the first as late, the second as early as can be."""
    to = walker.walk(_end(origin), ride[0].start)
    back = walker.walk(ride[-1].end, _end(destination))
    if to is None or back is None:
        return None
    moves = [
        _later(to, ride[0].departure_at_s - to.arrival_at_s), *ride, _later(back, ride[-1].arrival_at_s)
    ]  # fmt: skip
    return Offered(tuple(m for m in moves if m.mode != "walk" or m.arrival_at_s > m.departure_at_s))


def _later(move: Move, by_s: int) -> Move:
    return Move(
        move.mode, move.start, move.end, move.departure_at_s + by_s, move.arrival_at_s + by_s,
        move.distance_m, move.geometry, move.terms,
    )  # fmt: skip


def _end(point: Point) -> LegEnd:
    return LegEnd(point.name, point.lat, point.lon, point.stop_ids[0] if point.stop_ids else None)


class _Placed(Protocol):
    @property
    def lat(self) -> float: ...

    @property
    def lon(self) -> float: ...


def _apart(a: _Placed, b: _Placed) -> float:
    return metres(a.lat, a.lon, b.lat, b.lon)
