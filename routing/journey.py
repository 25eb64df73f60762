"""What the planner answers: journeys made of legs.

Instants are integer seconds from the journey's service-day origin (noon minus 12 h of `service_date` in
the network's timezone), so that arithmetic never meets daylight saving; edges turn them into aware datetimes.
Ends, calls and legs are made by the dozen: named tuples, in a fifth of the time of frozen dataclasses.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from gtfs.realtime.model import Alert
from routing.line import Line


class LegEnd(NamedTuple):
    """Where a leg begins or ends."""

    name: str
    lat: float
    lon: float
    stop_id: str | None = None
    platform: str = ""


class Call(NamedTuple):
    """One stop on the way of a transit leg."""

    stop: LegEnd
    arrival_s: int
    departure_s: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of the way within a station, as pathways.txt has it."""

    kind: str  # walkway | stairs | moving_walkway | escalator | lift | fare_gate | exit_gate
    seconds: int
    length_m: float | None  # None: not known
    stairs: int  # steps, upwards positive, downwards negative; 0: none, or not known
    level: str  # the level that it leads to, "" if it is the same one or not known
    sign: str  # what it is signposted as


@dataclass(frozen=True, slots=True)
class Terms:
    """What an on-demand service says of a ride; instants are POSIX seconds."""

    service_id: str
    price_minor: int | None  # None: not known
    currency: str
    pickup_until_s: int | None = None  # promised: boarding by then
    arrive_until_s: int | None = None  # promised: there by then
    start_id: str = ""  # the service's own stop or dock
    end_id: str = ""
    book_until_s: int | None = None  # one must have asked by then; None: at once will do
    phone: str = ""  # whom to ask, where nobody holds it here
    url: str = ""
    name: str = ""  # what the service is called


class Leg(NamedTuple):
    """A movement by one mode. A transit leg carries its trip and all its calls, boarding to alighting."""

    mode: str  # walk | shuttle | device | cycle | bicycle | rail | subway | tram | bus | ferry | monorail | …
    start: LegEnd
    end: LegEnd
    departure_s: int
    arrival_s: int
    distance_m: float
    geometry: Line
    route_id: str | None = None
    route_name: str = ""
    route_color: str = ""
    agency_name: str = ""
    trip_id: str | None = None
    trip_name: str = ""
    trip_service_date: date | None = None  # the trip's own service day (yesterday's trips still run)
    headsign: str = ""
    calls: tuple[Call, ...] = ()
    stay_seated: bool = False  # reached from the previous leg without leaving the vehicle (in-seat transfer)
    terms: Terms | None = None  # a ride that an on-demand service offers
    alerts: tuple[Alert, ...] = ()  # what riders of it are told now
    passages: tuple[Passage, ...] = ()  # of a walk: what is within stations, in its order
    boarding: str = ""  # wave: hail it from the wayside | phone | driver: arrange it; "": at a stop, as usual
    alighting: str = ""  # driver: tell the driver | phone; "": at a stop, as usual
    agency_phone: str = ""  # where one of the two is by phone
    paid_stops: tuple[str, str] = ("", "")  # stops by which a ride from or to a wayside is priced
    occupancy: str = ""  # empty | many_seats | few_seats | standing | crushed | full | …; "": not known


@dataclass(frozen=True, slots=True)
class Journey:
    """One Pareto-optimal way from door to door."""

    service_date: date
    departure_s: int
    arrival_s: int
    interchanges: int  # vehicles changed; an in-seat continuation is none
    walk_m: float
    legs: tuple[Leg, ...]

    @property
    def duration_s(self) -> int:
        """From setting out to arriving."""
        return self.arrival_s - self.departure_s
