"""What can be reached: areas of equal time as GeoJSON with a list of places, and matrices of durations."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import shapely
from contourpy import FillType, contour_generator

from maas.area.open import Area
from maas.errors import BadRequest
from maas.journeys.model import Means, Whereabouts
from maas.journeys.reach_model import (
    Band,
    BandProperties,
    IsochroneRequest,
    IsochroneView,
    MatrixRequest,
    MatrixRow,
    ReachedArea,
    ReachedPlace,
    ReachNeeds,
)
from maas.journeys.reach_rides import OFFERS_MAX, Landing, landings, offers, take_offers
from maas.journeys.service import CannotPlan, resolve
from maas.places.model import Place, PlaceKind
from routing.mixed import hubs_of
from routing.on_demand import Mover, Offered
from routing.planner import PlanError
from routing.ports import Starts, Surface
from routing.query import Point, Profile, Query
from routing.reachable import NOWHERE, Reached, matrix, reached
from routing.street.profiles import SPEED_M_S

__all__ = ["MINUTES_MAX", "instant_of", "isochrones", "rows", "times_from"]

F64 = npt.NDArray[np.float64]

MINUTES_MAX = 180
_HUB_OFFERS_MAX = 12
"""Stations that each mover is asked to take one to."""
_PLACES_MAX = 5_000
"""More places than this are not looked up in one question; the likeliest are."""
_ROUND = 5  # decimals of a degree: a metre
_KM_PER_DEGREE = 111.195


def instant_of(area: Area, needs: ReachNeeds, now: datetime) -> datetime:
    """When the question is about, with an offset."""
    at = needs.at or now
    return at.replace(tzinfo=ZoneInfo(area.manifest.timezone)) if at.tzinfo is None else at


def isochrones(
    area: Area, request: IsochroneRequest, now: datetime, movers: Sequence[Mover] = ()
) -> IsochroneView:
    """Areas reached within each number of minutes; `movers` may take one to stations and places.

    Raises BadRequest, UnknownPlace or CannotPlan.
    """
    minutes = sorted(set(request.minutes), reverse=True)
    if not 1 <= minutes[-1] <= minutes[0] <= MINUTES_MAX:
        raise BadRequest(f"minutes: {request.minutes}; give 1 to {MINUTES_MAX}")
    at = instant_of(area, request, now)
    origin = resolve(area, request.origin, request.lang, "from")
    places = _places(area)
    where = (np.array([p.lat for p in places], np.float64), np.array([p.lon for p in places], np.float64))
    areas: dict[int, list[shapely.Geometry]] = {m: [] for m in minutes}
    seconds = np.full(len(places), np.inf)
    try:
        for k, (query, transit) in enumerate(_ways(request, origin, at)):
            found = reached(area.planner, query, minutes[0] * 60, where, transit=transit)
            if movers and k == 0:  # the walk's: whoever rides walks on from there
                rides = _Rides(area, query, minutes[0] * 60, movers)
                if transit:
                    stations = rides.stations(found)
                    found = reached(area.planner, query, minutes[0] * 60, where, stations=stations)
                seconds = rides.places(places, found)
                for surface, after_s, walked_s in rides.on_foot(where):
                    seconds = np.minimum(seconds, walked_s)
                    for limit in minutes:
                        if limit * 60 > after_s:
                            areas[limit].append(_area(surface, limit * 60 - after_s))
            for limit in minutes:
                areas[limit].append(_area(found.surface, limit * 60))
            seconds = np.minimum(seconds, np.where(found.point_s == NOWHERE, np.inf, found.point_s))
            seconds = np.minimum(seconds, _at_stops(area, places, found.stop_s))
    except PlanError as error:
        raise CannotPlan(str(error)) from error
    order = [k for k in np.argsort(seconds, kind="stable").tolist() if seconds[k] <= minutes[0] * 60]
    return IsochroneView(
        features=[_band(m, shapely.union_all(areas[m]), origin.lat) for m in minutes],
        at=at,
        places=[
            ReachedPlace(
                id=p.id, name=p.name(request.lang), kind=p.kind.value, category=p.category, lat=p.lat,
                lon=p.lon, minutes=math.ceil(seconds[k] / 60),
            )
            for k in order[: request.places] for p in [places[k]]
        ],
    )  # fmt: skip


class _Rides:
    """Rides on demand from (or, if one arrives by a time, to) the origin of a question."""

    def __init__(self, area: Area, query: Query, limit_s: int, movers: Sequence[Mover]) -> None:
        self._area, self._query, self._limit_s, self._movers = area, query, limit_s, movers
        self._at_s = int(query.at.timestamp())
        self._found: list[Offered] = []

    def stations(self, plain: Reached) -> list[tuple[Point, int]]:
        """Stations that a mover reaches sooner than vehicles do, and when."""
        network = self._area.planner.network
        day, _ = self._area.planner.service_time(self._query.at)
        hubs = [hub.point for hub in hubs_of(network, day)]
        index = network.stop_index
        known = np.array(
            [
                min(
                    (
                        float(s)
                        for stop in network.platforms.get(index[p.stop_ids[0]], (index[p.stop_ids[0]],))
                        if (s := plain.stop_s[stop]) != NOWHERE
                    ),
                    default=np.inf,
                )
                for p in hubs
            ]
        )
        return [(hubs[k], s) for k, s in self._soonest(hubs, known, _HUB_OFFERS_MAX).items()]

    def places(self, places: Sequence[Place], plain: Reached) -> F64:
        """Seconds to places by rides from door to door, infinite where none is sooner."""
        points = [Point(p.lat, p.lon) for p in places]
        known = np.where(plain.point_s == NOWHERE, np.inf, plain.point_s)
        seconds = np.full(len(places), np.inf)
        for k, s in self._soonest(points, known, OFFERS_MAX).items():
            seconds[k] = s
        return seconds

    def on_foot(self, where: tuple[F64, F64]) -> Iterator[tuple[Surface, int, F64]]:
        """From where the rides let one off: what is walked to, after how many seconds, and each place's."""
        query = self._query
        none = np.empty(0, np.int32)
        for one in self._landings():
            surface, walked_s = self._area.planner.network.streets.spread(
                Starts(one.lat, one.lon, none, none), where,
                profile=query.profile, speed_m_s=query.walk_speed_m_s, walk_s_max=query.walk_s_max,
                limit_s=self._limit_s - one.seconds, backward=query.arrive_by,
            )  # fmt: skip
            yield surface, one.seconds, np.where(walked_s < 0, np.inf, walked_s + one.seconds)

    def _landings(self) -> list[Landing]:
        found = landings(self._found, self._at_s, inward=self._query.arrive_by)
        return [one for one in found if one.seconds < self._limit_s]

    def _soonest(self, to: Sequence[Point], known: F64, count: int) -> dict[int, int]:
        query = self._query
        soonest: dict[int, int] = {}
        for mover in self._movers:
            for k, offer, takes in offers(
                mover, query.origin, to, self._at_s, self._limit_s, known,
                arrive_by=query.arrive_by, inward=query.arrive_by, count=count,
            ):  # fmt: skip
                self._found.append(offer)
                soonest[k] = min(takes, soonest.get(k, takes))
        return soonest


