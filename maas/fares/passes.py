"""Passes bought over HTTP: paid once, shared by weight, given back by the day.

`buy` writes the pass down as `paying` first and asks the card then; `go_on` brings it to its end from where
it stopped, so a process may die at any point: the next look at the pass goes on.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import Connection, select, update

from maas.fares.config import FaresConfig, PassProduct
from maas.fares.errors import PassState, UnknownPass
from maas.fares.tables import held_pass
from maas.identity.sql import to_ms, was_inserted
from payments.allocation import PLATFORM_FEES, TAX_PAYABLE, Part, Receiver, allocate, take_back
from payments.errors import HoldError
from payments.fares.passes import AreaPass, pass_refund
from payments.hold import Authorise, Capture, Hold, HoldState, Refund
from payments.ledger import Account
from payments.ports import AuthoriseRequest
from payments.service import Payments

__all__ = ["Bought", "Passes", "Wanted"]

AHEAD = timedelta(days=92)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A purchase: what, from which day, with which card (the processor's names), where to come back to."""

    product_id: str
    first_day: date
    request_key: str
    customer_id: str
    method: str
    return_url: str = ""
    off_session: bool = False  # nobody is there to answer a bank


@dataclass(frozen=True, slots=True)
class Bought:
    """A pass as it stands. `state`: paying, active, refused, returned."""

    id: str
    product: PassProduct
    first_day: date
    last_day: date
    price_minor: int
    state: str
    refund_minor: int = 0
    challenge_url: str = ""
    reason: str = ""


