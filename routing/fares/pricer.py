"""The fares of a whole network: each feed prices its own legs of a journey."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

from gtfs.model.fares import FareTables, RiderCategory
from gtfs.model.schedule import NONE, Schedule
from routing.fares.model import JourneyFare, LegFare, MediumFare, PaidLeg, Payment
from routing.fares.party import ADULT, CHILD, FareBasis, GroupFare, PartyFare, Riders, half_minor, together
from routing.fares.ruled import RuledFares
from routing.fares.whole import as_one
from routing.fares.zoned import ZonedFares
from routing.journey import Call, Journey, Leg, LegEnd, Terms
from routing.line import Line
from routing.timetable.clock import ServiceClock

__all__ = ["FarePricer"]

_NOON_S = 43_200


class FarePricer:
    """`tables`: prefix of a feed's ids in the merged schedule -> its fares. Thread-safe."""

    def __init__(self, schedule: Schedule, tables: Mapping[str, FareTables]) -> None:
        self._schedule = schedule
        self._clock = ServiceClock(schedule.timezone)
        self._stop = {stop: k for k, stop in enumerate(schedule.stops.ids)}
        self._route = {route: k for k, route in enumerate(schedule.routes.ids)}
        service = {s: k for k, s in enumerate(schedule.services.ids)}
        self._zoned: dict[str, ZonedFares] = {}
        self._ruled: dict[str, RuledFares] = {}
        for prefix, fares in tables.items():
            start = f"{prefix}:" if prefix else ""

            def runs_on(service_id: str, day: date, start: str = start) -> bool:
                index = service.get(start + service_id)
                return index is not None and bool(schedule.services.on(day)[index])

            if fares.leg_rules:
                self._ruled[prefix] = RuledFares(fares, runs_on)
            elif fares.attributes:
                self._zoned[prefix] = ZonedFares(fares)
        self._tables = {p: tables[p] for p in (*self._ruled, *self._zoned)}
        self._prefixes = sorted((*self._ruled, *self._zoned), key=len, reverse=True)

    def price(
        self, journey: Journey, payment: Payment = Payment.CASH, rider_category: str = ""
    ) -> JourneyFare:
        """Fares of a journey's legs, not known where a feed states none or an offer has no price."""
        fixed = self._fixed()
        return fixed._priced(journey, fixed._by_feed(journey), payment, rider_category)

    def prices(self, journey: Journey, rider_category: str = "") -> tuple[JourneyFare, JourneyFare]:
        """Fares in cash, and by card."""
        fixed = self._fixed()
        of_feed = fixed._by_feed(journey)
        cash, card = (fixed._priced(journey, of_feed, p, rider_category) for p in Payment)
        return cash, card

    def party(self, journey: Journey, riders: Riders, errands: Collection[int] = ()) -> PartyFare:
        """What all riders pay together. Offers are made to the party, and stand as they are.

        `errands`: legs before which something was done. Beyond them only tickets hold that say a time.
        """
        fixed = self._fixed()
        of_feed = fixed._by_feed(journey, errands)
        cash, card = (fixed._together(journey, of_feed, payment, riders) for payment in Payment)
        ridden = [k for k, leg in enumerate(journey.legs) if leg.route_id is not None and leg.terms is None]
        groups = tuple(
            GroupFare(
                category, count, fixed._basis(of_feed, category),
                _sum([paper[k] for k in ridden], count), _sum([ic[k] for k in ridden], count),
                tuple(paper), tuple(ic),
                fixed._lowering(of_feed, category, ((cash[2], paper), (card[2], ic))),
            )
            for (category, count), paper, ic in zip(riders.groups, cash[1], card[1], strict=True)
        )  # fmt: skip
        return PartyFare(cash[0], card[0], groups)

    def outing(self, journeys: Sequence[Journey], riders: Riders) -> PartyFare:
        """What the journeys of an outing cost all riders, their legs one after the other, errands between.

        A ticket that says a time, such as a day pass, is bought once if that is cheaper.
        """
        whole, errands = as_one(journeys, self._clock)
        return self.party(whole, riders, errands)

    def media(self, journey: Journey) -> list[tuple[MediumFare, ...]]:
        """What an adult pays for each leg with each medium that its feed sells it on, where it names any."""
        fixed = self._fixed()
        found: list[tuple[MediumFare, ...]] = [()] * len(journey.legs)
        for prefix, legs in fixed._by_feed(journey).items():
            ruled = fixed._ruled.get(prefix)
            for medium in () if ruled is None else fixed._tables[prefix].named_media:
                assert ruled is not None
                for paid, fare in zip(legs, ruled.price_on(legs, medium), strict=True):
                    if fare is not None:
                        found[paid.position] = (*found[paid.position], MediumFare(medium, fare))
        return found

    def categories(self) -> list[RiderCategory]:
        """What riders can be by the tables of the feeds in use, each id once."""
        return list({c.id: c for named in self.categories_by_feed().values() for c in named}.values())

    def categories_by_feed(self) -> dict[str, tuple[RiderCategory, ...]]:
        """The same, by the prefix of each feed's ids."""
        return {prefix: tables.categories for prefix, tables in self._fixed()._tables.items()}

    def _basis(self, of_feed: Mapping[str, list[PaidLeg]], category: str) -> FareBasis | None:
        if not of_feed:
            return None
        known = category == ADULT or all(self._category(prefix, category) for prefix in of_feed)
        return FareBasis.TABLES if known else FareBasis.HALF if category == CHILD else FareBasis.ADULT

    def _lowering(
        self,
        of_feed: Mapping[str, list[PaidLeg]],
        said: str,
        priced: Sequence[tuple[Sequence[LegFare | None], Sequence[LegFare | None]]],
    ) -> tuple[RiderCategory, ...]:
        """The feeds' categories by which riders pay less than (an adult, they) in cash or by card."""
        found: dict[str, RiderCategory] = {}
        for prefix, legs in of_feed.items() if said != ADULT else ():
            category = self._category(prefix, said)
            less = any(
                _minor(theirs[leg.position]) < _minor(adult[leg.position])
                for adult, theirs in priced
                for leg in legs
            )
            if category and less:
                found |= {c.id: c for c in self._tables[prefix].categories if c.id == category}
        return tuple(found.values())

    def _category(self, prefix: str, said: str) -> str:
        """A feed's own name of a category, "" where it has none. V1 knows no riders."""
        return self._tables[prefix].category(said) if prefix in self._ruled else ""

    def _together(
        self, journey: Journey, of_feed: Mapping[str, list[PaidLeg]], payment: Payment, riders: Riders
    ) -> tuple[JourneyFare, list[list[LegFare | None]], Sequence[LegFare | None]]:
        """All fares, leg by leg; in the order of the groups those of one of them; and those of an adult."""
        adult = self._priced(journey, of_feed, payment, "")
        each = [
            (count, self._of_category(adult.legs, of_feed, payment, category))
            for category, count in riders.groups
        ]
        fares = tuple(
            grown if leg.terms is not None else together([(n, legs[k]) for n, legs in each], grown)
            for k, (leg, grown) in enumerate(zip(journey.legs, adult.legs, strict=True))
        )
        lost = any(fare is None and known is not None for fare, known in zip(fares, adult.legs, strict=True))
        total = None if adult.total_minor is None or lost else sum(f.amount_minor for f in fares if f)
        return JourneyFare(fares, total, adult.currency), [legs for _, legs in each], adult.legs

    def _of_category(
        self,
        adult: Sequence[LegFare | None],
        of_feed: Mapping[str, list[PaidLeg]],
        payment: Payment,
        said: str,
    ) -> list[LegFare | None]:
        """One rider's fares by the feeds' category; without one a child's is half, others' an adult's."""
        fares = list(adult)
        for prefix, legs in of_feed.items() if said != ADULT else ():
            category = self._category(prefix, said)
            if category:
                priced = self._ruled[prefix].price(legs, payment, category)
            else:
                priced = [adult[paid.position] for paid in legs]
                if said == CHILD:
                    priced = [_halved(fare) for fare in priced]
            for paid, fare in zip(legs, priced, strict=True):
                fares[paid.position] = fare
        return fares

    def ride_minor(self, route: int, stops: Sequence[int], day: date) -> int | None:
        """What one ride alone costs at noon of a day, by route and stops of the schedule; None: not known."""
        return self._fixed()._ride(route, stops, day)

    def _ride(self, route: int, stops: Sequence[int], day: date) -> int | None:
        route_id = self._schedule.routes.ids[route]
        prefix = self._prefix(route_id)
        if prefix is None:
            return None
        names = [self._schedule.stops.ids[stop] for stop in stops]
        calls = tuple(Call(LegEnd("", 0.0, 0.0, name), _NOON_S, _NOON_S) for name in names)
        ends = (calls[0].stop, calls[-1].stop)
        leg = Leg("", *ends, _NOON_S, _NOON_S, 0.0, Line.of(), route_id=route_id, calls=calls)
        paid = [self._paid(0, leg, day, prefix)]
        if prefix in self._ruled:
            (fare,) = self._ruled[prefix].price(paid, Payment.CASH, "")
        else:
            (fare,) = self._zoned[prefix].price(paid, Payment.CASH)
        return None if fare is None else fare.amount_minor

    def _fixed(self) -> FarePricer:
        """As it is now: what is replaced meanwhile must not mix into an answer."""
        made = FarePricer.__new__(FarePricer)
        made.__dict__.update(vars(self))
        return made

    def replace(self, other: FarePricer) -> None:
        """Price as another one does, from the next journey on: the network was replaced."""
        self.__dict__ = dict(vars(other))

    def _by_feed(self, journey: Journey, errands: Collection[int] = ()) -> dict[str, list[PaidLeg]]:
        """The legs that a feed prices, by its prefix."""
        of_feed: dict[str, list[PaidLeg]] = {}
        for position, leg in enumerate(journey.legs):
            prefix = None if leg.route_id is None else self._prefix(leg.route_id)
            if prefix is None:
                continue
            legs = of_feed.setdefault(prefix, [])
            paid = self._paid(position, leg, journey.service_date, prefix)
            if legs and any(legs[-1].position < errand <= position for errand in errands):
                paid = replace(paid, errand=True)
            legs.append(paid)
        return of_feed

    def _priced(
        self, journey: Journey, of_feed: Mapping[str, list[PaidLeg]], payment: Payment, rider_category: str
    ) -> JourneyFare:
        fares = [None if leg.terms is None else _offered(leg.terms) for leg in journey.legs]
        ridden = sum((leg.terms is not None) + (leg.route_id is not None) for leg in journey.legs)
        for prefix, legs in of_feed.items():
            if prefix in self._ruled:
                priced = self._ruled[prefix].price(legs, payment, rider_category)
            else:
                priced = self._zoned[prefix].price(legs, payment)
            for paid, fare in zip(legs, priced, strict=True):
                fares[paid.position] = fare
        known = [fare for fare in fares if fare is not None]
        currencies = {fare.currency for fare in known if fare.amount_minor or fare.currency}
        whole = len(known) == ridden and len(currencies) <= 1
        return JourneyFare(
            tuple(fares),
            sum(fare.amount_minor for fare in known) if whole else None,
            currencies.pop() if len(currencies) == 1 else "",
        )

    def _prefix(self, route_id: str) -> str | None:
        """The feed of a route, None if it states no fares. The longest prefix wins; "" is the only feed."""
        return next((p for p in self._prefixes if not p or route_id.startswith(f"{p}:")), None)

    def _paid(self, position: int, leg: Leg, day: date, prefix: str) -> PaidLeg:
        cut = len(prefix) + 1 if prefix else 0
        stops = [call.stop.stop_id or "" for call in leg.calls] or [
            leg.start.stop_id or "",
            leg.end.stop_id or "",
        ]
        stops[0], stops[-1] = leg.paid_stops[0] or stops[0], leg.paid_stops[1] or stops[-1]
        route = self._route.get(leg.route_id or "")  # none: of a network that was replaced meanwhile
        agency = NONE if route is None else int(self._schedule.routes.agency[route])
        return PaidLeg(
            position=position,
            route_id=(leg.route_id or "")[cut:],
            agency_id="" if agency == NONE else self._schedule.agencies.ids[agency][cut:],
            stops=tuple(stop[cut:] for stop in stops),
            stations=(self._station(stops[0], cut), self._station(stops[-1], cut)),
            departure=self._local(day, leg.departure_s),
            arrival=self._local(day, leg.arrival_s),
            departure_s=leg.departure_s,
            arrival_s=leg.arrival_s,
            seated=leg.stay_seated,
        )

    def _station(self, stop_id: str, cut: int) -> str:
        index = self._stop.get(stop_id)
        parent = NONE if index is None else int(self._schedule.stops.parent[index])
        return "" if parent == NONE else self._schedule.stops.ids[parent][cut:]

    def _local(self, day: date, seconds: int) -> tuple[date, int]:
        """Calendar day and time of day, as timeframes mean them (reference, Timeframe Local Time)."""
        moment = self._clock.instant(day, seconds)
        return moment.date(), (moment.hour * 60 + moment.minute) * 60 + moment.second


def _halved(fare: LegFare | None) -> LegFare | None:
    if fare is None:
        return None
    return replace(fare, amount_minor=half_minor(fare.amount_minor, fare.currency))


def _minor(fare: LegFare | None) -> int:
    return 0 if fare is None else fare.amount_minor


def _sum(fares: Sequence[LegFare | None], count: int) -> int | None:
    return None if None in fares else count * sum(fare.amount_minor for fare in fares if fare is not None)


def _offered(terms: Terms) -> LegFare | None:
    if terms.price_minor is None:
        return None
    return LegFare(terms.price_minor, terms.currency, terms.service_id)
