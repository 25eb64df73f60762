"""`/v1/me/receipts`: what I paid, in the form of a qualified invoice; also for whom I may look."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import BaseModel

from maas.api.booking.bundles import BundlePath
from maas.api.identity.guards import Guards
from maas.api.identity.problems import also
from maas.api.settling.books import Books
from maas.identity import accounts
from maas.identity.principal import Principal
from maas.settling.errors import NoReceipt
from maas.settling.receipts import receipt
from payments.settlement.documents import invoice_pdf
from payments.settlement.invoice import Invoice

__all__ = ["router"]


class ReceiptLine(BaseModel):
    """What was paid for, tax included."""

    day: date
    text: str
    amount_minor: int
    rate_percent: int


class RateView(BaseModel):
    """The sum of one rate."""

    rate_percent: int
    net_minor: int
    tax_minor: int


class ReceiptView(BaseModel):
    """A qualified invoice (適格請求書) of a bundle, as its money stands."""

    number: str
    bundle_id: str
    issuer: str
    registration: str
    recipient: str
    issued_on: date
    total_minor: int
    lines: list[ReceiptLine]
    sums: list[RateView]
    pdf_url: str

    @classmethod
    def of(cls, made: Invoice, bundle_id: str) -> ReceiptView:
        """From the domain."""
        return cls(
            number=made.number, bundle_id=bundle_id, issuer=made.issuer.name,
            registration=made.issuer.registration, recipient=made.recipient.name, issued_on=made.issued_on,
            total_minor=made.total_minor,
            lines=[
                ReceiptLine(
                    day=x.day, text=x.text, amount_minor=x.amount_minor, rate_percent=x.rate_percent
                )
                for x in made.lines
            ],
            sums=[
                RateView(rate_percent=s.rate_percent, net_minor=s.net_minor, tax_minor=s.tax_minor)
                for s in made.sums()
            ],
            pdf_url=f"/v1/me/receipts/{bundle_id}/paper.pdf",
        )  # fmt: skip


def router(books: Books, guards: Guards) -> APIRouter:
    """Mine, and of whom I may look at."""
    routes = APIRouter(tags=["receipts"], responses=also(401, 403))
    sees = Depends(guards.rider(book=False, scope="bookings:read"))
    booking, identity = books.booking, books.identity

    def made(who: Principal, bundle_id: str) -> Invoice:
        subject = str(who.subject)
        bundle = booking.get(bundle_id, subject)
        name = identity.read(lambda work: accounts.get(work, subject)).name or ""
        return receipt(
            bundle, issuer=books.issuer, recipient=name, zone=books.zone, now=identity.clock(),
            riders=books.riders(),
        )  # fmt: skip

    @routes.get("/v1/me/receipts")
    def list_receipts(
        who: Principal = sees, limit: Annotated[int, Query(ge=1, le=100)] = 50
    ) -> list[ReceiptView]:
        """Receipts of what I paid, the latest bundle first."""
        found = []
        for bundle in booking.of(str(who.subject), limit=limit):
            try:
                found.append(ReceiptView.of(made(who, bundle.id), bundle.id))
            except NoReceipt:
                continue
        return found

    @routes.get("/v1/me/receipts/{bundle_id}", responses=also(404))
    def show_receipt(bundle_id: BundlePath, who: Principal = sees) -> ReceiptView:
        """The receipt of one bundle."""
        return ReceiptView.of(made(who, bundle_id), bundle_id)

    @routes.get(
        "/v1/me/receipts/{bundle_id}/paper.pdf",
        response_class=Response,
        responses={
            200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}},
            **also(404),
        },
    )
    def print_receipt(bundle_id: BundlePath, who: Principal = sees) -> Response:
        """The receipt on paper."""
        headers = {"Cache-Control": "private, no-store"}
        return Response(invoice_pdf(made(who, bundle_id)), media_type="application/pdf", headers=headers)

    return routes
