"""Pay a party what a closed month owes it, and correct what was wrong, through the ledger.

By the processor (Connect): the party's balance falls as money at the processor moves to the payee's account
there. By bank: the party's balance falls as `bank:main` does, when the bank file shows the transfer; until
then it is pending.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from payments.errors import ProcessorError, SettlementError, Unavailable
from payments.hold import processor_account
from payments.ledger import Account, Entry, Ledger, Leg, Resolution, TransferState
from payments.ledger import audit as book
from payments.ports import Processor
from payments.settlement.statement import Month
from storage.database import Database

BANK = "bank:main"
ADJUSTMENTS = "platform:adjustments"


@dataclass(frozen=True, slots=True)
class Due:
    """What a party is owed for the months up to `month`."""

    account: str
    month: Month
    amount_minor: int

    @property
    def key(self) -> str:
        """One payout per party and month."""
        return f"payout:{self.account}:{self.month}"


def due(connection: Connection, ledger: Ledger, account: str, month: Month, *, now: datetime) -> Due:
    """What can be paid for a month that is over: its closing balance, but not more than is available now.

    Later refunds lower it; a negative balance is carried on. Raises SettlementError before the month is over.
    """
    if now < month.until:
        raise SettlementError(f"{month} is not over; {account} can be paid from {month.after} on")
    closing = book.posted_before(connection, account, month.until)
    available = ledger.balance(connection, account).available_minor
    return Due(account, month, max(0, min(closing, available)))


def pay_by_processor(
    database: Database, ledger: Ledger, processor: Processor, payable: Due, payee_id: str, *, now: datetime
) -> TransferState:
    """Reserve, transfer, book.

    Safe to repeat after any failure. Raises Unavailable when the answer was lost, SettlementError for what
    was ordered by bank.
    """
    target = processor_account(processor.name)

    def reserve(connection: Connection) -> TransferState:
        known = book.state(connection, payable.key)
        if known is None:
            ledger.open(connection, [Account(target)], now=now)
            ledger.post(connection, [_entry(payable, target)], now=now)
            return TransferState.PENDING
        found = book.transfer(connection, payable.key)
        if found is None or target not in {leg.account for leg in found.legs}:
            raise SettlementError(f"{payable.account}: {payable.month} was ordered by bank already")
        return known

    state = database.run(reserve)
    if state is not TransferState.PENDING:
        return state
    amount = _reserved(database, payable.key)
    try:
        receipt = processor.transfer(payable.key, payee_id, amount, str(payable.month))
        done = Resolution(f"{payable.key}:done", "payout", payable.key, external_id=receipt.id)
    except Unavailable:
        raise
    except ProcessorError as error:
        void = Resolution(f"{payable.key}:refused", "payout-refused", payable.key, void=True)
        database.run(lambda connection: ledger.resolve(connection, void, now=now))
        raise SettlementError(f"{payable.account}: the processor refused the payout: {error}") from error
    database.run(lambda connection: ledger.resolve(connection, done, now=now))
    return TransferState.SETTLED


def order_by_bank(connection: Connection, ledger: Ledger, payable: Due, *, now: datetime) -> str:
    """Reserve a payout by bank transfer.

    Returns the text to put on the transfer, which the bank file shows again.
    """
    ledger.open(connection, [Account(BANK)], now=now)
    ledger.post(connection, [_entry(payable, BANK)], now=now)
    return payable.key


def confirm_by_bank(connection: Connection, ledger: Ledger, key: str, bank_id: str, *, now: datetime) -> None:
    """The bank file shows the transfer: book it."""
    ledger.resolve(connection, Resolution(f"{key}:done", "payout", key, external_id=bank_id), now=now)


def correct(
    connection: Connection,
    ledger: Ledger,
    key: str,
    account: str,
    amount_minor: int,
    reason: str,
    *,
    now: datetime,
) -> None:
    """Give (+) or take (-) what an earlier month got wrong.

    It shows on this month's statement with its reason.
    """
    if not reason.strip():
        raise SettlementError(f"correction {key!r} of {account}: say why")
    ledger.open(connection, [Account(ADJUSTMENTS)], now=now)
    legs = (Leg(ADJUSTMENTS, -amount_minor, reason[:80]), Leg(account, amount_minor, reason[:80]))
    ledger.post(connection, [Entry(key, "correction", legs)], now=now)


def _entry(payable: Due, target: str) -> Entry:
    if payable.amount_minor <= 0:
        raise SettlementError(f"{payable.account} is owed nothing for {payable.month}")
    return Entry.move(
        payable.key, "payout", payable.account, target, payable.amount_minor, reference=str(payable.month),
        pending=True,
    )  # fmt: skip


def _reserved(database: Database, key: str) -> int:
    """What was reserved first, should the balance have changed since."""
    with database.read() as connection:
        found = book.transfer(connection, key)
    assert found is not None, key
    return max(leg.amount_minor for leg in found.legs)
