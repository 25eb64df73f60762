"""GTFS-Fares V1: the cheapest fare classes that together cover the legs, by dynamic programming.

A class covers a run of legs if it allows so many transfers within its time, and one of its rules fits each
leg's route, the zone where the run begins and the one where it ends. `contains_id`: the zones passed
through are just those that the class lists (reference, fare_rules.txt).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gtfs.model.fares import UNLIMITED, FareAttribute, FareRule, FareTables
from routing.fares.model import LegFare, PaidLeg, Payment

__all__ = ["ZonedFares"]


@dataclass(frozen=True, slots=True)
class _Cover:
    cost: int
    first: int  # the run begins with this leg
    fare: FareAttribute


class ZonedFares:
    """Fares V1 of one feed."""

    def __init__(self, tables: FareTables) -> None:
        self._zones = tables.zones
        self._attributes = tables.attributes
        self._changing = tuple(fare for fare in tables.attributes if fare.transfers)
        self._lasting = tuple(fare for fare in self._changing if fare.transfer_s != UNLIMITED)
        self._rules: dict[str, list[FareRule]] = {}
        for rule in tables.rules:
            self._rules.setdefault(rule.fare_id, []).append(rule)

    def price(self, legs: Sequence[PaidLeg], payment: Payment) -> list[LegFare | None]:
        """One fare a leg; None for legs that no class covers, the others are priced all the same."""
        best: list[_Cover | None] = []  # leg -> cheapest way to pay up to and with it
        costs: list[tuple[int, int]] = [(0, 0)]  # (legs without a fare, yen) before leg k
        for last in range(len(legs)):
            chosen: _Cover | None = None
            reached = (costs[last][0] + 1, costs[last][1])
            for first in range(last, -1, -1):
                run = legs[first : last + 1]
                for fare in self._holding(run):
                    if not self._covers(fare, run):
                        continue
                    cost = (costs[first][0], costs[first][1] + _price(fare, payment))
                    if cost < reached:
                        reached, chosen = cost, _Cover(_price(fare, payment), first, fare)
            best.append(chosen)
            costs.append(reached)
        return _traced(best, legs)

    def _holding(self, run: Sequence[PaidLeg]) -> Sequence[FareAttribute]:
        """Classes that may hold for so many rides: outings are long, and most classes are for one ride."""
        if any(leg.errand for leg in run[1:]):
            return self._lasting
        return self._attributes if all(leg.seated for leg in run[1:]) else self._changing

    def _covers(self, fare: FareAttribute, run: Sequence[PaidLeg]) -> bool:
        transfers = sum(not leg.seated for leg in run[1:])
        if fare.transfers != UNLIMITED and transfers > fare.transfers:
            return False
        if fare.transfer_s == UNLIMITED and any(leg.errand for leg in run[1:]):
            return False  # where no time is said, changing goes on until one is there
        if fare.transfer_s != UNLIMITED and transfers:
            boarded = [leg.departure_s for leg in run if not leg.seated]
            if boarded[-1] - run[0].departure_s > fare.transfer_s:
                return False
        if fare.agency_id and any(leg.agency_id not in ("", fare.agency_id) for leg in run):
            return False
        rules = self._rules.get(fare.id)
        if not rules:
            return True
        origin, destination = self._zone(run[0].stops[0]), self._zone(run[-1].stops[-1])
        fitting = [r for r in rules if r.origin in ("", origin) and r.destination in ("", destination)]
        for leg in run:
            there = [r for r in fitting if r.route_id in ("", leg.route_id)]
            listed = {r.contains for r in there if r.contains}
            if not there or (listed and listed != self._passed(run)):
                return False
        return True

    def _zone(self, stop: str) -> str:
        return self._zones.get(stop, "")

    def _passed(self, run: Sequence[PaidLeg]) -> set[str]:
        return {self._zone(stop) for leg in run for stop in leg.stops} - {""}


def _price(fare: FareAttribute, payment: Payment) -> int:
    if payment is Payment.CARD and fare.ic_price_minor is not None:
        return fare.ic_price_minor
    return fare.price_minor


def _traced(best: list[_Cover | None], legs: Sequence[PaidLeg]) -> list[LegFare | None]:
    fares: list[LegFare | None] = [None] * len(best)
    leg = len(best) - 1
    while leg >= 0:
        cover = best[leg]
        if cover is None:
            leg -= 1
            continue
        covered = LegFare(0, cover.fare.currency, cover.fare.id, ticket=legs[cover.first].position)
        fares[cover.first : leg + 1] = [covered] * (leg + 1 - cover.first)
        fares[cover.first] = LegFare(cover.cost, cover.fare.currency, cover.fare.id)
        leg = cover.first - 1
    return fares
