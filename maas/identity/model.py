"""The words of the one ID: roles, entitlements, kinds of accounts and the settings of the whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from maas.identity.errors import BadIdentityInput

__all__ = [
    "DATA", "LANGUAGES", "AccountKind", "BrokerSettings", "EntitlementKind", "EntitlementRule", "FadeStep",
    "IdentitySettings", "LinkKind", "Method", "Role", "language_of",
]  # fmt: skip

LANGUAGES = ("ja", "en", "zh", "ko")
"""What pages, mails and consent texts are written in."""

DATA = (
    "subject", "name", "language", "email", "phone", "entitlements", "bookings", "position", "trips",
    "interests", "offline",
)  # fmt: skip
"""What a consent can name: `subject` is a pseudonym for one recipient, `offline` access while one is away."""


def language_of(wanted: str | None) -> str:
    """The first of our languages in an `Accept-Language` header or `ui_locales`; else Japanese."""
    for part in (wanted or "").replace(",", " ").split():
        tag = part.split(";")[0].split("-")[0].lower()
        if tag in LANGUAGES:
            return tag
    return LANGUAGES[0]


class AccountKind(StrEnum):
    """A `person` signs in; a `guest` is a browser without a sign-in; a `caller` exists by telephone only."""

    PERSON = "person"
    GUEST = "guest"
    CALLER = "caller"


class Role(StrEnum):
    """What an account may be; every person is a resident without being told so."""

    RESIDENT = "resident"
    GUEST = "guest"
    CALL_TAKER = "call_taker"
    OPERATOR = "operator"
    PUBLISHER = "publisher"
    SHOP = "shop"
    ADMINISTRATOR = "administrator"


class EntitlementKind(StrEnum):
    """A right to a concession or service."""

    AGE_65 = "65+"
    DISABILITY = "disability"
    RETURNED_LICENCE = "returned_licence"
    CHILD = "child"
    STUDENT = "student"
    RESIDENT = "resident"


class Method(StrEnum):
    """How an entitlement was proven."""

    DOCUMENT = "document"
    BROKER = "broker"


class LinkKind(StrEnum):
    """An operator's own ID that can be linked to the one ID."""

    IC_CARD = "ic_card"
    SHARE_CYCLE_MEMBER = "share_cycle_member"
    CLINIC_CARD = "clinic_card"


@dataclass(frozen=True, slots=True)
class FadeStep:
    """From `after_days` on, a trip keeps only this much of itself.

    Times are cut to `time_s` seconds, places to squares of `cell_udeg` millionths of a degree;
    `linkable` False takes the pseudonym away, so that trips of one person can no longer be joined.
    """

    after_days: int
    time_s: int
    cell_udeg: int
    linkable: bool


@dataclass(frozen=True, slots=True)
class EntitlementRule:
    """How a broker's attribute becomes a yes or no.

    `test` is one of `is_true`, `equals` (with `value`), `age_at_least` and `age_below` (with years in
    `value`; the attribute is a birth date). The attribute itself is never kept.
    """

    attribute: str
    kind: EntitlementKind
    test: str
    value: str = ""
    days: int = 365


@dataclass(frozen=True, slots=True)
class BrokerSettings:
    """The city's or My Number identity broker, to which we are a client with a private key."""

    issuer: str
    client_id: str
    private_jwk: Mapping[str, Any] = field(repr=False)
    scopes: tuple[str, ...] = ("openid",)
    rules: tuple[EntitlementRule, ...] = ()
    signing_algorithms: tuple[str, ...] = ("ES256", "RS256", "PS256")


@dataclass(frozen=True, slots=True)
class IdentitySettings:
    """How long things last, where we are, and the one secret that all others are derived from."""

    issuer: str  # https://id.example, no slash at the end
    server_key: bytes = field(repr=False)  # >= 32 random bytes; losing it unlinks every card and client
    name: str = "Makuhari MaaS"
    session_s: int = 30 * 86_400
    recent_s: int = 600  # an erasure takes a sign-in not older than this
    ceremony_s: int = 300
    link_s: int = 900
    code_s: int = 60
    access_s: int = 300
    refresh_s: int = 30 * 86_400
    device_s: int = 600
    device_interval_s: int = 5
    invitation_s: int = 7 * 86_400
    claim_s: int = 180 * 86_400
    consent_s: int = 365 * 86_400
    links_per_hour: int = 5  # to one address
    attempts_per_hour: int = 30  # of one network address, for each thing that can be guessed
    begins_per_hour: int = 600  # of one network address, which a whole mobile network may share
    key_days: int = 30  # how long a key signs before the next one takes its turn
    trips_kept_days: int = 400
    fading: tuple[FadeStep, ...] = (FadeStep(30, 3_600, 5_000, True), FadeStep(90, 86_400, 20_000, False))
    broker: BrokerSettings | None = None

    def __post_init__(self) -> None:
        if len(self.server_key) < 32:
            raise BadIdentityInput(f"server_key: {len(self.server_key)} bytes; give at least 32 random ones")
        local = self.issuer.startswith(("http://localhost", "http://127.0.0.1"))
        if not (self.issuer.startswith("https://") or local) or self.issuer.endswith("/"):
            raise BadIdentityInput(
                f"issuer: {self.issuer!r}; give https://host, no slash at the end (http only on localhost)"
            )

    @property
    def secure(self) -> bool:
        """Whether cookies may demand https."""
        return self.issuer.startswith("https://")
