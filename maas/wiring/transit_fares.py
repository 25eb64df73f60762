"""What a timetabled ride costs when it is booked: by the feeds' own fares, never by what a client says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from gtfs.model.schedule import NONE
from maas.area.open import Area
from maas.booking.wishes import TransitWish
from routing.fares import Riders
from routing.journey import Call, Journey, Leg, LegEnd
from routing.line import Line
from routing.network import Network
from routing.stopping import stopped

__all__ = ["fare_of"]


def fare_of(area: Area) -> Callable[[TransitWish], int | None]:
    """A function that prices a ride for its party by card; None where the feeds do not know the ride or fare.

    Each ride is priced by itself: what a feed gives off for changing is given on the vehicle, not here.
    """
    trips: dict[str, int] = {}
    known: Network | None = None

    def trip_index(network: Network, trip_id: str) -> int | None:
        nonlocal trips, known
        if known is not network:  # the area's network is swapped when a feed is published
            trips, known = {trip: k for k, trip in enumerate(network.schedule.trips.ids)}, network
        return trips.get(trip_id)

    def priced(wish: TransitWish) -> int | None:
        network = area.planner.network
        trip = trip_index(network, wish.trip_id)
        leg = None if trip is None else _leg(network, trip, wish)
        if leg is None:
            return None
        day, _ = network.clock.service_time(datetime.fromtimestamp(wish.depart_s, UTC))
        riders = Riders(wish.party.adults + wish.party.wheelchairs, wish.party.children)
        fare = area.fares.party(Journey(day, leg.departure_s, leg.arrival_s, 0, 0.0, (leg,)), riders).card
        if fare.total_minor is None or fare.currency != area.manifest.currency:
            return None
        return fare.total_minor

    return priced


def _leg(network: Network, trip: int, wish: TransitWish) -> Leg | None:
    """The ride as the timetable has it; None if the trip does not lead from the one stop to the other."""
    schedule = network.schedule
    begin, end = (int(schedule.stop_times.offsets[trip + k]) for k in (0, 1))
    stops = schedule.stop_times.stop[begin:end].tolist()
    ids = [schedule.stops.ids[stop] if stop != NONE else "" for stop in stops]
    if wish.origin.stop_id not in ids:
        return None
    first = ids.index(wish.origin.stop_id)
    if wish.destination.stop_id not in ids[first + 1 :]:
        return None
    last = ids.index(wish.destination.stop_id, first + 1)
    origin_s = network.clock.origin(network.clock.service_time(datetime.fromtimestamp(wish.depart_s, UTC))[0])
    departure_s, arrival_s = wish.depart_s - origin_s, wish.arrive_s - origin_s
    calls = tuple(
        Call(LegEnd("", 0.0, 0.0, stop_id), departure_s, departure_s) for stop_id in ids[first : last + 1]
    )
    leg = Leg(
        "transit", calls[0].stop, calls[-1].stop, departure_s, arrival_s, 0.0, Line.of(),
        route_id=schedule.routes.ids[int(schedule.trips.route[trip])], trip_id=wish.trip_id, calls=calls,
    )  # fmt: skip
    return stopped(schedule, leg, trip, first, last, on=True, off=True)
