"""How routes reach the fleet of this process."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress

from fastapi import Header, Request

from maas.api.identity import Guards
from maas.errors import UserError
from maas.identity.errors import IdentityError, NotAllowed
from maas.identity.model import Role
from maas.wiring.live import LiveFleet
from maas.wiring.system import System

__all__ = ["FleetOf", "Forbidden", "Guard", "NoFleet", "fleet_of", "may_operate", "operators_only"]

FleetOf = Callable[[], LiveFleet]
Guard = Callable[..., None]
SCOPE = "fleet:write"


class NoFleet(UserError):
    """No fleet runs on this server."""

    status = 503
    slug = "no-fleet"
    title = "No fleet runs here"


class Forbidden(UserError):
    """The caller has not shown that they may do this."""

    status = 401
    slug = "not-authorised"
    title = "Not authorised"


def fleet_of(system: System | None) -> FleetOf:
    """A function that gives the fleet, or says why there is none."""

    def found() -> LiveFleet:
        if system is None or system.fleet is None:
            raise NoFleet("This area has no shuttle, or the server was started without its fleet")
        return system.fleet

    return found


def operators_only(system: System | None, guards: Guards | None) -> Guard:
    """A dependency for operators.

    Lets through who shows the operator token of this server, has signed in as an operator, or shows an
    access token with the scope `fleet:write`.
    """

    def check(request: Request, authorization: str = Header("", include_in_schema=False)) -> None:
        if may_operate(system, authorization):
            return
        who = None
        with suppress(IdentityError):  # a token that is none of ours is answered like no token at all
            who = guards.optional_principal(request, None, None) if guards is not None else None
        if who is None:
            raise Forbidden(
                "Sign in as an operator, or send an operator token as Authorization: Bearer TOKEN"
            )
        by_role = who.scopes is None and bool(who.roles & {Role.OPERATOR, Role.ADMINISTRATOR})
        if not by_role and not (who.scopes is not None and SCOPE in who.scopes):
            raise NotAllowed(f"the fleet takes an operator, or a token with {SCOPE}")

    return check


def may_operate(system: System | None, authorization: str) -> bool:
    """Whether an Authorization header shows the operator token."""
    scheme, _, shown = authorization.partition(" ")
    wanted = system.operator_token if system is not None else ""
    right = bool(wanted) and secrets.compare_digest(shown.strip().encode(), wanted.encode())
    return right and scheme.lower() == "bearer"
