"""Corrections of statements and payees of the processor, for administrators; each in the audit trail."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Header
from pydantic import BaseModel, ConfigDict, Field

from maas.api.identity.guards import Guards
from maas.api.identity.problems import also
from maas.api.settling.books import Books
from maas.api.settling.statements import AccountPath, MonthText
from maas.identity import audit
from maas.identity.model import Role
from maas.identity.principal import Principal
from maas.settling.errors import BadCorrection, CorrectionRepeated, NoStatement
from maas.settling.month import is_party
from maas.settling.payees import payees, payout, register
from payments.errors import KeyReused, SettlementError
from payments.settlement.payouts import correct
from payments.settlement.statement import Month

__all__ = ["router"]

Key = Annotated[str, Header(alias="Idempotency-Key", min_length=8, max_length=60, pattern=r"^[\x21-\x7e]+$")]
_LIMIT = 100_000_000


class CorrectionIn(BaseModel):
    """What an earlier month got wrong."""

    model_config = ConfigDict(extra="forbid")

    amount_minor: int = Field(ge=-_LIMIT, le=_LIMIT, description="above zero is given, below zero is taken")
    reason: str = Field(min_length=3, max_length=80, description="stands on the statement")


class CorrectionView(BaseModel):
    """A correction that was booked."""

    account: str
    amount_minor: int
    reason: str
    balance_minor: int = Field(description="of the account now")


class PayeeView(BaseModel):
    """A party that can be paid through the processor."""

    account: str
    processor: str
    payee_id: str


class PayoutIn(BaseModel):
    """Up to the end of which month."""

    model_config = ConfigDict(extra="forbid")

    month: MonthText


class PayoutView(BaseModel):
    """What was paid."""

    account: str
    month: str
    amount_minor: int = Field(description="what was owed at this moment; zero once it was paid")
    state: str = Field(description="settled, or pending until the processor has said so")


def router(books: Books, guards: Guards) -> APIRouter:
    """For administrators at a browser."""
    routes = APIRouter(tags=["statements"], responses=also(401, 403))
    chief = Depends(guards.requires(Role.ADMINISTRATOR))
    payments, identity = books.payments, books.identity

    def party(account: str) -> str:
        with payments.database.read() as connection:
            known = payments.ledger.balances(connection, [account])
        if not is_party(account) or account not in known:
            raise NoStatement(f"{account[:80]!r} is no operator or shop that has sold anything")
        return account

    def written(who: Principal, what: str, account: str, **detail: str | int) -> None:
        identity.write(lambda work: audit.append(work, what, account, **detail), by=who)

    @routes.post("/v1/statements/{account}/corrections", status_code=201, responses=also(404, 409))
    def correct_statement(
        account: AccountPath, asked: CorrectionIn, key: Key, who: Principal = chief
    ) -> CorrectionView:
        """Give or take what was wrong; it shows on this month's statement. The same key books it once."""
        party(account)
        reason = re.sub(r"\s+", " ", asked.reason).strip()
        if not asked.amount_minor or not reason:
            raise BadCorrection("amount_minor: not zero; reason: in words")
        now = identity.clock()
        try:
            payments.database.run(
                lambda connection: correct(
                    connection, payments.ledger, f"correction:{key}", account, asked.amount_minor, reason,
                    now=now,
                )
            )  # fmt: skip
        except KeyReused as error:
            raise CorrectionRepeated(f"Idempotency-Key {key!r} stands for another correction") from error
        except SettlementError as error:
            raise BadCorrection(str(error)) from error
        written(who, "statement.correct", account, amount_minor=asked.amount_minor, reason=reason)
        with payments.database.read() as connection:
            balance = payments.ledger.balance(connection, account)
        return CorrectionView(
            account=account, amount_minor=asked.amount_minor, reason=reason,
            balance_minor=balance.posted_minor,
        )  # fmt: skip

    @routes.get("/v1/payees")
    def list_payees(who: Principal = chief) -> list[PayeeView]:
        """Parties that the processor can pay."""
        del who
        with payments.database.read() as connection:
            found = payees(connection, payments)
        return [_payee(one.account, one.payee_id) for one in found]

    @routes.put("/v1/payees/{account}", responses=also(404))
    def register_payee(account: AccountPath, who: Principal = chief) -> PayeeView:
        """Make a party known to the processor; what it asks of them it asks on its own pages."""
        made = register(payments, party(account), now=identity.clock())
        written(who, "payee.register", account, payee=made.payee_id)
        return _payee(account, made.payee_id)

    @routes.post("/v1/payees/{account}/payouts", responses=also(404, 409))
    def pay_out(account: AccountPath, asked: PayoutIn, who: Principal = chief) -> PayoutView:
        """Pay what a month that is over owes, once for each month; `maas settle --pay` does so by bank."""
        owed, state = payout(payments, account, Month.parse(asked.month), now=identity.clock())
        written(who, "payee.payout", account, month=asked.month, amount_minor=owed.amount_minor)
        return PayoutView(
            account=account, month=asked.month, amount_minor=owed.amount_minor, state=state.value.lower()
        )

    def _payee(account: str, payee_id: str) -> PayeeView:
        return PayeeView(account=account, processor=payments.processor.name, payee_id=payee_id)

    return routes
