"""Alerts: which of them concern a ride, and where one of them says that nothing runs (NO_SERVICE)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

import numpy as np

from gtfs.model.schedule import NONE, Bool, Schedule
from gtfs.realtime.model import Alert, Informed, day_of
from routing.timetable.clock import ServiceClock

__all__ = ["Alerts"]

_NO_SERVICE = "NO_SERVICE"
Key = tuple[str, str]


class Alerts:
    """Alerts found by what they are about. Immutable."""

    def __init__(self, alerts: Iterable[Alert] = ()) -> None:
        self.all = tuple(alerts)
        self._by_key: dict[Key, list[tuple[Alert, Informed]]] = defaultdict(list)
        for alert in self.all:
            for informed in alert.informed:
                self._by_key[_key(informed)].append((alert, informed))

    @property
    def close(self) -> bool:
        """Whether any of them says that something does not run."""
        return any(alert.effect == _NO_SERVICE for alert in self.all)

    def of_ride(
        self,
        schedule: Schedule,
        trip: int,
        route: int,
        day: date,
        stops: Iterable[int],
        span: tuple[int, int],
    ) -> tuple[Alert, ...]:
        """Those about a ride on a trip's service day between two stops; `span` in POSIX seconds.

        `trip` is NONE for one beyond the timetable.
        """
        ends = {s for stop in stops for s in (stop, int(schedule.stops.parent[stop])) if s != NONE}
        agency = int(schedule.routes.agency[route])
        keys = [
            ("", ""),
            ("route", schedule.routes.ids[route]),
            *(("stop", schedule.stops.ids[s]) for s in ends),
        ]
        if agency != NONE:
            keys.append(("agency", schedule.agencies.ids[agency]))
        if trip != NONE:
            keys.append(("trip", schedule.trips.ids[trip]))
        names = {schedule.stops.ids[s] for s in ends}
        found: dict[str, Alert] = {}
        for key in keys:
            for alert, informed in self._by_key.get(key, ()):
                if (
                    alert.entity_id not in found
                    and _holds(alert, *span)
                    and (not informed.stop_id or informed.stop_id in names)
                    and _of_trip(schedule, informed, trip, route, day)
                ):
                    found[alert.entity_id] = alert
        return tuple(found.values())

    def closed(self, schedule: Schedule, clock: ServiceClock, day: date) -> dict[int, Bool]:
        """Trip -> which of its calls are not made on a service day, for every trip that loses any."""
        times = schedule.stop_times
        origin_s = clock.origin(day)
        running = schedule.services.on(day)[schedule.trips.service]
        gone = np.zeros(len(times.stop), np.bool_)
        trip_of_row = np.repeat(np.arange(len(times.offsets) - 1), np.diff(times.offsets))
        timed = np.maximum.accumulate(np.where(times.departure_s != NONE, np.arange(len(times.stop)), 0))
        moment = times.departure_s[timed].astype(np.int64) + origin_s  # blank: like the call before
        for alert in self.all:
            if alert.effect != _NO_SERVICE:
                continue
            within = np.zeros(len(moment), np.bool_)
            for start, end in alert.periods or ((NONE, NONE),):
                within |= (moment >= start) & ((moment < end) if end != NONE else True)
            for informed in alert.informed:
                rows = within & _trips(schedule, informed, day)[trip_of_row]
                if informed.stop_id:
                    rows &= np.isin(times.stop, _stops(schedule, informed.stop_id))
                gone |= rows
        gone &= running[trip_of_row]
        return {
            trip: gone[times.offsets[trip] : times.offsets[trip + 1]]
            for trip in np.unique(trip_of_row[gone]).tolist()
        }


def _key(informed: Informed) -> Key:
    """The narrowest thing that an entity selector names."""
    if informed.trip is not None and informed.trip.trip_id:
        return "trip", informed.trip.trip_id
    if informed.stop_id:
        return "stop", informed.stop_id
    if informed.route_id:
        return "route", informed.route_id
    return ("agency", informed.agency_id) if informed.agency_id else ("", "")


def _holds(alert: Alert, begin_s: int, end_s: int) -> bool:
    return not alert.periods or any(
        (start == NONE or start <= end_s) and (end == NONE or begin_s < end) for start, end in alert.periods
    )


def _of_trip(schedule: Schedule, informed: Informed, trip: int, route: int, day: date) -> bool:
    """Whether all that a selector says of agency, route and trip holds."""
    agency = int(schedule.routes.agency[route])
    about = informed.trip
    direction = NONE if trip == NONE else int(schedule.trips.direction[trip])
    return (
        (not informed.route_id or informed.route_id == schedule.routes.ids[route])
        and (
            not informed.agency_id or (agency != NONE and informed.agency_id == schedule.agencies.ids[agency])
        )
        and (informed.route_type == NONE or informed.route_type == int(schedule.routes.types[route]))
        and (informed.direction == NONE or informed.direction == direction)
        and (
            about is None
            or (
                (not about.trip_id or (trip != NONE and about.trip_id == schedule.trips.ids[trip]))
                and (about.start_day == NONE or day_of(about.start_day) == day)
                and (not about.route_id or about.route_id == schedule.routes.ids[route])
            )
        )
    )


def _trips(schedule: Schedule, informed: Informed, day: date) -> Bool:
    """Which trips a selector is about on a day; shape (trips,)."""
    routes = np.array(
        [_of_trip(schedule, _without_trip(informed), NONE, r, day) for r in range(len(schedule.routes.ids))],
        np.bool_,
    )
    fits: Bool = routes[schedule.trips.route]
    if informed.direction != NONE:
        fits = fits & (schedule.trips.direction == informed.direction)
    about = informed.trip
    if about is not None:
        named = set(_named(schedule, about.trip_id))
        if about.trip_id:
            fits = fits & np.isin(np.arange(len(fits)), list(named))
        if about.start_day != NONE and day_of(about.start_day) != day:
            fits = np.zeros(len(fits), np.bool_)
        if about.route_id:
            fits = fits & np.array([r == about.route_id for r in schedule.routes.ids])[schedule.trips.route]
    return fits


def _without_trip(informed: Informed) -> Informed:
    return Informed(informed.agency_id, informed.route_id, informed.route_type)


def _named(schedule: Schedule, trip_id: str) -> Iterator[int]:
    return (k for k, name in enumerate(schedule.trips.ids) if name == trip_id)


def _stops(schedule: Schedule, stop_id: str) -> list[int]:
    """A stop, and the platforms of a station."""
    named = [k for k, name in enumerate(schedule.stops.ids) if name == stop_id]
    return [*named, *np.flatnonzero(np.isin(schedule.stops.parent, named)).tolist()] if named else []
