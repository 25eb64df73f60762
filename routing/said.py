"""What is said of the vehicles of a journey beyond their times: alerts, and how full they are."""

from __future__ import annotations

from dataclasses import replace

from gtfs.model.schedule import NONE
from routing.journey import Journey, Leg
from routing.network import Network
from routing.timetable.live import LiveTrips

__all__ = ["with_word"]

_OCCUPANCY = (
    "empty", "many_seats", "few_seats", "standing", "crushed", "full", "not_accepting", "", "not_boardable",
)  # fmt: skip
"""OccupancyStatus by its number in the proto; 7: no data."""


def with_word(network: Network, journey: Journey) -> Journey:
    """The journey with what is said of its rides now."""
    live = network.live
    if live is None or not (live.alerts.all or live.occupancy):
        return journey
    return replace(journey, legs=tuple(_leg(network, live, journey, leg) for leg in journey.legs))


def _leg(network: Network, live: LiveTrips, journey: Journey, leg: Leg) -> Leg:
    if leg.route_id is None or leg.trip_service_date is None:
        return leg
    route = network.route_index.get(leg.route_id)
    if route is None:
        return leg
    trip = network.trip_index.get(leg.trip_id or "", NONE)
    origin_s = network.clock.origin(journey.service_date)
    ends = [network.stop_index.get(end.stop_id or "", NONE) for end in (leg.start, leg.end)]
    alerts = live.alerts.of_ride(
        network.schedule, trip, route, leg.trip_service_date, [end for end in ends if end != NONE],
        (origin_s + leg.departure_s, origin_s + leg.arrival_s),
    )  # fmt: skip
    full = live.occupancy.get((trip, leg.trip_service_date), NONE)
    word = _OCCUPANCY[full] if 0 <= full < len(_OCCUPANCY) else ""
    return leg._replace(alerts=alerts, occupancy=word) if alerts or word else leg
