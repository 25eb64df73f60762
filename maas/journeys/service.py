"""Turning a question into a query, and journeys into an answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from maas.area.open import Area
from maas.errors import BadRequest, UnknownPlace
from maas.journeys.exclusions import excluded
from maas.journeys.found import Found, Stage
from maas.journeys.merits import award, beaten, ease_s
from maas.journeys.model import (
    JourneysRequest,
    JourneysView,
    JourneyView,
    Means,
    WayNeed,
    Whereabouts,
)
from maas.journeys.riders import riders_of
from maas.journeys.views import journey_view
from maas.journeys.wishes import wished
from maas.places.model import Place
from routing.bounded import BestBy
from routing.fares import Riders
from routing.journey import Journey
from routing.mixed import MixedPlanner
from routing.on_demand import Mover
from routing.planner import NoService, OffTheMap, PlanError
from routing.query import Point, Profile, Query
from routing.ranges import late_via, range_via
from routing.said import with_word
from routing.street.profiles import SPEED_M_S
from routing.via import Plan, Via

__all__ = ["CannotPlan", "find", "plan", "profile_of", "resolve"]

_SURE = 0.55
"""A text whose best match scores less is not understood; with typing errors it is some 0.6."""
_MORE_S = 60
_LATER_TRIES = 4
"""Departures looked at for each that is wanted."""
_SPARED_M = 300.0
"""Riding to walk so little less is no reason to show another journey that takes longer than the walk."""
_LUGGAGE_SLACK_S = 120


class CannotPlan(BadRequest):
    """The planner's own refusal: off the map, no service on that day, an unknown stop."""

    status = 422
    slug = "cannot-plan"
    title = "No journey can be planned"


def plan(area: Area, request: JourneysRequest, now: datetime, movers: Sequence[Mover] = ()) -> JourneysView:
    """Answer a question; `movers` are who can offer rides on demand to this rider.

    Raises UnknownPlace, BadRequest or CannotPlan.
    """
    return next(part for part in find(area, request, now, movers) if isinstance(part, JourneysView))


def find(
    area: Area, request: JourneysRequest, now: datetime, movers: Sequence[Mover] = ()
) -> Iterator[Found | JourneysView]:
    """`plan` as it is found: ways in the order of being found, at last the whole answer in its own order.

    The answer holds the very views that were told before, now with what each is best at; a way that
    another beats after all is left out of it. Raises as `plan` does, most of it before the first way.
    """
    query = _query(area, request, now)
    if query.bicycle:  # whoever has a cycle along neither takes another vehicle nor leaves it
        movers = ()
    zone = ZoneInfo(area.manifest.timezone)
    transit = request.means is None or Means.TRANSIT in request.means
    views = _Views(area, zone, riders_of(area, request.party))
    journeys: list[Journey] = []
    wishes: list[Journey] = []
    unsearched: list[BestBy] = []
    try:
        for stage, part in zip(
            (Stage.TIMETABLE, Stage.ON_DEMAND), _parts(area, request, query, movers), strict=False
        ):
            journeys += part
            yield Found(stage, views.of(part))
            if stage is Stage.TIMETABLE and request.best and transit and not request.via:
                looked = wished(area, query, request.best)
                unsearched = looked.unsearched
                wishes = [j for j in looked.journeys if j not in journeys]
                known = views.of([*journeys, *wishes])
                yield Found(Stage.BEST, [v for v in views.of(wishes) if not beaten(v, known)])
        journeys += wishes
        if transit and not request.via and not request.window_s:
            others = _others(area, query, journeys, request.count)
            yield Found(Stage.LATER, views.of(others))
            journeys += others
    except (NoService, OffTheMap, PlanError) as error:
        raise CannotPlan(str(error)) from error
    journeys.sort(key=lambda j: (j.service_date, j.arrival_s, j.interchanges, j.departure_s))
    notes = []
    if not journeys:
        minutes = request.walk_max_s // 60
        notes.append(
            f"No way was found with walks of up to {minutes} minutes. Allow longer walks, or another time"
        )
    if unsearched:
        named = ", ".join(unsearched)
        notes.append(f"There are too many ways to find out which is best by: {named}. Better ones may exist")
    ranked = views.of(journeys)
    # The search knows fares and CO2 only nearly: what it took for best may be beaten by what riders are told.
    ranked = [v for j, v in zip(journeys, ranked, strict=True) if j not in wishes or not beaten(v, ranked)]
    award(ranked, arrive_by=query.arrive_by, needs=request.needs)
    if WayNeed.FEW_CHANGES in request.needs:
        ranked.sort(key=ease_s)
    plain = transit and not request.via and not request.window_s
    left_out = excluded(area, query, journeys) if plain else []
    yield JourneysView(journeys=ranked, notes=notes, excluded=left_out, unsearched=unsearched)