def rows(
    area: Area, request: MatrixRequest, now: datetime, movers: Sequence[Mover] = ()
) -> Iterator[MatrixRow]:
    """One origin after another; `movers` may be sooner there from door to door.

    Raises UnknownPlace or CannotPlan before the first.
    """
    origins = _resolved(area, request.origins, request.lang, "origins")
    destinations = _resolved(area, request.destinations, request.lang, "destinations")
    at = instant_of(area, request, now)
    found = _matrix(area, request, origins, destinations, at, request.limit_s)
    if movers:
        found = _with_offers(found, movers, origins, destinations, request, int(at.timestamp()))
    return (
        MatrixRow(origin=k, durations_s=[None if s == math.inf else int(s) for s in row.tolist()])
        for k, row in enumerate(found)
    )


def _with_offers(
    found: Iterator[F64], movers: Sequence[Mover], origins: Sequence[Point], to: Sequence[Point],
    request: MatrixRequest, at_s: int,
) -> Iterator[F64]:  # fmt: skip
    for origin, row in zip(origins, found, strict=True):
        best = row.astype(np.float64)
        for mover in movers:
            take_offers(mover, origin, to, at_s, request.limit_s, best, arrive_by=request.arrive_by)
        yield best


def times_from(
    area: Area, needs: ReachNeeds, origin: Point, to: Sequence[Point], at: datetime, limit_s: int
) -> F64:
    """Seconds from a place to each of others, infinite beyond the limit. Raises CannotPlan."""
    return next(_matrix(area, needs, [origin], to, at, limit_s))


