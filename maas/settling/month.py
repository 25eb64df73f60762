"""A month closed: who is owed what, who owes it, and whether ledger, processor and bank agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from maas.settling.errors import NoStatement
from payments.errors import SettlementError
from payments.ledger.audit import Finding, audit
from payments.service import Payments
from payments.settlement.invoice import Business, Invoice, fee_invoice
from payments.settlement.payouts import Due, due, order_by_bank
from payments.settlement.reconcile import BankLine, Difference, book_movements, reconcile
from payments.settlement.statement import Month, Statement, statement

__all__ = ["Closed", "Owing", "Party", "close", "is_party", "parties", "statement_of"]

_NOT_PARTIES = {"bundle", "processor", "platform", "points", "bank", "city", "employer"}
_OWING = ("city", "employer", "shop", "venue", "operator", "points")


@dataclass(frozen=True, slots=True)
class Party:
    """An operator's or shop's month. `owed` is None before it is over; `paid_under` names the bank order."""

    statement: Statement
    owed: Due | None
    invoice: Invoice | None
    paid_under: str = ""


@dataclass(frozen=True, slots=True)
class Owing:
    """Somebody who promised to add to fares, the city or an employer: what they owe at the month's end."""

    account: str
    name: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Closed:
    """The report of a month. Nothing in `differences` and `findings` means that everything agrees."""

    month: Month
    parties: tuple[Party, ...]
    owing: tuple[Owing, ...]
    movements: int
    differences: tuple[Difference, ...]
    findings: tuple[Finding, ...]


def is_party(account: str) -> bool:
    """Whether the account is one that sells and is paid: `operator:…`, `shop:…`, `clinic:…`."""
    kind, colon, name = account.partition(":")
    return bool(colon and name) and ":" not in name and kind not in _NOT_PARTIES


def parties(connection: Connection, payments: Payments) -> list[str]:
    """Every account of a party, by name."""
    return sorted(code for code in payments.ledger.balances(connection) if is_party(code))


def statement_of(
    connection: Connection, payments: Payments, account: str, month: Month, names: Mapping[str, str]
) -> Statement:
    """A party's statement. Raises NoStatement for what is no party."""
    if not is_party(account):
        raise NoStatement(f"{account[:80]!r} is no operator or shop")
    known = payments.ledger.balances(connection, [account])
    if account not in known:
        raise NoStatement(f"{account[:80]!r} has sold nothing yet")
    return statement(connection, account, names.get(account, account), month)


def close(
    payments: Payments,
    month: Month,
    *,
    names: Mapping[str, str],
    issuer: Business | None,
    bank: Sequence[BankLine] = (),
    pay: bool = False,
    now: datetime,
) -> Closed:
    """Book what only the processor knows, make every statement, compare the books; safe to repeat.

    `pay` orders what is owed by bank transfer (once for each party and month). Before a month is over it is a
    preview, and nothing can be paid.
    """
    moved = payments.processor.movements(month.since, min(month.until, now))
    payments.database.run(
        lambda connection: book_movements(
            connection, payments.ledger, payments.processor.name, moved, now=now
        )
    )
    made = payments.database.run(
        lambda connection: tuple(
            _party(connection, payments, account, month, names, issuer, pay, now)
            for account in parties(connection, payments)
        )
    )
    with payments.database.read() as connection:
        differences = reconcile(
            connection, payments.processor.name, moved, bank, since=month.since, until=month.until, now=now
        )
        findings = audit(connection)
        owing = tuple(
            Owing(code, names.get(code, code), -balance.posted_minor)
            for code, balance in sorted(payments.ledger.balances(connection).items())
            if balance.posted_minor < 0
            and balance.account.currency == "JPY"
            and code.partition(":")[0] in _OWING
        )
    return Closed(month, made, owing, len(moved), tuple(differences), tuple(findings))


def _party(
    connection: Connection,
    payments: Payments,
    account: str,
    month: Month,
    names: Mapping[str, str],
    issuer: Business | None,
    pay: bool,
    now: datetime,
) -> Party:
    made = statement(connection, account, names.get(account, account), month)
    over = now >= month.until
    invoice = None
    if issuer is not None and over:
        invoice = fee_invoice(
            made, number=f"F-{month}-{account.replace(':', '-')}", issuer=issuer,
            recipient=Business(made.name), issued_on=month.after,
        )  # fmt: skip
    owed = due(connection, payments.ledger, account, month, now=now) if over else None
    order = ""
    if pay:
        if owed is None:
            raise SettlementError(f"{month} is not over; nothing can be paid before {month.after}")
        if owed.amount_minor:
            order = order_by_bank(connection, payments.ledger, owed, now=now)
    return Party(made, owed, invoice, order)
