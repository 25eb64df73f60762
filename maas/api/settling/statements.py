"""`/v1/statements`: a month's sales, fees and payments of an operator or shop, for those who act for it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from maas.api.identity.guards import Guards
from maas.api.identity.problems import also
from maas.api.settling.books import Books
from maas.identity.model import Role
from maas.identity.principal import Principal
from maas.settling.errors import NoStatement
from maas.settling.month import parties, statement_of
from payments.settlement.documents import statement_pdf
from payments.settlement.invoice import Business
from payments.settlement.statement import Month, Statement, to_csv

__all__ = ["router"]

_MONTH = r"^2[0-9]{3}-(0[1-9]|1[0-2])$"
MonthQuery = Annotated[str, Query(pattern=_MONTH, examples=["2026-11"])]
MonthText = Annotated[str, Field(pattern=_MONTH, examples=["2026-11"])]
AccountPath = Annotated[str, Path(max_length=120, pattern=r"^[a-z]{1,20}:[A-Za-z0-9_.-]{1,80}$")]


class StatementLineView(BaseModel):
    """One change of the balance; gross is before the platform's fee."""

    at: datetime
    kind: str
    reference: str
    part: str
    gross_minor: int
    fee_minor: int
    net_minor: int


class StatementView(BaseModel):
    """A month of an account. Opening and the net of all lines make the closing balance."""

    account: str
    name: str
    month: str
    opening_minor: int
    closing_minor: int
    gross_minor: int
    fee_minor: int
    lines: list[StatementLineView] = Field([], description="empty in lists")

    @classmethod
    def of(cls, made: Statement, *, lines: bool = True) -> StatementView:
        """From the domain."""
        return cls(
            account=made.account, name=made.name, month=str(made.month), opening_minor=made.opening_minor,
            closing_minor=made.closing_minor, gross_minor=made.total(field="gross_minor"),
            fee_minor=made.fee_minor,
            lines=[
                StatementLineView(
                    at=x.at, kind=x.kind, reference=x.reference, part=x.part, gross_minor=x.gross_minor,
                    fee_minor=x.fee_minor, net_minor=x.net_minor,
                )
                for x in (made.lines if lines else ())
            ],
        )  # fmt: skip


def router(books: Books, guards: Guards) -> APIRouter:
    """For operators and shops about themselves, for administrators about all."""
    routes = APIRouter(tags=["statements"], responses=also(401, 403))
    acts = Depends(guards.requires(Role.OPERATOR, Role.SHOP, Role.ADMINISTRATOR, scope="statements:read"))
    payments = books.payments

    def of(who: Principal, account: str, month: str) -> Statement:
        if not _may(books, who, account):
            raise NoStatement(f"you do not act for {account!r}")
        with payments.database.read() as connection:
            return statement_of(connection, payments, account, Month.parse(month), books.names)

    @routes.get("/v1/statements")
    def list_statements(month: MonthQuery, who: Principal = acts) -> list[StatementView]:
        """A month of every account that I act for."""
        with payments.database.read() as connection:
            mine = [account for account in parties(connection, payments) if _may(books, who, account)]
            made = [
                statement_of(connection, payments, account, Month.parse(month), books.names)
                for account in mine
            ]
        return [StatementView.of(each, lines=False) for each in made]

    @routes.get("/v1/statements/{account}", responses=also(404))
    def show_statement(account: AccountPath, month: MonthQuery, who: Principal = acts) -> StatementView:
        """One account's month, line by line."""
        return StatementView.of(of(who, account, month))

    @routes.get(
        "/v1/statements/{account}/table.csv",
        response_class=Response,
        responses={200: _file("text/csv"), **also(404)},
    )
    def table(account: AccountPath, month: MonthQuery, who: Principal = acts) -> Response:
        """The statement for a spreadsheet."""
        return Response(to_csv(of(who, account, month)), media_type="text/csv; charset=utf-8")

    @routes.get(
        "/v1/statements/{account}/paper.pdf",
        response_class=Response,
        responses={200: _file("application/pdf"), **also(404)},
    )
    def paper(account: AccountPath, month: MonthQuery, who: Principal = acts) -> Response:
        """The statement on paper."""
        issuer = books.issuer or Business("MaaS")
        return Response(statement_pdf(of(who, account, month), issuer=issuer), media_type="application/pdf")

    return routes


def _may(books: Books, who: Principal, account: str) -> bool:
    """An administrator sees all; others the accounts of the organisations they act for."""
    if Role.ADMINISTRATOR in who.roles and who.scopes is None:
        return True
    held = who.organisations(Role.SHOP) | who.organisations(Role.OPERATOR)
    mine = {books.accounts[name] for name in held if name in books.accounts}
    mine |= {f"operator:{name}" for name in who.organisations(Role.OPERATOR)}
    return "" in held or account in mine


def _file(kind: str) -> dict[str, object]:
    return {"content": {kind: {"schema": {"type": "string", "format": "binary"}}}}
