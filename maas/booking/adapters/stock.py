"""Slots of local services: `maas.services.stock_many` as a `LocalProvider`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Connection, select

from maas.booking.errors import PartRefused
from maas.booking.model import CaptureRule, Held
from maas.booking.ports import Ask, Standing
from maas.booking.wishes import ServiceWish
from maas.services import stock
from maas.services.catalogue import Catalogue, Snapshot
from maas.services.errors import ServiceError, WrongState
from maas.services.hold import Hold, HoldState
from maas.services.model import Category
from maas.services.sql import to_ms
from maas.services.stock_many import Want, confirm_many, extend_many, hold_many
from maas.services.tables import hold as hold_table
from maas.services.tables import slot as slot_table

__all__ = ["Stock"]

_ON_USE = frozenset({Category.LODGING, Category.CLINIC, Category.PHARMACY})
"""Paid when one is there; everything else with the confirmation."""
_STANDING = {
    HoldState.HELD: Standing.HELD, HoldState.CONFIRMED: Standing.CONFIRMED,
    HoldState.REDEEMED: Standing.COMPLETED, HoldState.NO_SHOW: Standing.NO_SHOW,
    HoldState.CANCELLED: Standing.CANCELLED, HoldState.RELEASED: Standing.NONE,
    HoldState.EXPIRED: Standing.NONE,
}  # fmt: skip


class Stock:
    """Implements `maas.booking.ports.LocalProvider`."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def hold(
        self, connection: Connection, groups: Sequence[Sequence[Ask]], *, now: datetime
    ) -> list[list[Held] | PartRefused]:
        """See the port."""
        wants = [
            [
                Want(wish.slot_id, wish.quantity, wish.waiting or ask.key, ask.subject, ask.ttl_s)
                for ask in group
                if isinstance(wish := ask.wish, ServiceWish)
            ]
            for group in groups
        ]
        answers = hold_many(connection, wants, now=now)
        ends = self._ends(connection, [h.slot_id for a in answers if isinstance(a, list) for h in a])
        offers = self._catalogue.snapshot(connection) if ends else None
        return [
            _refused(answer)
            if isinstance(answer, ServiceError)
            else [_held(offers, hold, ends.get(hold.slot_id)) for hold in answer if offers is not None]
            for answer in answers
        ]

    def extend(self, connection: Connection, keys: Sequence[str], *, ttl_s: float) -> set[str]:
        """See the port."""
        return set(extend_many(connection, keys, ttl_s=ttl_s))

    def confirm(
        self, connection: Connection, keys: Sequence[str], *, now: datetime
    ) -> dict[str, PartRefused | None]:
        """See the port."""
        del now
        answers = confirm_many(connection, keys)
        return {k: _refused(a) if isinstance(a, ServiceError) else None for k, a in answers.items()}

    def cancel(self, connection: Connection, key: str, *, undo: bool, now: datetime) -> None:
        """See the port."""
        found = stock.find_hold(connection, key)
        if found is None:
            return
        if found.state is HoldState.HELD:
            stock.release(connection, key, now=now)
        elif found.state is HoldState.CONFIRMED:
            stock.cancel(connection, key, now=now, waive_fee=undo)
        elif found.state in (HoldState.REDEEMED, HoldState.NO_SHOW):
            raise PartRefused(f"{found.offer_id!r} was {found.state.value} already", reason="too_late")

    def standing(self, connection: Connection, keys: Sequence[str]) -> dict[str, Standing]:
        """See the port."""
        c = hold_table.c
        rows = connection.execute(select(c.key, c.state).where(c.key.in_(list(keys))))
        return {row.key: _STANDING[HoldState(row.state)] for row in rows}

    def missed(self, connection: Connection, key: str, *, now: datetime) -> None:
        """See the port."""
        try:
            stock.no_show(connection, key, now=now)
        except WrongState as error:
            raise PartRefused(str(error), reason="too_early") from error

    def used(self, connection: Connection, key: str, use_key: str, *, now: datetime) -> None:
        """See the port."""
        del now
        try:
            stock.redeem(connection, key, use_key)
        except WrongState as error:
            raise PartRefused(str(error), reason="used") from error

    def _ends(self, connection: Connection, slots: Sequence[str]) -> dict[str, int | None]:
        if not slots:
            return {}
        rows = connection.execute(
            select(slot_table.c.id, slot_table.c.ends_at_ms).where(slot_table.c.id.in_(set(slots)))
        )
        return {row.id: row.ends_at_ms for row in rows}


def _held(snapshot: Snapshot, hold: Hold, ends_ms: int | None) -> Held:
    offer = snapshot.get(hold.offer_id).offer
    provider = snapshot.providers[offer.provider_id]
    capture = CaptureRule.ON_USE if offer.category in _ON_USE else CaptureRule.NOW
    return Held(
        ref=hold.key, price_minor=hold.price_minor,
        starts_ms=None if hold.starts_at is None else to_ms(hold.starts_at), ends_ms=ends_ms,
        expires_ms=to_ms(hold.expires_at), account=provider.account, provider_id=provider.id,
        category=offer.category.value, offer_id=offer.id, tags=tuple(offer.tags),
        tax_percent=hold.tax_percent, capture=capture, terms=hold.terms.model_dump(),
        told={
            "offer_id": offer.id, "name": offer.name.model_dump(), "provider": provider.name.model_dump(),
            "slot_id": hold.slot_id, "quantity": hold.quantity, "lat": offer.lat, "lon": offer.lon,
            "cancellation": hold.terms.text(),
        },
    )  # fmt: skip


def _refused(error: ServiceError) -> PartRefused:
    return PartRefused(str(error), reason=error.slug.replace("-", "_"))


def alternatives(connection: Connection, slot_id: str, quantity: int, *, count: int = 3) -> list[str]:
    """Slots of the same offer that are free, nearest in time to the one that is not."""
    c = slot_table.c
    wanted = connection.execute(select(c.offer_id, c.starts_at_ms).where(c.id == slot_id)).first()
    if wanted is None or wanted.starts_at_ms is None:
        return []
    day = int(timedelta(days=1).total_seconds() * 1000)
    rows = connection.execute(
        select(c.id, c.starts_at_ms).where(
            c.offer_id == wanted.offer_id, c.state == "open", c.waiting == 0, c.id != slot_id,
            (c.free.is_(None)) | (c.free >= quantity),
            c.starts_at_ms.between(wanted.starts_at_ms - day, wanted.starts_at_ms + day),
        )
    )  # fmt: skip
    near = sorted(rows, key=lambda row: abs(row.starts_at_ms - wanted.starts_at_ms))
    return [cast(str, row.id) for row in near[:count]]
