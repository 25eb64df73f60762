"""Parties that are paid through the processor: who they are there, and payouts of months that are over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Column, Connection, MetaData, String, Table, select

from maas.identity.sql import to_ms
from maas.settling.errors import NoPayee, NotPaid
from payments.errors import SettlementError
from payments.ledger import TransferState
from payments.service import Payments
from payments.settlement.payouts import Due, due, pay_by_processor
from payments.settlement.statement import Month
from storage.database import Database
from storage.schema import create_tables
from storage.sql import insert_new

__all__ = ["KnownPayee", "create_schema", "payees", "payout", "register"]

metadata = MetaData()
payee = Table(
    "settling_payee",
    metadata,
    Column("account", String(160), primary_key=True),
    Column("processor", String(40), primary_key=True),
    Column("payee_id", String(80), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)


@dataclass(frozen=True, slots=True)
class KnownPayee:
    """A party and its name at the processor."""

    account: str
    payee_id: str


def create_schema(database: Database) -> None:
    """Create what is missing; safe to run again and from several processes."""
    database.run(lambda connection: create_tables(connection, metadata))


def payees(connection: Connection, payments: Payments) -> list[KnownPayee]:
    """Those that the present processor can pay, by account."""
    rows = connection.execute(
        select(payee).where(payee.c.processor == payments.processor.name).order_by(payee.c.account)
    )
    return [KnownPayee(row.account, row.payee_id) for row in rows]


def register(payments: Payments, account: str, *, now: datetime) -> KnownPayee:
    """Make a party known to the processor; repeated, it is the same one. Raises ProcessorError."""
    made = payments.processor.create_payee(f"payee:{account}", account)
    row = {
        "account": account, "processor": payments.processor.name, "payee_id": made.id, "at_ms": to_ms(now),
    }  # fmt: skip
    payments.database.run(lambda connection: connection.execute(insert_new(connection, payee).values(row)))
    return KnownPayee(account, made.id)


def payout(payments: Payments, account: str, month: Month, *, now: datetime) -> tuple[Due, TransferState]:
    """Pay what a month that is over owes a payee; once for each party and month.

    Raises NoPayee, NotPaid where nothing can be paid; Unavailable: ask again, nothing is paid twice.
    """
    with payments.database.read() as connection:
        known = {one.account: one for one in payees(connection, payments)}
        if account not in known:
            raise NoPayee(f"{account[:80]!r} is not known to the processor; PUT /v1/payees/{account[:80]}")
        try:
            owed = due(connection, payments.ledger, account, month, now=now)
        except SettlementError as error:
            raise NotPaid(str(error)) from error
    try:
        state = pay_by_processor(
            payments.database, payments.ledger, payments.processor, owed, known[account].payee_id, now=now
        )
    except SettlementError as error:
        raise NotPaid(str(error)) from error
    return owed, state
