"""How routes reach the fleet of this process."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from fastapi import Header

from maas.errors import UserError
from maas.wiring.live import LiveFleet
from maas.wiring.system import System

__all__ = ["FleetOf", "Forbidden", "NoFleet", "fleet_of", "may_operate", "operators_only"]

FleetOf = Callable[[], LiveFleet]


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


def operators_only(system: System | None) -> Callable[[str], None]:
    """A dependency that lets through who shows the operator token as `Authorization: Bearer …`."""

    def check(authorization: str = Header("", include_in_schema=False)) -> None:
        if not may_operate(system, authorization):
            raise Forbidden("Send the operator token as Authorization: Bearer TOKEN")

    return check


def may_operate(system: System | None, authorization: str) -> bool:
    """Whether an Authorization header shows the operator token."""
    scheme, _, shown = authorization.partition(" ")
    wanted = system.operator_token if system is not None else ""
    right = bool(wanted) and secrets.compare_digest(shown.strip().encode(), wanted.encode())
    return right and scheme.lower() == "bearer"
