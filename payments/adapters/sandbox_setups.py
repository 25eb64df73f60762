"""The sandbox's way to save a card: a payer picks a test card on its page; no number is ever typed."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update

from payments.adapters import sandbox_tables as s
from payments.adapters.sandbox_cards import SAVED
from payments.errors import Refused
from payments.ports import SavedCard
from storage.database import Database

EXPIRES = "2039-12"


def start(connection: Connection, setup_id: str, customer_id: str) -> str:
    """A setup without a card; its id."""
    connection.execute(insert(s.setup).values(id=setup_id, customer_id=customer_id, method=""))
    return setup_id


def choose(database: Database, setup_id: str, method: str) -> None:
    """What the payer does on the page: pick a test card. Raises Refused."""
    if method not in SAVED:
        raise Refused(f"the sandbox has no test card {method[:40]!r}", code="method")
    with database.write() as connection:
        done = connection.execute(update(s.setup).where(s.setup.c.id == setup_id).values(method=method))
        if done.rowcount != 1:
            raise _unknown(setup_id)


def saved(connection: Connection, setup_id: str) -> SavedCard | None:
    """The card of a setup; None until one was picked. Raises Refused for no such setup."""
    row = connection.execute(select(s.setup.c.method).where(s.setup.c.id == setup_id)).first()
    if row is None:
        raise _unknown(setup_id)
    if not row.method:
        return None
    brand, last4 = SAVED[row.method]
    return SavedCard(row.method, brand, last4, EXPIRES)


def _unknown(setup_id: str) -> Refused:
    return Refused(f"no card is being saved as {setup_id[:40]!r}", code="unknown")
