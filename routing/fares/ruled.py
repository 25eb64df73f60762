"""GTFS-Fares V2: legs joined, matched with rules, and summed with what transfers cost.

After the GTFS reference, fare_leg_rules.txt, fare_leg_join_rules.txt and fare_transfer_rules.txt. Where
several products fit a leg, the cheapest sum over the whole journey is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from typing import NamedTuple

from gtfs.model.fares import UNLIMITED, FareMedium, FareProduct, FareTables, JoinRule, LegRule, TransferRule
from routing.fares.model import LegFare, PaidLeg, Payment

__all__ = ["RuledFares"]

RunsOn = Callable[[str, date], bool]
RowOf = Callable[[str], FareProduct | None]
"""The row of a product that a rider buys."""
_CASH_MEDIA = frozenset({0, 1})
_CARD_MEDIA = frozenset({2, 3, 4})


@dataclass(frozen=True, slots=True)
class _Ridden:
    """An effective fare leg: one leg, or several that a join rule makes one."""

    legs: tuple[PaidLeg, ...]

    @property
    def first(self) -> PaidLeg:
        return self.legs[0]

    @property
    def last(self) -> PaidLeg:
        return self.legs[-1]


@dataclass(frozen=True, slots=True)
class _Choice:
    """A way to pay for a leg."""

    group: str
    product: FareProduct


class _Cost(NamedTuple):
    """What one leg costs."""

    minor: int
    product: str
    until_s: int | None = None
    ticket: int | None = None  # nothing is paid: the leg that has the ticket for it


@dataclass(frozen=True, slots=True)
class _Sum:
    """What the legs so far cost, one entry a leg, and the transfers made under the same rule."""

    costs: tuple[_Cost, ...] = ()
    group: str = ""
    transfers: int = 0  # one after another within `group`
    since: int = 0  # the leg from which a limit of theirs counts

    @property
    def total(self) -> int:
        return sum(cost.minor for cost in self.costs)

    @property
    def before(self) -> int:
        """The same without the last leg."""
        return sum(cost.minor for cost in self.costs[:-1])


class RuledFares:
    """Fares V2 of one feed; `runs_on` tells whether a service of it runs on a day."""

    def __init__(self, tables: FareTables, runs_on: RunsOn) -> None:
        self._tables = tables
        self._runs_on = runs_on
        self._products: dict[str, list[FareProduct]] = {}
        for product in tables.products:
            self._products.setdefault(product.id, []).append(product)
        self._defaults = {c.id for c in tables.categories if c.default} | {tables.default_category}
        rules = tables.leg_rules
        self._named_networks = {r.network for r in rules} - {""}
        self._named_from = {r.from_area for r in rules} - {""}
        self._named_to = {r.to_area for r in rules} - {""}
        self._named_before = {r.from_group for r in tables.transfer_rules} - {""}
        self._named_after = {r.to_group for r in tables.transfer_rules} - {""}

    def price(self, legs: Sequence[PaidLeg], payment: Payment, category: str) -> list[LegFare | None]:
        """One fare a leg; all None if any leg has no rule: a sum with a hole would mislead."""
        wanted = _CARD_MEDIA if payment is Payment.CARD else _CASH_MEDIA

        def row(product_id: str) -> FareProduct | None:
            """The cheapest row for this rider on this kind of media; on any other if the feed has none."""
            rows = self._rows(product_id, category)
            on_medium = [p for p in rows if not p.media or self._tables.media.get(p.media) in wanted]
            return min(on_medium or rows, key=lambda p: p.amount_minor, default=None)

        return self._price(legs, row)

    def price_on(self, legs: Sequence[PaidLeg], medium: FareMedium) -> list[LegFare | None]:
        """The same for people who say nothing of themselves with just this medium; None: not sold on it."""

        def row(product_id: str) -> FareProduct | None:
            rows = [p for p in self._rows(product_id, "") if p.media in ("", medium.id)]
            return min(rows, key=lambda p: p.amount_minor, default=None)

        return self._price(legs, row)

    def _price(self, legs: Sequence[PaidLeg], row: RowOf) -> list[LegFare | None]:
        ridden = self._joined(legs)
        choices = [self._choices(leg, row) for leg in ridden]
        if not all(choices):
            return [None] * len(legs)
        sums = [_Sum()]
        for k, options in enumerate(choices):
            further = (self._added(before, ridden, k, choice) for before in sums for choice in options)
            sums = self._cheapest(list(chain.from_iterable(further)))
        best = min(sums, key=lambda s: s.total)
        currency = choices[0][0].product.currency
        fares: list[LegFare | None] = []
        for leg, cost in zip(ridden, best.costs, strict=True):
            ticket = None if cost.ticket is None else ridden[cost.ticket].first.position
            fares += [LegFare(cost.minor, currency, cost.product, cost.until_s, ticket)]
            held = leg.first.position if ticket is None else ticket
            fares += [LegFare(0, currency, cost.product, ticket=held)] * (len(leg.legs) - 1)
        return fares

    @staticmethod
    def _cheapest(sums: list[_Sum]) -> list[_Sum]:
        """Of those that the future treats alike, the cheapest, and that without its last leg.

        A transfer of type 2 stands for the leg before it, too, whatever that has cost.
        """
        whole: dict[tuple[str, int, int], _Sum] = {}
        before: dict[tuple[str, int, int], _Sum] = {}
        for one in sums:
            key = (one.group, one.transfers, one.since)
            if key not in whole or one.total < whole[key].total:
                whole[key] = one
            if key not in before or one.before < before[key].before:
                before[key] = one
        return [*whole.values(), *(one for key, one in before.items() if one is not whole[key])]

    # Legs ------------------------------------------------------------------------------------------------

    def _joined(self, legs: Sequence[PaidLeg]) -> list[_Ridden]:
        ridden: list[_Ridden] = []
        for leg in legs:
            if (
                ridden
                and not leg.errand
                and (leg.seated or any(self._joins(r, ridden[-1].last, leg) for r in self._tables.join_rules))
            ):
                ridden[-1] = _Ridden((*ridden[-1].legs, leg))
            else:
                ridden.append(_Ridden((leg,)))
        return ridden

    def _joins(self, rule: JoinRule, before: PaidLeg, after: PaidLeg) -> bool:
        networks = (self._network(before), self._network(after))
        if rule.from_network and networks != (rule.from_network, rule.to_network):
            return False
        if rule.from_stop or rule.to_stop:
            return rule.from_stop in (before.stops[-1], before.stations[1]) and rule.to_stop in (
                after.stops[0], after.stations[0],
            )  # fmt: skip
        there, here = before.stations[1] or before.stops[-1], after.stations[0] or after.stops[0]
        return there == here

    def _network(self, leg: PaidLeg) -> str:
        return self._tables.networks.get(leg.route_id, "")

    def _areas(self, stop: str, station: str) -> set[str]:
        areas = self._tables.areas
        return set(areas.get(stop, ())) | set(areas.get(station, ()))

    def _choices(self, leg: _Ridden, row: RowOf) -> list[_Choice]:
        rules = [rule for rule in self._tables.leg_rules if self._fits(rule, leg)]
        if self._tables.priorities and rules:
            top = max(rule.priority for rule in rules)
            rules = [rule for rule in rules if rule.priority == top]
        found: dict[str, _Choice] = {}
        for rule in rules:
            product = row(rule.product_id)
            if product is None:
                continue
            held = found.get(rule.leg_group)
            if held is None or product.amount_minor < held.product.amount_minor:
                found[rule.leg_group] = _Choice(rule.leg_group, product)
        return list(found.values())

    def _fits(self, rule: LegRule, leg: _Ridden) -> bool:
        networks = {self._network(one) for one in leg.legs}
        return (
            self._matches(rule.network, networks if len(networks) == 1 else set(), self._named_networks)
            and self._matches(
                rule.from_area, self._areas(leg.first.stops[0], leg.first.stations[0]), self._named_from
            )
            and self._matches(
                rule.to_area, self._areas(leg.last.stops[-1], leg.last.stations[1]), self._named_to
            )
            and self._within(rule.from_timeframe, leg.first.departure)
            and self._within(rule.to_timeframe, leg.last.arrival)
        )

    def _matches(self, wanted: str, have: set[str], named: set[str]) -> bool:
        if wanted:
            return wanted in have
        # Blank: anything where rules have priorities, else whatever no other rule names.
        return self._tables.priorities or not have & named

    def _within(self, group: str, event: tuple[date, int]) -> bool:
        if not group:
            return True
        day, seconds = event
        return any(
            frame.group == group
            and frame.start_s <= seconds < frame.end_s
            and self._runs_on(frame.service_id, day)
            for frame in self._tables.timeframes
        )

    def _rows(self, product_id: str, category: str) -> list[FareProduct]:
        """What a rider of a category can buy of a product; everybody's where it has nothing for them."""
        rows = self._products.get(product_id, [])
        own = [p for p in rows if category and p.rider_category == category]
        return own or [p for p in rows if not p.rider_category or p.rider_category in self._defaults] or rows

    # Transfers -------------------------------------------------------------------------------------------

    def _added(self, before: _Sum, ridden: list[_Ridden], k: int, choice: _Choice) -> list[_Sum]:
        """The sum with one leg more; after an errand one may go on with a ticket, or buy the next."""
        name = choice.product.name or choice.product.id
        own = _Cost(choice.product.amount_minor, name, self._until(choice.group, ridden[k]))
        alone = _Sum((*before.costs, own), choice.group, 0, k)
        if k == 0:
            return [alone]
        again = before.group == choice.group
        rule = self._transfer(before, ridden, k, choice.group, again=again)
        if rule is None:
            return [alone]
        extra = self._transfer_cost(rule, choice)
        if rule.kind == 2 and before.transfers == 0:  # AB stands for both
            costs = (*before.costs[:-1], _Cost(extra, name), _Cost(0, name, ticket=k - 1))
        else:
            added = extra + (own.minor if rule.kind == 1 else 0)
            held = before.costs[-1].ticket
            ticket = None if added else k - 1 if held is None else held
            costs = (*before.costs, _Cost(added, name, ticket=ticket))
        if again:
            made = replace(before, costs=costs, transfers=before.transfers + 1)
        else:
            made = _Sum(costs, choice.group, 1 if rule.kind == 2 else 0, k)
        return [made, alone] if ridden[k].first.errand else [made]

    def _until(self, group: str, leg: _Ridden) -> int | None:
        """Until when riding on in the same group costs nothing more, if a rule says so of any number.

        This is how the tables say a day pass, or a ticket that is good for some hours.
        """
        free = [
            r.limit_s for r in self._tables.transfer_rules
            if r.from_group == r.to_group == group and r.kind == 0 and r.count == UNLIMITED
            and r.limit_s != UNLIMITED and r.limit_type in (0, 1) and not self._products.get(r.product_id)
        ]  # fmt: skip
        return leg.first.departure_s + max(free) if free else None

    def _transfer_cost(self, rule: TransferRule, choice: _Choice) -> int:
        rows = self._products.get(rule.product_id, [])
        if not rows:
            return 0
        chosen = choice.product
        same = [
            p for p in rows
            if p.rider_category in ("", chosen.rider_category) and p.media in ("", chosen.media)
        ]  # fmt: skip
        return min(p.amount_minor for p in (same or rows))

    def _transfer(
        self, before: _Sum, ridden: list[_Ridden], k: int, group: str, *, again: bool
    ) -> TransferRule | None:
        rules = self._tables.transfer_rules
        exact = [r for r in rules if (r.from_group, r.to_group) == (before.group, group)]
        fitting = exact or [
            r for r in rules
            if r.from_group in ("", before.group) and r.to_group in ("", group)
            and (r.from_group or before.group not in self._named_before)
            and (r.to_group or group not in self._named_after)
        ]  # fmt: skip
        since = before.since if again else k - 1
        made = before.transfers + 1
        errand = any(leg.first.errand for leg in ridden[since + 1 : k + 1])
        usable = [
            r for r in fitting
            # Where no time is said, changing goes on until one is there.
            if not (errand and r.limit_s == UNLIMITED) and self._in_time(r, ridden[since], ridden[k])
            and (not again or r.count in (0, UNLIMITED) or r.count >= made)
        ]  # fmt: skip
        # The one that spans the fewest transfers and still this one.
        return min(usable, key=lambda r: r.count if r.count > 0 else 1 << 30, default=None)

    @staticmethod
    def _in_time(rule: TransferRule, before: _Ridden, after: _Ridden) -> bool:
        if rule.limit_s == UNLIMITED:
            return True
        start = before.first.departure_s if rule.limit_type in (0, 1) else before.last.arrival_s
        end = after.first.departure_s if rule.limit_type in (1, 2) else after.last.arrival_s
        return end - start <= rule.limit_s