class Passes:
    """The counter for passes of an area."""

    def __init__(self, payments: Payments, config: FaresConfig, zone: tzinfo) -> None:
        self._payments = payments
        self._database = payments.database
        self._config = config
        self._zone = zone

    def buy(self, account_id: str, wanted: Wanted, *, now: datetime) -> Bought:
        """Buy a pass; the same request key buys it once. Raises UnknownPass, PassState, ProcessorError."""
        product = self._config.product(wanted.product_id)
        if product is None:
            raise UnknownPass(f"product_id: {wanted.product_id!r} is not sold here; see /v1/passes")
        today = now.astimezone(self._zone).date()
        if not today <= wanted.first_day <= today + AHEAD:
            raise PassState(f"first_day: {wanted.first_day} is not from {today} to {today + AHEAD}")
        row = {
            "id": f"pas_{secrets.token_hex(16)}", "account_id": account_id,
            "request_key": f"{account_id}:{wanted.request_key}"[:120], "product_id": product.id,
            "first_day": wanted.first_day, "last_day": wanted.first_day + timedelta(days=product.days - 1),
            "price_minor": product.price_minor, "state": "paying", "at_ms": to_ms(now),
        }  # fmt: skip

        def reserve(connection: Connection) -> Any:
            was_inserted(connection, held_pass, row)
            return connection.execute(
                select(held_pass).where(held_pass.c.request_key == row["request_key"])
            ).one()

        kept = self._database.run(reserve)
        if (kept.product_id, kept.first_day) != (product.id, wanted.first_day):
            raise PassState("Idempotency-Key: it was used before for another pass; take a new one")
        if kept.state == "paying":
            request = self._asked(kept.id) or AuthoriseRequest(
                wanted.customer_id, wanted.method, kept.price_minor, kept.id, return_url=wanted.return_url,
                off_session=wanted.off_session,
            )  # fmt: skip
            self._payments.do(Authorise(_hold_id(kept.id), request), now=now)
        return self.go_on(account_id, kept.id, now=now)

    def go_on(self, account_id: str, pass_id: str, *, now: datetime) -> Bought:
        """A pass as it stands, brought on if its payment was answered since. Raises UnknownPass."""
        row = self._row(account_id, pass_id)
        if row.state != "paying":
            return self._view(row)
        try:
            hold = self._payments.hold(_hold_id(pass_id))
        except HoldError:  # the process died before the card was asked: nothing was taken
            return self._view(row)
        if hold.state in (HoldState.CHALLENGE, HoldState.PROCESSING, HoldState.ASKED):
            hold = self._payments.refresh(hold.id, now=now)
        if hold.state is HoldState.HELD:
            capture = Capture(f"{pass_id}:capture", hold.id, hold.request.amount_minor)
            hold = self._payments.do(capture, now=now)
        if hold.state is HoldState.CAPTURED:
            self._database.run(lambda connection: self._paid(connection, row, now))
        elif hold.state in (HoldState.DECLINED, HoldState.VOIDED):
            self._become(pass_id, "refused")
        return self._view(self._row(account_id, pass_id), hold)

    def of(self, account_id: str) -> list[Bought]:
        """Mine, the latest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                select(held_pass)
                .where(held_pass.c.account_id == account_id)
                .order_by(held_pass.c.at_ms.desc(), held_pass.c.id)
                .limit(200)
            ).all()
        return [self._view(row) for row in rows if self._config.product(row.product_id) is not None]

    def refund_minor(self, account_id: str, pass_id: str, *, now: datetime) -> int:
        """What giving it up today would return."""
        bought = self.go_on(account_id, pass_id, now=now)
        if bought.state != "active":
            return 0
        held = AreaPass(
            bought.product.id, bought.first_day, bought.last_day, frozenset({"area"}),
            frozenset(bought.product.operators),
        )  # fmt: skip
        today = now.astimezone(self._zone).date()
        before = today - timedelta(days=1) if today < bought.first_day else today
        return pass_refund(bought.price_minor, held, before, bought.product.refund_fee_minor)

    def give_up(self, account_id: str, pass_id: str, *, now: datetime) -> Bought:
        """Return the days not begun, less the fee; safe to repeat. Raises UnknownPass, PassState."""
        bought = self.go_on(account_id, pass_id, now=now)
        if bought.state == "returned":
            return bought
        if bought.state != "active":
            raise PassState(f"pass {pass_id}: it is {bought.state}; only one that is paid can be given up")
        refund = self.refund_minor(account_id, pass_id, now=now)

        def end(connection: Connection) -> int:
            done = connection.execute(
                update(held_pass)
                .where(held_pass.c.id == pass_id, held_pass.c.state == "active")
                .values(state="returned", refund_minor=refund)
            )
            return int(done.rowcount)

        if self._database.run(end) and refund:
            sources = take_back(pass_id, self._part(bought), refund)
            self._payments.do(Refund(f"{pass_id}:refund", _hold_id(pass_id), refund, sources), now=now)
        return self.go_on(account_id, pass_id, now=now)

    def _paid(self, connection: Connection, row: Any, now: datetime) -> None:
        done = connection.execute(
            update(held_pass)
            .where(held_pass.c.id == row.id, held_pass.c.state == "paying")
            .values(state="active")
        )
        if done.rowcount != 1:
            return
        bought = self._view(row)
        codes = (*bought.product.receivers, PLATFORM_FEES, TAX_PAYABLE)
        self._payments.ledger.open(connection, [Account(code) for code in codes], now=now)
        entry = allocate(f"{row.id}:allocate", row.id, (self._part(bought),))
        self._payments.ledger.post(connection, [entry], now=now)

    def _asked(self, pass_id: str) -> AuthoriseRequest | None:
        """What a card was asked for already: a repeat asks for the same, whichever card is preferred now."""
        try:
            return self._payments.hold(_hold_id(pass_id)).request
        except HoldError:
            return None

    def _part(self, bought: Bought) -> Part:
        receivers = tuple(Receiver(account, weight) for account, weight in bought.product.receivers.items())
        return Part(
            f"pass:{bought.product.id}", bought.price_minor, receivers, (), self._config.fee_per_mille
        )

    def _become(self, pass_id: str, state: str) -> None:
        with self._database.write() as connection:
            connection.execute(
                update(held_pass)
                .where(held_pass.c.id == pass_id, held_pass.c.state == "paying")
                .values(state=state)
            )

    def _row(self, account_id: str, pass_id: str) -> Any:
        with self._database.read() as connection:
            row = connection.execute(
                select(held_pass).where(held_pass.c.id == pass_id, held_pass.c.account_id == account_id)
            ).first()
        if row is None:
            raise UnknownPass(f"you have no pass {pass_id[:60]!r}")
        return row

    def _view(self, row: Any, hold: Hold | None = None) -> Bought:
        product = self._config.product(row.product_id)
        if product is None:
            raise UnknownPass(f"pass {row.id}: {row.product_id!r} is no longer known here")
        waits = hold is not None and hold.state is HoldState.CHALLENGE
        return Bought(
            row.id, product, row.first_day, row.last_day, row.price_minor, row.state, row.refund_minor,
            hold.challenge_url if waits and hold is not None else "",
            hold.decline_code if hold is not None and row.state == "refused" else "",
        )  # fmt: skip


def _hold_id(pass_id: str) -> str:
    return f"{pass_id}:pay"
