"""What readers need before they go without a network, and what they tell afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, RootModel

from maas.api.fleet.live import Guard
from maas.api.identity.guards import Guards
from maas.api.identity.problems import also
from maas.api.tickets.views import DoubleUseView, Heard, UsesTold
from maas.identity.compose import Identity
from maas.identity.errors import IdentityError
from maas.identity.model import Role
from maas.identity.principal import Principal
from maas.tickets.service import Seen, Ticket, Tickets

__all__ = ["router"]

KEYS_KEPT_S = 3600


class KeySet(RootModel[dict[str, Any]]):
    """A JWK set (RFC 7517) of Ed25519 keys (RFC 8037); `kid` in hex, as tokens have it in bytes."""


class KeyName(BaseModel):
    """The key that signs from now on."""

    kid: str


Used = Callable[[str, list[Seen], list[Ticket]], list[str]]
"""Told when uses were kept: reader, what it saw, the tickets; the ids of those that booking refuses."""


def router(tickets: Tickets, identity: Identity, guards: Guards, operator: Guard, used: Used) -> APIRouter:
    """Key set, revoked tickets, uses."""
    routes = APIRouter(tags=["ticket readers"])
    own = guards.requires(Role.OPERATOR, Role.SHOP, Role.ADMINISTRATOR, scope="tickets:use")
    chief = Depends(guards.requires(Role.ADMINISTRATOR))

    def reads(request: Request) -> None:
        """Whoever runs vehicles, by token or role; a shop; a machine with tickets:use."""
        try:
            own(request, None, None)
        except IdentityError:  # the operator token is none of the one ID's
            operator(request, request.headers.get("authorization", ""))

    @routes.get("/.well-known/maas-ticket-keys.json")
    def publish_keys(response: Response) -> KeySet:
        """The keys that tickets are signed with: now, next, and before."""
        response.headers["Cache-Control"] = f"public, max-age={KEYS_KEPT_S}"
        now = identity.clock()
        return KeySet(identity.write(lambda work: tickets.key_set(work.connection, now=now), actor="system"))

    @routes.get(
        "/v1/ticket-revocations",
        response_class=Response,
        responses={
            200: {"content": {"application/cose": {"schema": {"type": "string", "format": "binary"}}}}
        },
    )
    def publish_revoked() -> Response:
        """Tickets that are no longer good, signed (COSE_Sign1) and dated."""
        now = identity.clock()
        content = identity.write(lambda work: tickets.revocations(work.connection, now=now), actor="system")
        return Response(content, media_type="application/cose", headers={"Cache-Control": "no-cache"})

    @routes.post("/v1/ticket-uses", dependencies=[Depends(reads)], responses=also(401, 403))
    def take_uses(told: UsesTold) -> Heard:
        """Take what a reader saw; answers with the tickets that were used too often, wherever that was."""
        now = identity.clock()
        seen = [Seen(each.ticket, each.at, each.place) for each in told.uses]
        doubles = identity.write(
            lambda work: tickets.take(work.connection, told.reader, seen, now=now), actor="system"
        )
        found = identity.read(
            lambda work: tickets.find_all(work.connection, [each.ticket_id for each in seen])
        )
        refused = used(told.reader, seen, found)
        return Heard(
            taken=len(seen), doubles=[DoubleUseView.of(each) for each in doubles], refused=sorted(refused)
        )

    @routes.get("/v1/ticket-uses/doubles", dependencies=[Depends(reads)], responses=also(401, 403))
    def list_doubles(count: Annotated[int, Query(ge=1, le=500)] = 100) -> list[DoubleUseView]:
        """Tickets that were used too often, the latest heard of first."""
        found = identity.read(lambda work: tickets.latest_doubles(work.connection, count))
        return [DoubleUseView.of(each) for each in found]

    @routes.post("/v1/admin/ticket-keys/rotate", responses=also(401, 403))
    def rotate_ticket_keys(who: Principal = chief) -> KeyName:
        """The next key signs now; tickets that were signed before stay good."""
        now = identity.clock()
        return KeyName(kid=identity.write(lambda work: tickets.rotate(work.connection, now=now), who))

    return routes