class _Views:
    """Journeys as they are told, each made once."""

    def __init__(self, area: Area, zone: ZoneInfo, riders: Riders | None) -> None:
        self._area, self._zone, self._riders = area, zone, riders
        self._made: dict[int, tuple[Journey, JourneyView]] = {}  # by identity; held, so that it stays its own

    def of(self, journeys: Sequence[Journey]) -> list[JourneyView]:
        """In the same order."""
        return [self._one(journey) for journey in journeys]

    def _one(self, journey: Journey) -> JourneyView:
        known = self._made.get(id(journey))
        if known is None:
            worded = with_word(self._area.planner.network, journey)
            view = journey_view(self._area, worded, self._zone, self._riders)
            known = self._made[id(journey)] = (journey, view)
        return known[1]


def _query(area: Area, request: JourneysRequest, now: datetime) -> Query:
    """The question as the planner understands it."""
    at = request.at or now
    if at.tzinfo is None:
        at = at.replace(tzinfo=ZoneInfo(area.manifest.timezone))
    own = WayNeed.BICYCLE in request.needs
    return Query(
        origin=resolve(area, request.origin, request.lang, "from"),
        destination=resolve(area, request.destination, request.lang, "to"),
        at=at,
        arrive_by=request.arrive_by,
        profile=profile_of(request),
        walk_speed_m_s=SPEED_M_S[Profile.CYCLE] if own else request.walk_speed_m_s,
        walk_s_max=request.walk_max_s,
        interchanges_max=request.interchanges_max,
        lang=request.lang,
        modes=frozenset(request.modes),
        interchange_slack_s=request.interchange_slack_s
        + (_LUGGAGE_SLACK_S if WayNeed.LUGGAGE in request.needs else 0),
        bicycle=own,
    )


def _parts(
    area: Area, request: JourneysRequest, query: Query, movers: Sequence[Mover]
) -> Iterator[list[Journey]]:
    """What the planner finds, then what the movers add; in one where the whole must be seen to choose."""
    transit = request.means is None or Means.TRANSIT in request.means
    mixed = MixedPlanner(area.planner)
    if request.via:
        yield _by_way(area, request, query, lambda q: mixed.plan(q, movers, transit=transit))
    elif not request.window_s:
        yield from mixed.parts(query, movers, transit=transit)
    elif transit and not movers:
        yield area.planner.plan_range(query, request.window_s, request.count or None)
    elif request.count:
        found = mixed.plan_range(query, request.window_s, movers, transit=transit)
        yield _first(area, query, found, request.count)
    else:
        yield from mixed.range_parts(query, request.window_s, movers, transit=transit)


def profile_of(request: JourneysRequest) -> Profile:
    """Who or what the ways between must suit."""
    if request.wheelchair:
        return Profile.WHEELCHAIR
    if WayNeed.BICYCLE in request.needs:
        return Profile.CYCLE
    if WayNeed.PRAM in request.needs:
        return Profile.PRAM
    easy = {WayNeed.FEW_STEPS, WayNeed.LUGGAGE} & set(request.needs)
    return Profile.EASY if easy else Profile.WALK


