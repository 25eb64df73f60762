"""Prices without fares, entitlements or points: what providers ask, less what the area combines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from sqlalchemy import Connection

from maas.booking.model import Bundle, Discount, Part, PartState, Split
from maas.services.combine import CombinationRule, PricedPart, combine

__all__ = ["CombinedPrices", "NoTickets"]


class CombinedPrices:
    """Implements `maas.booking.ports.Pricing`: full prices and the combined prices of the area."""

    def __init__(self, rules: Sequence[CombinationRule], zone: tzinfo, fee_per_mille: int = 0) -> None:
        self._rules = tuple(rules)
        self._zone = zone
        self._fee_per_mille = fee_per_mille

    def price(self, connection: Connection, bundles: Sequence[Bundle], *, now: datetime) -> None:
        """See the port."""
        del connection
        day = now.astimezone(self._zone).date()
        for bundle in bundles:
            replaced = {p.replaces for p in bundle.parts if p.state is PartState.HELD}
            standing = [
                p for p in bundle.parts
                if p.state in (PartState.HELD, PartState.CONFIRMED) and p.no not in replaced
            ]  # fmt: skip
            priced = [_priced(p) for p in standing]
            coupons = {one.offer_id for one in priced if one.offer_id}
            found = combine(priced, self._rules, day=day, coupons=coupons) if self._rules else ()
            for part in standing:
                if part.held is None or part.state is not PartState.HELD:
                    continue
                mine = [one for one in found if one.part == str(part.no)]
                part.discounts = tuple(
                    Discount(one.rule_id, one.amount_minor, one.text.model_dump()) for one in mine
                )
                part.price_minor = part.held.price_minor - sum(one.amount_minor for one in mine)
                subsidies = [(s.payer, s.amount_minor) for one in mine for s in one.funding]
                part.split = Split(((part.held.account, 1),), tuple(subsidies), self._fee_per_mille)

    def confirmed(self, connection: Connection, bundles: Sequence[Bundle], *, now: datetime) -> None:
        """See the port: nothing is counted."""

    def given_back(
        self, connection: Connection, bundle: Bundle, parts: Sequence[Part], *, now: datetime
    ) -> None:
        """See the port: nothing was counted."""


class NoTickets:
    """Implements `maas.booking.ports.TicketIssuer` where riders show their bundle instead."""

    def issue(self, connection: Connection, bundle: Bundle, parts: Sequence[Part], *, now: datetime) -> None:
        """See the port: nothing to do."""

    def revoke(self, connection: Connection, bundle: Bundle, parts: Sequence[Part], *, now: datetime) -> None:
        """See the port: nothing to do."""


def _priced(part: Part) -> PricedPart:
    held = part.held
    if held is None:
        return PricedPart(str(part.no), "", 0)
    return PricedPart(
        str(part.no), held.category, held.price_minor, held.provider_id, held.offer_id, frozenset(held.tags)
    )
