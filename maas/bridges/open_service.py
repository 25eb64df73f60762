"""The shuttle as its operator configures it, told as an on-demand service that `gtfs.flex` can publish."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date, timedelta

import jpholiday

from fleet.dispatch.ports import Matrix
from fleet.dispatch.seats import price_minor
from fleet.model.ride import End, Party, RideRequest
from fleet.model.service import Hours, LoopLine, ShuttleService, clock_s
from gtfs.flex.model import (
    Amounts,
    Booking,
    Loop,
    LoopTrip,
    OnDemandService,
    Price,
    ServiceDays,
    StopPlace,
)

__all__ = ["days_id", "loop_trip_id", "on_demand_service"]

_HOLIDAY = 7
_NO_WAY = 65_535
_MESSAGE = {
    "ja": "停留所で乗り降りします。今すぐでも前もってでも、ページか電話の係で予約できます。",
    "en": "You board and alight at marked stops. Book on the page or at the counter, for now or ahead.",
}


def on_demand_service(
    service: ShuttleService, matrix: Matrix, start: date, end: date, *, url: str, contact: str
) -> OnDemandService:
    """What the feed says of a service from `start` to `end`; `matrix` has its stops first."""
    days = tuple(_days(service))
    return OnDemandService(
        id=service.id,
        name=service.name,
        url=url,
        timezone=service.timezone,
        lang="ja",
        contact=contact,
        stops=tuple(StopPlace(s.id, s.name, s.lat, s.lon, s.wheelchair) for s in service.stops),
        zone=service.zone,
        days=days,
        start=start,
        end=end,
        holidays=frozenset(_holidays(service, start, end)),
        booking=Booking(url, _MESSAGE, service.promise.ahead_s_max // 86_400),
        price=_price(service, matrix),
        loops=tuple(_loop(service, line, days, matrix) for line in service.loops),
    )


def days_id(service: ShuttleService, day: date, second: int) -> str:
    """The ServiceDays by which the service runs at a second of a service day; "" if it does not."""
    holidays = any(_HOLIDAY in hours.days for hours in service.hours)
    kind = _HOLIDAY if holidays and jpholiday.is_holiday(day) else day.weekday()
    for k, hours in enumerate(service.hours):
        if kind in hours.days and clock_s(hours.opens) <= second < clock_s(hours.closes):
            return _name(k)
    return ""


def loop_trip_id(line: str, days: str, second: int) -> str:
    """The trip of a round that begins at a second of the service day."""
    return f"{line}-{days}-{second // 3600:02}{second // 60 % 60:02}"


def _name(k: int) -> str:
    return f"hours-{k + 1}"


def _days(service: ShuttleService) -> Iterator[ServiceDays]:
    for k, hours in enumerate(service.hours):
        weekdays = frozenset(day for day in hours.days if day < _HOLIDAY)
        opens, closes = clock_s(hours.opens), clock_s(hours.closes)
        yield ServiceDays(_name(k), weekdays, _HOLIDAY in hours.days, opens, closes)


def _holidays(service: ShuttleService, start: date, end: date) -> Iterator[date]:
    """Holidays, where the service treats them as days of their own."""

    def of(hours: Hours) -> bool:
        return _HOLIDAY in hours.days

    if any(of(hours) for hours in service.hours):
        for k in range((end - start).days + 1):
            day = start + timedelta(days=k)
            if jpholiday.is_holiday(day):
                yield day


def _loop(service: ShuttleService, line: LoopLine, days: tuple[ServiceDays, ...], matrix: Matrix) -> Loop:
    index = {stop.id: k for k, stop in enumerate(service.stops)}
    offsets = [0]
    for a, b in itertools.pairwise(line.stops):
        offsets.append(offsets[-1] + line.dwell_s + int(matrix.seconds[index[a], index[b]]))
    trips = [
        LoopTrip(loop_trip_id(line.id, one.id, at), one.id, tuple(at + offset for offset in offsets))
        for one in days
        for at in range(clock_s(line.first), clock_s(line.last) + 1, line.every_s)
        if one.opens_s <= at < one.closes_s
    ]
    return Loop(line.id, line.name, line.stops, line.dwell_s, tuple(trips))


def _price(service: ShuttleService, matrix: Matrix) -> Price:
    stops = service.stops
    by_pair = {
        (a.id, b.id): _amounts(service, int(matrix.metres[i, j]))
        for i, a in enumerate(stops)
        for j, b in enumerate(stops)
        if i != j and matrix.metres[i, j] < _NO_WAY
    }
    return Price(service.fare.currency, 0, _amounts(service, 0), by_pair)


def _amounts(service: ShuttleService, metres: int) -> Amounts:
    """What the dispatcher asks of one adult and of one child."""
    asked = [
        RideRequest(End(), End(), at_s=0, party=Party(adults=adults, children=children))
        for adults, children in ((1, 0), (0, 1))
    ]
    adult, child = (price_minor(service.fare, request, metres) for request in asked)
    return adult, child
