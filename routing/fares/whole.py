"""The journeys of an outing as one, so that one ticket can be priced for several of them."""

from __future__ import annotations

from collections.abc import Sequence

from routing.journey import Journey, Leg
from routing.timetable.clock import ServiceClock

__all__ = ["as_one"]


def as_one(journeys: Sequence[Journey], clock: ServiceClock) -> tuple[Journey, frozenset[int]]:
    """All legs in their order, by the first one's service day; and those that begin a journey but the first.

    Of the legs' times only departure and arrival are moved to that day, not their calls'.
    """
    first = journeys[0]
    legs: list[Leg] = []
    errands: set[int] = set()
    for journey in journeys:
        later_s = clock.origin(journey.service_date) - clock.origin(first.service_date)
        if legs:
            errands.add(len(legs))
        legs += [
            leg._replace(departure_s=leg.departure_s + later_s, arrival_s=leg.arrival_s + later_s)
            for leg in journey.legs
        ]
    whole = Journey(
        first.service_date, legs[0].departure_s, legs[-1].arrival_s,
        sum(journey.interchanges for journey in journeys), sum(journey.walk_m for journey in journeys),
        tuple(legs),
    )  # fmt: skip
    return whole, frozenset(errands)
