"""What a timetabled ride costs when it is booked: by the feeds' own fares, never by what a client says."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from itertools import pairwise

from gtfs.model.schedule import NONE
from maas.area.open import Area
from maas.booking.adapters.transit import Fare, FaresOf, GoodUntil
from maas.booking.model import Reduced
from maas.booking.wishes import TransitWish
from maas.journeys.riders import riders
from payments.money import split_minor
from routing.fares import FareBasis, LegFare, PartyFare, Riders
from routing.fares.party import CHILD
from routing.journey import Call, Journey, Leg, LegEnd
from routing.line import Line
from routing.network import Network
from routing.stopping import stopped

__all__ = ["fares_of"]


def fares_of(area: Area) -> FaresOf:
    """A function that prices rides by card for their parties; None where the feeds do not know ride or fare.

    Rides of one party on one day are one journey, or an outing, as planning told it: what its tickets cost
    together is laid on them in proportion to what each costs alone, so that giving one back leaves none of
    the others free.
    """
    trips: dict[str, int] = {}
    known: Network | None = None

    def trip_index(network: Network, trip_id: str) -> int | None:
        nonlocal trips, known
        if known is not network:  # the area's network is swapped when a feed is published
            trips, known = {trip: k for k, trip in enumerate(network.schedule.trips.ids)}, network
        return trips.get(trip_id)

    def leg_of(network: Network, wish: TransitWish) -> Leg | None:
        trip = trip_index(network, wish.trip_id)
        return None if trip is None else _leg(network, trip, wish)

    def priced(wishes: Sequence[TransitWish]) -> list[Fare | None]:
        network = area.planner.network
        together: dict[tuple[date, Riders], list[tuple[int, Leg]]] = {}
        for k, wish in enumerate(wishes):
            leg = leg_of(network, wish)
            if leg is not None:
                day, _ = network.clock.service_time(datetime.fromtimestamp(wish.depart_s, UTC))
                together.setdefault((day, _riders(wish)), []).append((k, leg))
        fares: list[Fare | None] = [None] * len(wishes)
        for (day, who), rides in together.items():
            rides.sort(key=lambda ride: ride[1].departure_s)
            after = frozenset(n for n, (k, _) in enumerate(rides) if n and wishes[k].errand)
            found = _fares(area, day, who, [leg for _, leg in rides], after)
            for (k, _), fare in zip(rides, found, strict=True):
                fares[k] = fare
        return fares

    return priced


def _riders(wish: TransitWish) -> Riders:
    party = wish.party
    return riders(party.adults, party.children, party.wheelchairs, wish.categories)


def _fares(
    area: Area, day: date, who: Riders, legs: Sequence[Leg], errands: Collection[int]
) -> list[Fare | None]:
    """The fares of rides of one day, some after `errands`. Where one is not known the others are priced."""
    alone = [None if one is None else one[0] for one in (_party(area, day, who, [leg]) for leg in legs)]
    known = [k for k, fare in enumerate(alone) if fare is not None]
    between = [any(before < k <= one for k in errands) for before, one in pairwise(known)]
    after = [n for n, errand in enumerate(between, 1) if errand]
    together = _party(area, day, who, [legs[k] for k in known], after) if len(known) > 1 else None
    if together is None:
        return alone
    whole, tickets = together
    weights = [fare.total_minor if (fare := alone[k]) is not None else 0 for k in known]
    if whole.total_minor == sum(weights):
        return alone
    laid = [max(1, weight) for weight in weights]
    columns = [split_minor(share, laid) for share in (*whole.each_minor, whole.base_minor)]
    for place, k in enumerate(known):
        *each, base = (column[place] for column in columns)
        alone[k] = Fare(sum(each), tuple(each), base, whole.reduced, tickets[place])
    return alone


def _party(
    area: Area, day: date, who: Riders, legs: Sequence[Leg], errands: Collection[int] = ()
) -> tuple[Fare, list[GoodUntil | None]] | None:
    """What the rides cost together, and the ticket of each."""
    journey = Journey(day, legs[0].departure_s, legs[-1].arrival_s, 0, 0.0, tuple(legs))
    fare = area.fares.party(journey, who, errands)
    if fare.card.total_minor is None or fare.card.currency != area.manifest.currency:
        return None
    each: list[int] = []
    for group in fare.groups:
        each += [(group.card_minor or 0) // group.count] * group.count
    if not each:  # nobody pays: infants alone
        return Fare(0, (), 0), [None] * len(legs)
    tickets = _tickets(fare.card.legs, area.planner.network.clock.origin(day))
    return Fare(
        sum(each), tuple(each), _base(area, journey, fare, each[0], errands), _reduced(fare), tickets[0]
    ), tickets


def _reduced(fare: PartyFare) -> tuple[Reduced, ...]:
    """Who pays less than an adult, and what of it the feed wants proven."""
    found = [
        Reduced(one.kind, group.count, one.name or one.id, bool(one.url), one.url)
        for group in fare.groups
        for one in group.categories
    ]
    found += [
        Reduced(CHILD, group.count)
        for group in fare.groups
        if group.category == CHILD and group.basis is FareBasis.HALF and not group.categories
    ]
    return tuple(found)


def _tickets(fares: Sequence[LegFare | None], origin_s: int) -> list[GoodUntil | None]:
    """Of each ride the ticket that it is ridden with, if that is good for more: its own or an earlier's."""
    found: list[GoodUntil | None] = []
    bought: GoodUntil | None = None
    for fare in fares:
        if fare is not None and fare.until_s is not None:
            bought = GoodUntil(fare.product, origin_s + fare.until_s)
            found.append(bought)
        else:
            covered = fare is not None and not fare.amount_minor and bought and bought.name == fare.product
            found.append(bought if covered else None)
    return found


def _base(area: Area, journey: Journey, fare: PartyFare, first_minor: int, errands: Collection[int]) -> int:
    """Who pays by a category of riders is entitled to less of an adult's fare, not of their own."""
    if fare.groups[0].category in ("adult", "child"):
        return first_minor
    adult = area.fares.party(journey, Riders(), errands).card.total_minor
    return first_minor if adult is None else adult


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
