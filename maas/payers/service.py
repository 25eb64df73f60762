"""Saving a card on the processor's own page, and paying with one that was saved.

The processor knows a payer under a pseudonym of ours and keeps the card; we keep its token, brand and last
digits. Calls to the processor stand outside transactions and carry keys, so that a repeat does nothing more.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from maas.payers.errors import NoMethod, UnknownMethod
from maas.payers.tables import method, payer, setup
from payments.errors import TryAgain
from payments.ports import Processor, SavedCard
from storage.database import Database
from storage.sql import insert_new

__all__ = ["Instrument", "Method", "Payers", "Saving"]

METHODS_MAX = 20


@dataclass(frozen=True, slots=True)
class Method:
    """A saved card as its owner sees it; `expires` is YYYY-MM or empty."""

    id: str
    brand: str
    last4: str
    expires: str
    preferred: bool


@dataclass(frozen=True, slots=True)
class Saving:
    """A card being saved: the page to go to (or the secret for the processor's script), then the card."""

    id: str
    url: str
    client_secret: str
    then: str
    method: Method | None


@dataclass(frozen=True, slots=True)
class Instrument:
    """What `payments.ports.AuthoriseRequest` takes of a payer: the processor's names."""

    customer_id: str
    method: str


class Payers:
    """Saved cards over one database and one processor. `random` gives ids (tests pass their own)."""

    def __init__(
        self, database: Database, processor: Processor, random: Callable[[int], bytes] = secrets.token_bytes
    ) -> None:
        self._database = database
        self._processor = processor
        self._random = random

    def begin(self, account_id: str, then: str, *, now: datetime) -> Saving:
        """Start saving a card; `then` is the page of ours to come back to. Raises ProcessorError."""
        customer_id = self._customer(account_id)
        id_ = f"pst_{self._random(16).hex()}"
        started = self._processor.start_setup(f"setup:{id_}", customer_id)
        row = {
            "id": id_, "account_id": account_id, "processor_id": started.id, "url": started.url,
            "client_secret": started.client_secret, "go_to": then, "at_ms": _ms(now),
        }  # fmt: skip
        with self._database.write() as connection:
            connection.execute(insert(setup).values(row))
        return Saving(id_, started.url, started.client_secret, then, None)

    def finish(self, account_id: str, setup_id: str, *, now: datetime) -> Saving:
        """Ask the processor what became of a saving, and keep the card. Safe to repeat.

        Raises UnknownMethod, ProcessorError.
        """
        with self._database.read() as connection:
            row = self._setup(connection, account_id, setup_id)
            if row.method_id is not None:
                return _saving(row, self._find(connection, account_id, row.method_id))
        card = self._processor.saved_card(row.processor_id)
        if card is None:
            return _saving(row, None)
        made = self._database.run(lambda connection: self._keep(connection, account_id, setup_id, card, now))
        return _saving(row, made)

    def then_of(self, processor_id: str, default: str = "/") -> str:
        """Where the browser that saved a card goes back to, by the processor's id of the saving."""
        with self._database.read() as connection:
            found = connection.execute(
                select(setup.c.go_to).where(setup.c.processor_id == processor_id)
            ).scalar()
        return default if found is None else str(found)

    def owner_of(self, processor_id: str) -> str | None:
        """Whose saving that is."""
        with self._database.read() as connection:
            return connection.execute(
                select(setup.c.account_id).where(setup.c.processor_id == processor_id)
            ).scalar()

    def methods(self, account_id: str) -> list[Method]:
        """The account's cards, the preferred one first, then the latest."""
        with self._database.read() as connection:
            rows = connection.execute(
                select(method)
                .where(method.c.account_id == account_id, method.c.processor == self._processor.name)
                .order_by(method.c.preferred.desc(), method.c.at_ms.desc(), method.c.id)
            ).all()
        return [_method(row) for row in rows]

    def prefer(self, account_id: str, method_id: str) -> Method:
        """Pay with this card where nothing else is said. Raises UnknownMethod."""

        def work(connection: Connection) -> Method:
            self._find(connection, account_id, method_id)
            connection.execute(
                update(method)
                .where(method.c.account_id == account_id)
                .values(preferred=method.c.id == method_id)
            )
            return self._find(connection, account_id, method_id)

        return self._database.run(work)

    def forget(self, account_id: str, method_id: str) -> None:
        """Remove a card here and at the processor; payments under way keep theirs. Raises UnknownMethod."""

        def work(connection: Connection) -> str:
            self._find(connection, account_id, method_id)
            row = connection.execute(
                delete(method).where(method.c.id == method_id).returning(method.c.token)
            ).one()
            return str(row.token)

        token = self._database.run(work)
        self._processor.forget_card(f"forget:{method_id}", token)

    def instrument(self, connection: Connection, account_id: str, method_id: str | None = None) -> Instrument:
        """What to charge: the named card, or the preferred one. Raises UnknownMethod, NoMethod."""
        query = select(method.c.token, payer.c.customer_id).join(
            payer, (payer.c.account_id == method.c.account_id) & (payer.c.processor == method.c.processor)
        )
        mine = query.where(method.c.account_id == account_id, method.c.processor == self._processor.name)
        if method_id is not None:
            row = connection.execute(mine.where(method.c.id == method_id)).first()
            if row is None:
                raise _unknown(method_id)
        else:
            row = connection.execute(
                mine.order_by(method.c.preferred.desc(), method.c.at_ms.desc()).limit(1)
            ).first()
            if row is None:
                raise NoMethod("no card is saved; POST /v1/me/payment-methods begins saving one")
        return Instrument(str(row.customer_id), str(row.token))

    def _customer(self, account_id: str) -> str:
        """The processor's customer of an account, made on first use under a pseudonym."""
        name = self._processor.name
        fresh = {"account_id": account_id, "processor": name, "reference": f"pyr_{self._random(16).hex()}"}

        def reserve(connection: Connection) -> Any:
            connection.execute(insert_new(connection, payer).values(**fresh, customer_id=""))
            return connection.execute(
                select(payer.c.reference, payer.c.customer_id).where(_payer(account_id, name))
            ).one()

        kept = self._database.run(reserve)
        if kept.customer_id:
            return str(kept.customer_id)
        customer = self._processor.create_customer(f"customer:{kept.reference}", kept.reference)
        with self._database.write() as connection:
            connection.execute(update(payer).where(_payer(account_id, name)).values(customer_id=customer.id))
        return customer.id

    def _setup(self, connection: Connection, account_id: str, setup_id: str) -> Any:
        row = connection.execute(
            select(setup).where(setup.c.id == setup_id, setup.c.account_id == account_id)
        ).first()
        if row is None:
            raise _unknown(setup_id)
        return row

    def _find(self, connection: Connection, account_id: str, method_id: str) -> Method:
        row = connection.execute(
            select(method).where(method.c.id == method_id, method.c.account_id == account_id)
        ).first()
        if row is None:
            raise _unknown(method_id)
        return _method(row)

    def _keep(
        self, connection: Connection, account_id: str, setup_id: str, card: SavedCard, now: datetime
    ) -> Method:
        id_ = f"pmt_{self._random(16).hex()}"
        taken = connection.execute(
            update(setup).where(setup.c.id == setup_id, setup.c.method_id.is_(None)).values(method_id=id_)
        )
        if taken.rowcount != 1:
            row = self._setup(connection, account_id, setup_id)
            if row.method_id is None:
                raise TryAgain("the saving changed in this moment; look again")
            return self._find(connection, account_id, row.method_id)
        mine = (method.c.account_id == account_id) & (method.c.processor == self._processor.name)
        count = len(connection.execute(select(method.c.id).where(mine)).all())
        if count >= METHODS_MAX:
            raise NoMethod(f"{METHODS_MAX} cards are saved already; remove one first")
        connection.execute(
            insert(method).values(
                id=id_, account_id=account_id, processor=self._processor.name, token=card.method,
                brand=card.brand, last4=card.last4, expires=card.expires, preferred=count == 0,
                at_ms=_ms(now),
            )
        )  # fmt: skip
        return self._find(connection, account_id, id_)


def _payer(account_id: str, processor: str) -> Any:
    return (payer.c.account_id == account_id) & (payer.c.processor == processor)


def _method(row: Any) -> Method:
    return Method(row.id, row.brand, row.last4, row.expires, bool(row.preferred))


def _saving(row: Any, made: Method | None) -> Saving:
    return Saving(row.id, row.url, row.client_secret, row.go_to, made)


def _unknown(id_: str) -> UnknownMethod:
    return UnknownMethod(f"you have no payment method {id_[:60]!r}")


def _ms(now: datetime) -> int:
    return int(now.timestamp() * 1000)
