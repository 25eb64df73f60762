"""Tickets as they cross the edge."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Annotated

from fastapi import Path
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from maas.tickets.model import Concession
from maas.tickets.paper import facts, title_of, valid_text
from maas.tickets.service import DoubleUse, Ticket

__all__ = ["DoubleUseView", "FactView", "Heard", "TicketPath", "TicketView", "UsesTold", "view"]

TicketPath = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
Place = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=r"^[A-Za-z0-9:._*/-]+$")]


class FactView(BaseModel):
    """One line beside the code."""

    name: str
    value: str


class ReducedView(BaseModel):
    """Passengers who pay less by what they are."""

    concession: str
    count: int
    proof: bool = Field(description="whether they must show that they are; no proof is kept")


class TicketView(BaseModel):
    """A ticket as a wallet shows it: the code's text, what to print beside it, and whether it is good."""

    id: str
    bundle_id: str
    part: int
    kind: str
    title: str
    code: str = Field(description="the text of the QR code")
    code_url: str = Field(description="the QR code as SVG")
    paper_url: str = Field(description="the ticket as PDF; ?size=receipt for a roll of 80 mm")
    valid_from: datetime
    valid_until: datetime
    valid: str = Field(description="the window by the area's clock")
    passengers: int
    wheelchairs: int
    concession: str | None
    reduced: list[ReducedView] = Field(default=[], description="who of the passengers pays less")
    scope: str = Field(description="operator/line/vehicle that it is for, * for any")
    uses: int = Field(description="how often it can be used; 0: as often as one likes")
    facts: list[FactView]
    revoked: bool


def view(ticket: Ticket, language: str, zone: tzinfo) -> TicketView:
    """From the domain."""
    claims = ticket.claims
    return TicketView(
        id=ticket.id, bundle_id=ticket.bundle_id, part=claims.part, kind=claims.kind.name.lower(),
        title=title_of(ticket, language), code=ticket.text,
        code_url=f"/v1/tickets/{ticket.id}/code.svg", paper_url=f"/v1/tickets/{ticket.id}/paper.pdf",
        valid_from=claims.valid_from, valid_until=claims.valid_until, valid=valid_text(ticket, zone),
        passengers=claims.passengers, wheelchairs=claims.wheelchairs,
        concession=None if claims.concession is Concession.NONE else claims.concession.name.lower(),
        reduced=[
            ReducedView(concession=each.concession.name.lower(), count=each.count, proof=each.proof)
            for each in claims.reduced
        ],
        scope=claims.scope, uses=claims.uses,
        facts=[FactView(name=name, value=value) for name, value in facts(ticket, language, zone)],
        revoked=ticket.revoked is not None,
    )  # fmt: skip


class UseTold(BaseModel):
    """A ticket that a reader accepted."""

    model_config = ConfigDict(extra="forbid")

    ticket: str = Field(pattern=r"^[0-9a-f]{16}$")
    at: AwareDatetime
    place: Place


class UsesTold(BaseModel):
    """What a reader saw since it last told; telling it again does no harm."""

    model_config = ConfigDict(extra="forbid")

    reader: Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9:._-]+$")]
    uses: list[UseTold] = Field(max_length=1000)


class UseView(BaseModel):
    """One use."""

    reader: str
    at: datetime
    place: str


class DoubleUseView(BaseModel):
    """A ticket that was used more often than it allows."""

    ticket: str
    allowed: int
    uses: list[UseView]

    @classmethod
    def of(cls, found: DoubleUse) -> DoubleUseView:
        """From the domain."""
        uses = [UseView(reader=reader, at=seen.at, place=seen.place) for reader, seen in found.uses]
        return cls(ticket=found.ticket_id, allowed=found.allowed, uses=uses)


class Heard(BaseModel):
    """How many uses were taken, and which of their tickets were used too often."""

    taken: int
    doubles: list[DoubleUseView]
    refused: list[str] = Field([], description="tickets whose booking was cancelled or is over")
