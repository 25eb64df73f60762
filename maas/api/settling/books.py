"""What these routes need; made once by the composition root."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo

from maas.booking.service import Booking
from maas.identity.compose import Identity
from payments.service import Payments
from payments.settlement.invoice import Business

__all__ = ["Books"]


@dataclass(frozen=True, slots=True)
class Books:
    """Bundles, money and names. `accounts` says which ledger account a shop's organisation is paid by.

    `riders` answers with what the categories of riders are called: feeds, and so they, are replaced.
    """

    booking: Booking
    payments: Payments
    identity: Identity
    issuer: Business | None
    names: Mapping[str, str]
    accounts: Mapping[str, str]
    zone: tzinfo
    riders: Callable[[], Mapping[str, str]]
