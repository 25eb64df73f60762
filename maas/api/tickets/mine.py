"""A rider's tickets: to show, to draw as a QR code, to print. Also for whom one may look (X-On-Behalf-Of)."""

from __future__ import annotations

from datetime import tzinfo
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query
from fastapi.responses import Response

from maas.api.identity.fields import Language
from maas.api.identity.guards import Guards
from maas.api.identity.problems import also
from maas.api.tickets.views import TicketPath, TicketView, view
from maas.identity.compose import Identity
from maas.identity.model import language_of
from maas.identity.principal import Principal
from maas.tickets.errors import UnknownTicket
from maas.tickets.paper import Paper, qr_svg, tickets_pdf
from maas.tickets.service import Ticket, Tickets

__all__ = ["router"]

BundleId = Annotated[str | None, Query(pattern=r"^[A-Za-z0-9_:.-]{1,80}$")]
Accepted = Annotated[str | None, Header(max_length=200)]
Private = {"Cache-Control": "private, no-store"}


def router(tickets: Tickets, identity: Identity, guards: Guards, zone: tzinfo) -> APIRouter:
    """`/v1/tickets`."""
    routes = APIRouter(tags=["tickets"], responses=also(401, 403))
    rider = Depends(guards.rider(book=False, scope="bookings:read"))

    def mine(who: Principal, ticket_id: str) -> Ticket:
        found = identity.read(lambda work: tickets.find(work.connection, ticket_id))
        if found.holder != who.subject:
            raise UnknownTicket(f"you have no ticket {ticket_id!r}")
        return found

    def all_of(who: Principal, bundle_id: str | None) -> list[Ticket]:
        return identity.read(lambda work: tickets.of(work.connection, str(who.subject), bundle_id))

    @routes.get("/v1/tickets")
    def list_tickets(
        who: Principal = rider,
        bundle_id: BundleId = None,
        lang: Language | None = None,
        accept_language: Accepted = None,
    ) -> list[TicketView]:
        """My tickets, newest first; of one bundle in the order of its parts."""
        language = language_of(lang or accept_language)
        return [view(each, language, zone) for each in all_of(who, bundle_id)]

    @routes.get("/v1/tickets/paper.pdf", response_class=Response, responses=_file("application/pdf"))
    def print_tickets(
        bundle_id: Annotated[str, Query(pattern=r"^[A-Za-z0-9_:.-]{1,80}$")],
        who: Principal = rider,
        size: Paper = Paper.A4,
        lang: Language | None = None,
        accept_language: Accepted = None,
    ) -> Response:
        """Every good ticket of a bundle, a page for each."""
        found = [each for each in all_of(who, bundle_id) if each.revoked is None]
        if not found:
            raise UnknownTicket(f"you have no tickets of the bundle {bundle_id!r}")
        return _pdf(found, size, language_of(lang or accept_language), zone)

    @routes.get("/v1/tickets/{ticket_id}")
    def show_ticket(
        ticket_id: TicketPath,
        who: Principal = rider,
        lang: Language | None = None,
        accept_language: Accepted = None,
    ) -> TicketView:
        """One ticket, as a wallet shows it."""
        return view(mine(who, ticket_id), language_of(lang or accept_language), zone)

    @routes.get("/v1/tickets/{ticket_id}/code.svg", response_class=Response, responses=_file("image/svg+xml"))
    def draw_code(ticket_id: TicketPath, who: Principal = rider) -> Response:
        """The QR code."""
        return Response(qr_svg(mine(who, ticket_id)), media_type="image/svg+xml", headers=Private)

    @routes.get(
        "/v1/tickets/{ticket_id}/paper.pdf", response_class=Response, responses=_file("application/pdf")
    )
    def print_ticket(
        ticket_id: TicketPath,
        who: Principal = rider,
        size: Paper = Paper.A4,
        lang: Language | None = None,
        accept_language: Accepted = None,
    ) -> Response:
        """The ticket on paper."""
        return _pdf([mine(who, ticket_id)], size, language_of(lang or accept_language), zone)

    return routes


def _pdf(found: list[Ticket], size: Paper, language: str, zone: tzinfo) -> Response:
    content = tickets_pdf(found, paper=size, language=language, zone=zone, at=found[0].issued)
    name = {"Content-Disposition": f'inline; filename="ticket-{found[0].id}.pdf"'}
    return Response(content, media_type="application/pdf", headers=Private | name)


def _file(kind: str) -> dict[int | str, dict[str, object]]:
    """What the OpenAPI document says of an answer that is a file; without a schema JSON would be expected."""
    return {200: {"content": {kind: {"schema": {"type": "string", "format": "binary"}}}}}
