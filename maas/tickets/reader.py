"""What a vehicle, a gate or a shop does with a code, with or without a network.

A reader knows the key set and the last list of revoked tickets; both lie on its disk (`reader_files`). It
says yes or no with a reason, and remembers what it accepted, so that a second use is refused here at once
and found elsewhere when readers have told the server.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from maas.tickets import cose
from maas.tickets.errors import BadTicket
from maas.tickets.model import Claims, claims_of, token_of
from maas.tickets.revocations import RevocationList

__all__ = ["Reader", "UseLog", "Verdict"]

LIST_OLD = timedelta(hours=24)
"""Beyond this a reader warns that it may not know of every revoked ticket. It still lets people ride."""


class UseLog(Protocol):
    """What was accepted here."""

    def uses(self, ticket_id: str) -> list[datetime]:
        """When this ticket was accepted here, oldest first."""
        ...

    def add(self, ticket_id: str, at: datetime, place: str) -> None:
        """Remember one; durable when it returns."""
        ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """Yes or no. `code`: ok, not_a_ticket, unknown_key, forged, early, late, elsewhere, revoked, used."""

    accepted: bool
    code: str
    reason: str
    claims: Claims | None = None
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """One reader at `place` (`operator/line/vehicle`)."""

    place: str
    keys: Mapping[bytes, Ed25519PublicKey]
    revoked: RevocationList | None
    log: UseLog
    clock_slack: timedelta = timedelta(minutes=2)

    def check(self, text: str, *, now: datetime) -> Verdict:
        """Judge a code without using it up."""
        try:
            claims = claims_of(cose.verified(token_of(text), self.keys))
        except BadTicket as error:
            return Verdict(False, error.code, str(error))
        warning = self._warning(now)
        no = self._refusal(claims, now)
        if no is not None:
            return Verdict(False, no[0], no[1], claims, warning)
        return Verdict(True, "ok", "welcome", claims, warning)

    def admit(self, text: str, *, now: datetime) -> Verdict:
        """Judge a code and, if it is good, remember that it was used here."""
        verdict = self.check(text, now=now)
        if verdict.accepted and verdict.claims is not None:
            self.log.add(verdict.claims.id.hex(), now, self.place)
        return verdict

    def _refusal(self, claims: Claims, now: datetime) -> tuple[str, str] | None:
        if now < claims.valid_from - self.clock_slack:
            return "early", f"it is valid from {claims.valid_from.isoformat()}"
        if now > claims.valid_until + self.clock_slack:
            return "late", f"it was valid until {claims.valid_until.isoformat()}"
        if not claims.good_for(self.place):
            return "elsewhere", f"it is for {claims.scope}, this is {self.place}"
        if self.revoked is not None and claims.id in self.revoked.ids:
            return "revoked", "it was given back or replaced"
        earlier = self.log.uses(claims.id.hex())
        if claims.uses and len(earlier) >= claims.uses:
            return "used", f"it was used here at {earlier[-1].isoformat()}"
        return None

    def _warning(self, now: datetime) -> str:
        if self.revoked is None:
            return "no list of revoked tickets is here"
        age = now - self.revoked.made_at
        return f"the list of revoked tickets is {age // timedelta(hours=1)} h old" if age > LIST_OLD else ""