def _matrix(
    area: Area, needs: ReachNeeds, origins: Sequence[Point], to: Sequence[Point], at: datetime, limit_s: int
) -> Iterator[F64]:
    try:
        area.planner.check_day(area.planner.service_time(at)[0])
    except PlanError as error:
        raise CannotPlan(str(error)) from error
    return _best_rows(area, needs, origins, to, at, limit_s)


def _best_rows(
    area: Area, needs: ReachNeeds, origins: Sequence[Point], to: Sequence[Point], at: datetime, limit_s: int
) -> Iterator[F64]:
    ways = [
        matrix(area.planner, query, origins, to, limit_s, transit=transit)
        for query, transit in _ways(needs, origins[0], at)
    ]
    for found in zip(*ways, strict=True):
        yield np.min([np.where(row == NOWHERE, np.inf, row) for row in found], axis=0)


def _resolved(area: Area, asked: Sequence[Whereabouts | str], lang: str, field: str) -> list[Point]:
    return [resolve(area, one, lang, f"{field}.{k}") for k, one in enumerate(asked)]


def _ways(needs: ReachNeeds, origin: Point, at: datetime) -> list[tuple[Query, bool]]:
    """The searches that a rider's means ask for: on foot and by timetable; by one's own cycle alone."""
    walking = Query(
        origin, origin, at, needs.arrive_by,
        profile=Profile.WHEELCHAIR if needs.wheelchair else Profile.WALK,
        walk_speed_m_s=needs.walk_speed_m_s, walk_s_max=needs.walk_max_s,
        interchanges_max=needs.interchanges_max, lang=needs.lang, modes=frozenset(needs.modes),
    )  # fmt: skip
    ways = [(walking, Means.TRANSIT in needs.means)]
    if Means.BICYCLE in needs.means:
        cycling = Query(
            origin, origin, at, needs.arrive_by,
            profile=Profile.CYCLE, walk_speed_m_s=SPEED_M_S[Profile.CYCLE], walk_s_max=MINUTES_MAX * 60,
        )  # fmt: skip
        ways.append((cycling, False))
    return ways


def _places(area: Area) -> list[Place]:
    named = [p for p in area.places.places if p.kind in (PlaceKind.POI, PlaceKind.STOP)]
    return sorted(named, key=lambda p: -p.weight)[:_PLACES_MAX] if len(named) > _PLACES_MAX else named


def _at_stops(area: Area, places: Sequence[Place], stop_s: npt.NDArray[np.int32]) -> F64:
    """When a vehicle is at any stop of each place."""
    index = area.planner.network.stop_index
    platforms = area.planner.network.platforms
    found = np.full(len(places), np.inf)
    for k, place in enumerate(places):
        for stop_id in place.stop_ids:
            if stop_id in index:
                for stop in platforms.get(index[stop_id], (index[stop_id],)):
                    if stop_s[stop] != NOWHERE:
                        found[k] = min(found[k], float(stop_s[stop]))
    return found


def _area(surface: Surface, limit_s: int) -> shapely.Geometry:
    """Where the surface is at most `limit_s`, in degrees."""
    late = np.minimum(surface.seconds, 2.0 * limit_s)
    lines = contour_generator(surface.lon, surface.lat, late, fill_type=FillType.OuterOffset)
    polygons = []
    for points, offsets in zip(*lines.filled(-1.0, float(limit_s)), strict=True):
        if points is None or offsets is None:
            continue
        rings = [np.round(points[a:b], _ROUND) for a, b in pairwise(offsets.tolist())]
        polygons.append(shapely.make_valid(shapely.Polygon(rings[0], rings[1:])))
    return shapely.union_all(polygons)


def _band(minutes: int, area: shapely.Geometry, lat: float) -> Band:
    parts = [p for p in shapely.get_parts(area).tolist() if p.geom_type == "Polygon"]
    shape = ReachedArea(
        coordinates=[
            [[(float(x), float(y)) for x, y in ring.coords] for ring in (p.exterior, *p.interiors)]
            for p in map(shapely.geometry.polygon.orient, parts)  # outer rings counter-clockwise, RFC 7946
        ]
    )
    km2 = sum(p.area for p in parts) * _KM_PER_DEGREE**2 * math.cos(math.radians(lat))
    return Band(properties=BandProperties(minutes=minutes, area_km2=round(km2, 3)), geometry=shape)