def _by_way(area: Area, request: JourneysRequest, query: Query, asked: Plan) -> list[Journey]:
    """Journeys by way of places, at once or all of a window."""
    vias = [Via(resolve(area, v.place, request.lang, "via"), v.stay_s) for v in request.via]
    clock = area.planner.network.clock
    if request.window_s:
        return range_via(asked, clock, query, vias, request.window_s)[: request.count or None]
    return late_via(asked, clock, query, vias)


def _first(area: Area, query: Query, journeys: list[Journey], count: int) -> list[Journey]:
    """So many that leave first (arrive last, if `arrive_by`)."""

    def edge(journey: Journey) -> float:
        seconds = -journey.arrival_s if query.arrive_by else journey.departure_s
        origin_s = area.planner.network.clock.origin(journey.service_date)
        return seconds + (-origin_s if query.arrive_by else origin_s)

    return sorted(journeys, key=edge)[:count]


def _others(area: Area, query: Query, found: list[Journey], count: int) -> list[Journey]:
    """Rides besides `found`, until there are `count` journeys in all.

    First those at the asked time that a walk all the way would beat (not everybody can or will walk), then
    later departures, or earlier arrivals if `arrive_by`.
    """
    others: list[Journey] = []
    walks = [j for j in found if all(leg.mode == "walk" for leg in j.legs)]
    at = query.at
    for _ in range(_LATER_TRIES * count):
        if len(found) + len(others) >= count:
            break
        current = area.planner.plan(replace(query, at=at, walk_alone=False))
        others += [j for j in current if j not in found and j not in others and _spares(j, walks)]
        if not current:
            break
        if query.arrive_by:
            at = min(area.planner.instant(j.service_date, j.arrival_s) for j in current)
            at -= timedelta(seconds=_MORE_S)
        else:
            at = min(area.planner.instant(j.service_date, j.departure_s) for j in current)
            at += timedelta(seconds=_MORE_S)
    return others[: max(0, count - len(found))]


def _spares(journey: Journey, walks: Sequence[Journey]) -> bool:
    """Whether it is quicker than walking all the way, which can be done at any time, or much less on foot."""
    return not any(
        walk.duration_s <= journey.duration_s and walk.walk_m < journey.walk_m + _SPARED_M for walk in walks
    )


def resolve(area: Area, where: Whereabouts | str, lang: str, field: str) -> Point:
    """The point that a text, place id, stop id or position means."""
    if isinstance(where, str):
        found = area.places.search(where, limit=3)
        if not found or found[0].score < _SURE:
            near = ", ".join(f"「{f.place.name(lang)}」" for f in found)
            hint = f" Did you mean {near}?" if near else " Try its Japanese or English name, or lat,lon"
            raise UnknownPlace(f"{field}: no place is called {where!r}.{hint}")
        return _at_place(found[0].place, lang)
    if where.place_id:
        place = area.places.by_id(where.place_id)
        if place is None:
            raise UnknownPlace(
                f"{field}.place_id: no place has the id {where.place_id!r}. Search for it again"
            )
        return _at_place(place, lang)
    if where.stop_id:
        return _at_stop(area, where.stop_id, field, lang)
    if where.lat is None or where.lon is None:
        raise BadRequest(f"{field}: give lat and lon, a place_id, a stop_id, or text to search for")
    return Point(where.lat, where.lon, where.name)


def _at_place(place: Place, lang: str) -> Point:
    return Point(place.lat, place.lon, place.name(lang), place.stop_ids)


def _at_stop(area: Area, stop_id: str, field: str, lang: str) -> Point:
    network = area.planner.network
    stop = network.stop_index.get(stop_id)
    if stop is None:
        raise UnknownPlace(f"{field}.stop_id: no stop has the id {stop_id!r}. Look it up at /v1/places")
    stops = network.schedule.stops
    name = network.schedule.translated("stops", "stop_name", stop_id, lang, stops.names[stop])
    return Point(float(stops.lat[stop]), float(stops.lon[stop]), name, (stop_id,))


def utc_now() -> datetime:
    """The clock of the edge; domain functions get `now` instead."""
    return datetime.now(UTC)
