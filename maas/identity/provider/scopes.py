"""What tokens may be asked for, and which categories of personal data each scope stands for."""

from __future__ import annotations

import re
from collections.abc import Iterable

from maas.identity.errors import BadIdentityInput

__all__ = ["OFFLINE", "OPENID", "PERSONAL", "data_of", "granted_scopes", "is_machine_scope", "split"]

OPENID = "openid"
OFFLINE = "offline_access"

PERSONAL: dict[str, frozenset[str]] = {
    OPENID: frozenset({"subject"}),
    "profile": frozenset({"name", "language"}),
    "email": frozenset({"email"}),
    "phone": frozenset({"phone"}),
    "entitlements": frozenset({"entitlements"}),
    "bookings:read": frozenset({"bookings"}),
    "bookings:write": frozenset({"bookings"}),
    OFFLINE: frozenset({"offline"}),
}
"""Scopes that concern a person, each with the data it needs consent for."""

_MACHINE = re.compile(r"[a-z][a-z_]{1,30}:[a-z][a-z_]{1,30}")


def is_machine_scope(scope: str) -> bool:
    """`resource:verb`, such as `telemetry:write`; nothing of a person's."""
    return scope not in PERSONAL and _MACHINE.fullmatch(scope) is not None


def check(scopes: Iterable[str]) -> None:
    """Raises BadIdentityInput for a scope that a client cannot be registered for."""
    for scope in scopes:
        if scope not in PERSONAL and not is_machine_scope(scope):
            raise BadIdentityInput(
                f"scopes: {scope!r}; write one of {', '.join(PERSONAL)}, or resource:verb for machines"
            )


def split(text: str | None) -> tuple[str, ...]:
    """The scopes of a space-separated list, each once, in their order."""
    return tuple(dict.fromkeys((text or "").split()))


def data_of(scopes: Iterable[str]) -> frozenset[str]:
    """Every category of data that the scopes stand for."""
    return frozenset(category for scope in scopes for category in PERSONAL.get(scope, ()))


def granted_scopes(wanted: Iterable[str], data: frozenset[str]) -> tuple[str, ...]:
    """Of the wanted scopes, those whose every category was consented to."""
    return tuple(scope for scope in wanted if PERSONAL.get(scope, frozenset()) <= data)
