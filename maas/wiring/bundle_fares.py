"""Bundles priced by the area's fares: implements `maas.booking.ports.Pricing`."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from sqlalchemy import Connection, select

from maas.booking.model import Bundle, Discount, Part, PartState, Reduced, Split
from maas.booking.wishes import ShuttleWish, TransitWish
from maas.fares import store
from maas.fares.config import FaresConfig
from maas.fares.price import FarePart, Off, Priced, RiderState, price_parts
from maas.fares.store import Remembered
from maas.identity.people_tables import entitlement
from maas.identity.sql import to_ms
from maas.services.combine import CombinationRule
from payments.errors import PointsError
from payments.ledger import Account, Ledger
from payments.points import FUND, Points

__all__ = ["BundleFares", "entitlements_of"]

_log = logging.getLogger(__name__)

RIDES = ("shuttle", "device", "cycle", "transit")


class BundleFares:
    """Prices by entitlement, pass, cap, employer and points, and what is counted when they are agreed on."""

    def __init__(
        self, config: FaresConfig, combinations: Sequence[CombinationRule], ledger: Ledger, zone: tzinfo
    ) -> None:
        self._config = config
        self._combinations = tuple(combinations)
        self._points = Points(ledger, config.points_rules)
        self._splits = config.splits
        self._zone = zone

    def price(self, connection: Connection, bundles: Sequence[Bundle], *, now: datetime) -> None:
        """See the port."""
        for bundle in bundles:
            self._price(connection, bundle, now)

    def confirmed(self, connection: Connection, bundles: Sequence[Bundle], *, now: datetime) -> None:
        """See the port: caps, subsidised rides and carnets count it; points are spent and earned."""
        for bundle in bundles:
            passes = {held.name: id_ for id_, held in store.passes_of(
                connection, bundle.subject, self._config).items()}  # fmt: skip
            for part in bundle.parts:
                if part.state is not PartState.CONFIRMED or part.held is None:
                    continue
                ride = self._counted(bundle, part, passes)
                if not store.remember(connection, ride):
                    continue
                if ride.points:
                    self._take_points(connection, bundle, part, ride.points, now)
                self._earn(connection, bundle, part, now)
            store.release_points(connection, bundle.id)

    def given_back(
        self, connection: Connection, bundle: Bundle, parts: Sequence[Part], *, now: datetime
    ) -> None:
        """These parts do not count any more, and the points that paid for them come back."""
        for part in parts:
            ride = store.remembered(connection, part.key(bundle.id))
            if ride is None:
                continue
            store.forget(connection, ride.key)
            if ride.points:
                key = f"points:{ride.key}"
                self._points.put_back(connection, f"{key}:back", key, now=now)
            self._unearn(connection, bundle, part, now)

    def _price(self, connection: Connection, bundle: Bundle, now: datetime) -> None:
        today = now.astimezone(self._zone).date()
        standing = [
            p for p in bundle.parts if p.state in (PartState.HELD, PartState.CONFIRMED) and p.held is not None
        ]
        plain = any(part.state is PartState.CONFIRMED for part in standing)
        rider = self._rider(connection, bundle, now, points=not plain)
        priced = price_parts(
            [self._fare_part(part) for part in standing], rider, self._config, self._combinations, day=today
        )
        for part, found in zip(standing, priced, strict=True):
            if part.state is not PartState.HELD or part.held is None:
                continue
            part.price_minor = found.price_minor
            part.discounts = tuple(_discount(off) for off in found.offs)
            rule = self._splits.get(part.held.provider_id)
            receivers = ((part.held.account, 1),) if rule is None else tuple(
                (receiver.account, receiver.weight) for receiver in rule.receivers
            )  # fmt: skip
            fee = self._config.fee_per_mille if rule is None else rule.fee_per_mille
            part.split = Split(receivers, tuple(_summed(found)), fee)
        spent = sum(off.amount_minor for found in priced for off in found.offs if off.rule == "points")
        if spent and not plain:
            points = spent // self._points.rules.yen_per_point
            store.keep_points(connection, bundle.id, bundle.subject, points, now)

    def _rider(self, connection: Connection, bundle: Bundle, now: datetime, *, points: bool) -> RiderState:
        today = now.astimezone(self._zone).date()
        before, subsidised, by_employer = store.state_of(connection, bundle.subject, today)
        employer = store.employer_of(connection, bundle.subject)
        rule = next((each for each in self._config.corporate if each.id == employer), None)
        yen = 0
        wish = store.points_wish(connection, bundle.subject) if points else 0
        if wish:
            self._points.open(connection, now=now)
            self._points.lock(connection, bundle.subject, now=now)
            have = self._points.balance(connection, bundle.subject, now=now)
            have -= store.points_kept(connection, bundle.subject, bundle.id, now)
            yen = max(0, min(wish, have)) * self._points.rules.yen_per_point
        return RiderState(
            entitlements_of(connection, bundle.subject, now),
            tuple(store.passes_of(connection, bundle.subject, self._config).values()), before, subsidised,
            None if rule is None else rule.plain(by_employer),
            frozenset() if rule is None else frozenset(rule.operators), yen,
        )  # fmt: skip

    def _fare_part(self, part: Part) -> FarePart:
        held = part.held
        assert held is not None, "only held parts are priced"
        wish, riders, children = part.wish, 1, 0
        if isinstance(wish, ShuttleWish | TransitWish):
            riders, children = max(1, wish.party.riders), wish.party.children
        day = None
        if held.category in RIDES and held.starts_ms is not None:
            day = datetime.fromtimestamp(held.starts_ms / 1000, UTC).astimezone(self._zone).date()
        return FarePart(
            str(part.no), held.category, held.provider_id, held.price_minor, day, riders, children,
            held.offer_id, frozenset(held.tags), held.each_minor, held.base_minor,
        )  # fmt: skip

    def _counted(self, bundle: Bundle, part: Part, passes: dict[str, str]) -> Remembered:
        fare = self._fare_part(part)
        sums: dict[str, int] = {}
        pass_id = ""
        for discount in part.discounts:
            kind, _, detail = discount.rule.partition(":")
            sums[kind] = sums.get(kind, 0) + discount.amount_minor
            if kind == "pass":
                pass_id = passes.get(detail, "")
        day = fare.day or datetime.fromtimestamp(bundle.created_ms / 1000, UTC).astimezone(self._zone).date()
        points = sums.get("points", 0) // self._points.rules.yen_per_point
        own = (part.price_minor + sums.get("points", 0)) // max(1, fare.riders)
        charged = own if fare.day is not None else 0
        return Remembered(
            part.key(bundle.id), bundle.subject, day, fare.operator if fare.day is not None else "",
            charged, sums.get("subsidy", 0), sums.get("corporate", 0), points, pass_id,
        )  # fmt: skip

    def _take_points(
        self, connection: Connection, bundle: Bundle, part: Part, points: int, now: datetime
    ) -> None:
        """The yen come from the fund by the part's split; here the points leave the member."""
        ledger = self._points.ledger
        self._points.open(connection, now=now)
        have = self._points.balance(connection, bundle.subject, now=now)
        if have < points:  # spent elsewhere after the reservation ran out: the scheme bears the rest
            _log.warning("bundle %s: %s of %s points are there", bundle.id, have, points)
        if have:
            key = f"points:{part.key(bundle.id)}"
            self._points.burn(connection, key, bundle.subject, min(have, points), bundle.id, now=now)
        ledger.open(connection, [Account(FUND)], now=now)

    def _earn(self, connection: Connection, bundle: Bundle, part: Part, now: datetime) -> None:
        held = part.held
        if held is None or held.starts_ms is None or held.category not in RIDES:
            return
        starts = datetime.fromtimestamp(held.starts_ms / 1000, UTC).astimezone(self._zone)
        for name, when in self._config.earn_when.items():
            if when.by != "ride" or (when.operators and held.provider_id not in when.operators):
                continue
            if when.hours and not any(first <= starts.hour < last for first, last in when.hours):
                continue
            self._points.open(connection, now=now)
            today = now.astimezone(self._zone).date()
            try:
                self._points.earn(
                    connection,
                    bundle.subject,
                    name,
                    1,
                    part.key(bundle.id),
                    min(starts.date(), today),
                    now=now,
                )
            except PointsError:
                continue  # beyond a limit: the ride is booked all the same

    def _unearn(self, connection: Connection, bundle: Bundle, part: Part, now: datetime) -> None:
        """What a ride that never was had earned goes back, as far as it is still there."""
        for name, when in self._config.earn_when.items():
            if when.by == "ride":
                self._points.take_back(connection, name, part.key(bundle.id), bundle.subject, now=now)


def _discount(off: Off) -> Discount:
    """With the right by which the rider pays less, of however many who ride."""
    if not off.right:
        return Discount(off.rule, off.amount_minor, off.text)
    asked = bool(off.proof or off.proof_url)
    whose = Reduced(off.right, 1, off.text.get("ja", ""), asked, off.proof_url, off.proof)
    return Discount(off.rule, off.amount_minor, off.text, whose)


def entitlements_of(connection: Connection, account_id: str, now: datetime) -> frozenset[str]:
    """What was proven of an account and holds now."""
    c = entitlement.c
    rows = connection.execute(
        select(c.kind).where(
            c.account_id == account_id, c.holds, c.revoked_ms.is_(None), c.expires_ms > to_ms(now)
        )
    )
    return frozenset(rows.scalars())


def _summed(found: Priced) -> list[tuple[str, int]]:
    sums: dict[str, int] = {}
    for account, amount in found.borne_by():
        sums[account] = sums.get(account, 0) + amount
    return list(sums.items())
