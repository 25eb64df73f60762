"""Passes that renew: the next one is bought a day before the last one ends, with the card preferred then.

Each pass has at most one successor: its purchase carries the pass's id as its key, so a sweep that died, or
two at once, buy it once. A card that says no is asked again on the next days, then the renewal ends; its
owner is told each time. Who stops it, or gives the pass up, is never charged again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import Connection, select, update

from maas.errors import UserError
from maas.fares.errors import PassState, UnknownPass
from maas.fares.passes import Bought, Passes, Wanted
from maas.fares.tables import renewal
from maas.identity.sql import to_ms
from payments.errors import PaymentsError
from storage.database import Database
from storage.sql import insert_new, put

__all__ = ["Failed", "Renewals", "Renewing"]

TRIES = 3
_AGAIN = timedelta(days=1)
_AHEAD = timedelta(days=1)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Renewing:
    """Whether a pass renews. `state`: on, off, done (its successor was bought), failed."""

    state: str = "off"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """A renewal that could not be paid, for its owner to hear; `last`: it will not be tried again."""

    account_id: str
    product_id: str
    first_day: date
    reason: str
    last: bool


class Renewals:
    """The standing orders of passes. `card_of` gives (customer, method) or raises UserError."""

    def __init__(
        self,
        database: Database,
        passes: Passes,
        zone: tzinfo,
        card_of: Callable[[Connection, str], tuple[str, str]],
        tell: Callable[[Failed], None],
    ) -> None:
        self._database = database
        self._passes = passes
        self._zone = zone
        self._card_of = card_of
        self._tell = tell

    def of(self, account_id: str) -> dict[str, Renewing]:
        """By pass, those of an account that renew or did."""
        with self._database.read() as connection:
            rows = connection.execute(select(renewal).where(renewal.c.account_id == account_id))
            return {row.pass_id: Renewing(row.state, row.reason) for row in rows}

    def set(self, account_id: str, pass_id: str, renews: bool, *, now: datetime) -> Renewing:
        """Begin or stop; safe to repeat. Raises UnknownPass, PassState for a pass that is not paid."""
        bought = self._passes.go_on(account_id, pass_id, now=now)
        if renews and bought.state not in ("active", "paying"):
            raise PassState(f"pass {pass_id}: it is {bought.state}; only one that is paid renews")

        def work(connection: Connection) -> Renewing:
            c = renewal.c
            row = connection.execute(select(renewal).where(c.pass_id == pass_id).with_for_update()).first()
            known = Renewing() if row is None else Renewing(row.state, row.reason)
            if known.state == "done" or (known.state == "on") is renews:
                return known
            asked_day = None if row is None else row.asked_day  # of a try under way: that is gone on with
            tries = 0 if row is None else row.tries
            if asked_day is None:
                tries = -(-tries // TRIES) * TRIES
            values = {
                "account_id": account_id, "product_id": bought.product.id,
                "next_day": bought.last_day + timedelta(days=1),
                "asked_day": asked_day, "state": "on" if renews else "off",
                "tries": tries, "reason": "", "due_ms": to_ms(now),
            }  # fmt: skip
            put(connection, renewal, {"pass_id": pass_id}, values)
            return Renewing(str(values["state"]))

        return self._database.run(work)

    def sweep(self, *, now: datetime) -> int:
        """Buy what is due; how many were renewed. For a worker, again and again; several do no harm."""
        today = now.astimezone(self._zone).date()
        c = renewal.c
        with self._database.read() as connection:
            due = connection.execute(
                select(renewal)
                .where(c.state == "on", c.next_day <= today + _AHEAD, c.due_ms <= to_ms(now))
                .order_by(c.next_day, c.pass_id)
            ).all()
        return sum(self._renewed(row, today, now) for row in due)

    def _renewed(self, row: Any, today: date, now: datetime) -> bool:
        try:
            if self._passes.go_on(row.account_id, row.pass_id, now=now).state != "active":
                return self._failed(row, "the pass before it was given back or not paid", now, last=True)
            with self._database.read() as connection:
                customer, method = self._card_of(connection, row.account_id)
            day = self._asked_day(row, max(row.next_day, today))
            key = f"renew:{row.pass_id[4:]}:{row.tries}"
            wanted = Wanted(row.product_id, day, key, customer, method, off_session=True)
            bought = self._passes.buy(row.account_id, wanted, now=now)
        except UnknownPass:
            return self._failed(row, "it is no longer sold", now, last=True)
        except UserError as error:
            return self._failed(row, str(error), now)
        except PaymentsError as error:
            _log.warning("renewing %s: %s; it is tried again", row.pass_id, error)
            return False
        if bought.state == "refused":
            return self._failed(row, bought.reason, now)
        return bought.state == "active" and self._database.run(lambda c: self._go_over(c, row, bought, now))

    def _asked_day(self, row: Any, day: date) -> date:
        """The first day that this try asks for; the same however often it is repeated."""
        c = renewal.c

        def work(connection: Connection) -> date:
            mine = c.pass_id == row.pass_id
            connection.execute(update(renewal).where(mine, c.asked_day.is_(None)).values(asked_day=day))
            kept: date = connection.execute(select(c.asked_day).where(mine)).scalar_one()
            return kept

        return self._database.run(work)

    def _go_over(self, connection: Connection, row: Any, bought: Bought, now: datetime) -> bool:
        """The order passes to the new pass, unless it was stopped meanwhile."""
        c = renewal.c
        done = connection.execute(
            update(renewal).where(c.pass_id == row.pass_id, c.state == "on").values(state="done")
        )
        if done.rowcount != 1:
            return False
        values = {
            "pass_id": bought.id, "account_id": row.account_id, "product_id": row.product_id,
            "next_day": bought.last_day + timedelta(days=1), "asked_day": None, "state": "on", "tries": 0,
            "reason": "", "due_ms": to_ms(now),
        }  # fmt: skip
        connection.execute(insert_new(connection, renewal).values(values))
        return True

    def _failed(self, row: Any, reason: str, now: datetime, *, last: bool = False) -> bool:
        c = renewal.c
        ends = last or (row.tries + 1) % TRIES == 0
        values = {
            "state": "failed" if ends else "on", "tries": row.tries + 1, "reason": reason[:200],
            "asked_day": None, "due_ms": to_ms(now + _AGAIN),
        }  # fmt: skip

        def work(connection: Connection) -> bool:
            mine = (c.pass_id == row.pass_id, c.state == "on", c.tries == row.tries)
            return connection.execute(update(renewal).where(*mine).values(values)).rowcount == 1

        if self._database.run(work):
            self._tell(Failed(row.account_id, row.product_id, row.next_day, reason, ends))
        return False
