"""What an outing costs all who ride: its journeys priced as one, by the pricer that prices each of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Literal
from zoneinfo import ZoneInfo

from maas.area.open import Area
from maas.journeys.views import group_views
from maas.outings.fare_model import OutingCapView, OutingFareView, OutingTicketView, RideRef
from routing.fares import GroupFare, LegFare, PartyFare, Riders
from routing.fares.party import CHILD
from routing.journey import Journey, Leg

__all__ = ["CapsOf", "Ride", "no_caps", "outing_fare"]

_Paid = Literal["cash", "ic"]


@dataclass(frozen=True, slots=True)
class Ride:
    """A ride as limits of the area's own fares see it, by card."""

    day: date
    mode: str
    service_id: str  # of a ride on demand, else ""
    agency_name: str  # of a timetabled ride
    amount_minor: int  # of all who ride
    riders: int
    children: int  # of them
    each_minor: tuple[int, ...]  # of each of them, adults first; () where a service has one price for all


CapsOf = Callable[[Sequence[Ride]], Sequence[tuple[str, int]]]
"""Of rides in their order: which limit lowers the price, and by how much; ("", 0) where none does."""


def no_caps(rides: Sequence[Ride]) -> Sequence[tuple[str, int]]:
    """Of an area without limits."""
    return [("", 0)] * len(rides)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A leg of the outing, and its place in the answer."""

    ref: RideRef
    leg: Leg
    day: date


def outing_fare(
    area: Area, journeys: Sequence[Journey | None], riders: Riders, zone: ZoneInfo, caps: CapsOf
) -> OutingFareView | None:
    """The fare of all journeys together; None where that of any ride is not known, or nobody moves."""
    ways = [journey for journey in journeys if journey is not None]
    if not ways:
        return None
    whole = area.fares.outing(ways, riders)
    apart = [area.fares.party(journey, riders) for journey in ways]
    cash, card = whole.cash.total_minor, whole.card.total_minor
    apart_cash, apart_card = (
        _sum([one.total_minor for one in each]) for each in ([p.cash for p in apart], [p.card for p in apart])
    )
    if cash is None or card is None or apart_cash is None or apart_card is None:
        return None
    clock = area.planner.network.clock
    origin_s = clock.origin(ways[0].service_date)

    def instant(at_s: int) -> datetime:
        return datetime.fromtimestamp(origin_s + at_s, zone)

    placed = [
        _Placed(RideRef(journey=k, leg=n), leg, clock.instant(way.service_date, leg.departure_s).date())
        for k, way in enumerate(journeys) if way is not None
        for n, leg in enumerate(way.legs)
    ]  # fmt: skip
    offs = caps(_rides(placed, whole))
    own = sum(off for one, (_, off) in zip(_paid(placed, whole), offs, strict=True) if one.leg.terms)
    return OutingFareView(
        amount_minor=cash - own,  # limits are of what is paid by card; own services have but one price
        ic_amount_minor=card - sum(off for _, off in offs),
        currency=whole.cash.currency or area.manifest.currency,
        apart_minor=apart_cash,
        ic_apart_minor=apart_card,
        adults=sum(count for category, count in riders.groups if category != CHILD),
        children=riders.children,
        groups=group_views(whole),
        tickets=[
            ticket
            for k, group in enumerate(whole.groups)
            for ticket in _tickets(group, [one.groups[k] for one in apart], placed, instant)
        ],
        caps=[
            OutingCapView(id=name, off_minor=sum(off for one, off in offs if one == name))
            for name in dict.fromkeys(name for name, off in offs if off)
        ],
    )


def _paid(placed: Sequence[_Placed], whole: PartyFare) -> list[_Placed]:
    """The legs that cost something."""
    return [one for one, fare in zip(placed, whole.card.legs, strict=True) if fare and fare.amount_minor]


def _rides(placed: Sequence[_Placed], whole: PartyFare) -> list[Ride]:
    rides = []
    who = [group.category for group in whole.groups for _ in range(group.count)]
    for k, (one, fare) in enumerate(zip(placed, whole.card.legs, strict=True)):
        if not fare or not fare.amount_minor:
            continue
        each: list[int] = []
        for group in whole.groups if one.leg.terms is None else ():
            mine = group.card[k]
            each += [0 if mine is None else mine.amount_minor] * group.count
        service = "" if one.leg.terms is None else one.leg.terms.service_id
        rides.append(
            Ride(
                one.day, one.leg.mode, service, one.leg.agency_name, fare.amount_minor, max(1, len(who)),
                who.count(CHILD), tuple(each),
            )
        )  # fmt: skip
    return rides


def _tickets(
    group: GroupFare,
    apart: Sequence[GroupFare],
    placed: Sequence[_Placed],
    instant: Callable[[int], datetime],
) -> list[OutingTicketView]:
    """What one category buys once for several journeys, in cash and by card."""
    found = []
    both: tuple[tuple[_Paid, Sequence[LegFare | None], list[LegFare | None]], ...] = (
        ("cash", group.cash, list(chain.from_iterable(one.cash for one in apart))),
        ("ic", group.card, list(chain.from_iterable(one.card for one in apart))),
    )
    for paid, together, single in both:
        for first, ticket in enumerate(together):
            covered = [k for k, fare in enumerate(together) if fare is not None and fare.ticket == first]
            rides = [first, *covered]
            if ticket is None or len({placed[k].ref.journey for k in rides}) < 2:
                continue
            alone = _sum([None if (fare := single[k]) is None else fare.amount_minor for k in rides])
            found.append(
                OutingTicketView(
                    category=group.category, count=group.count, paid=paid, product=ticket.product or None,
                    amount_minor=group.count * ticket.amount_minor,
                    apart_minor=None if alone is None else group.count * alone,
                    valid_until=None if ticket.until_s is None else instant(ticket.until_s),
                    rides=[placed[k].ref for k in rides],
                )
            )  # fmt: skip
    return found


def _sum(amounts: Sequence[int | None]) -> int | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if len(known) == len(amounts) else None
