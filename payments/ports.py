"""What this package needs from a payment processor. Adapters: `adapters/sandbox.py`, `adapters/stripe.py`.

Every call that changes something takes an idempotency key: repeating it with the same key and content
answers as the first time and does nothing more. `Unavailable` means the outcome is unknown, and the remedy
is to repeat. Card numbers never appear: a payment method is a token that the processor's own page gave to
the rider's browser.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from payments.errors import Refused


class AuthorisationState(Enum):
    """Where an authorisation stands at the processor."""

    CHALLENGE = "challenge"  # the rider must answer a 3-D Secure challenge at `challenge_url`
    PROCESSING = "processing"  # no decision yet; ask again or wait for a webhook
    HELD = "held"  # the money is reserved on the card; some of it may be captured already
    CAPTURED = "captured"  # closed: the last capture was final
    VOIDED = "voided"  # closed: released, or expired, without a final capture
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Customer:
    """A payer as the processor knows them; `reference` is our pseudonymous id, never a name or address."""

    id: str
    reference: str


@dataclass(frozen=True, slots=True)
class Setup:
    """A card being saved for later; the browser finishes it on the processor's page.

    That page is at `url`, or is drawn by the processor's own script from `client_secret`.
    """

    id: str
    done: bool
    client_secret: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class SavedCard:
    """A card as its owner recognises it. `method` is the processor's token; the number never comes here."""

    method: str
    brand: str
    last4: str
    expires: str = ""  # YYYY-MM; empty where the processor does not say


@dataclass(frozen=True, slots=True)
class AuthoriseRequest:
    """Reserve `amount_minor` of `currency` on `method`. `reference` groups what belongs to one order.

    `destination` (a payee id) sends the captured money on to that payee; empty keeps it with the platform.
    """

    customer_id: str
    method: str
    amount_minor: int
    reference: str
    currency: str = "JPY"
    return_url: str = ""
    off_session: bool = False
    destination: str = ""

    def __post_init__(self) -> None:
        if self.amount_minor <= 0:
            raise Refused(f"amount_minor must be positive, not {self.amount_minor}", code="amount")
        refuse_card_data(self.method)
        refuse_card_data(self.customer_id)


@dataclass(frozen=True, slots=True)
class Authorisation:
    """The processor's view of one reservation of money, amounts in minor units."""

    id: str
    key: str
    state: AuthorisationState
    amount_minor: int
    captured_minor: int
    currency: str
    reference: str
    challenge_url: str = ""
    decline_code: str = ""
    expires_at: datetime | None = None
    captures_many: bool = True  # False: the first capture is the last, whatever `final` says


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof of a capture, refund, transfer or payout; `done=False`: accepted, a webhook will tell the end."""

    id: str
    amount_minor: int
    done: bool = True


@dataclass(frozen=True, slots=True)
class Payee:
    """An operator or shop that can be paid."""

    id: str
    reference: str


@dataclass(frozen=True, slots=True)
class Event:
    """A verified webhook. Only a hint that `object_id` changed.

    What is true is asked for, never read from it.
    """

    id: str
    kind: str  # authorisation | refund | transfer | payout | other
    object_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Movement:
    """Money that moved at the processor: + into the platform's balance (capture), - out of it."""

    id: str
    kind: str  # capture | refund | transfer | payout | other
    amount_minor: int
    fee_minor: int
    currency: str
    at: datetime
    reference: str = ""


class Processor(Protocol):
    """A card processor. Raises Declined, Unavailable, Refused (see `payments.errors`)."""

    @property
    def name(self) -> str:
        """Names the clearing account in the ledger (`processor:<name>`)."""
        ...

    def create_customer(self, key: str, reference: str) -> Customer:
        """Register a payer under our pseudonymous reference."""
        ...

    def start_setup(self, key: str, customer_id: str) -> Setup:
        """Begin saving a card for a customer."""
        ...

    def saved_card(self, setup_id: str) -> SavedCard | None:
        """The card that a setup saved; None while its owner has not finished. Raises Refused for no setup."""
        ...

    def forget_card(self, key: str, method: str) -> None:
        """Let go of a saved card; no harm where it is gone already."""
        ...

    def authorise(self, key: str, request: AuthoriseRequest) -> Authorisation:
        """Reserve money; may come back as CHALLENGE or PROCESSING. Raises Declined."""
        ...

    def authorisation(self, authorisation_id: str) -> Authorisation:
        """The present state; raises Refused when there is none with this id."""
        ...

    def find_authorisation(self, key: str, since: datetime) -> Authorisation | None:
        """The authorisation that was made under `key`, if that call ever arrived."""
        ...

    def capture(self, key: str, authorisation_id: str, amount_minor: int, *, final: bool = True) -> Receipt:
        """Take part or all of what is held; `final` releases the rest."""
        ...

    def void(self, key: str, authorisation_id: str) -> Authorisation:
        """Release what is held and not captured."""
        ...

    def refund(self, key: str, authorisation_id: str, amount_minor: int) -> Receipt:
        """Give back part or all of what was captured and not yet refunded."""
        ...

    def find_refund(self, key: str, authorisation_id: str) -> Receipt | None:
        """The refund that was made under `key`, if that call ever arrived."""
        ...

    def create_payee(self, key: str, reference: str) -> Payee:
        """Register an operator or shop that will be paid."""
        ...

    def transfer(self, key: str, payee_id: str, amount_minor: int, reference: str) -> Receipt:
        """Move money from the platform's balance to the payee's."""
        ...

    def payout(self, key: str, payee_id: str, amount_minor: int) -> Receipt:
        """Send the payee's balance to their bank."""
        ...

    def receive(self, body: bytes, signature: str, *, now: datetime) -> Event:
        """Verify a webhook and its age; raises BadSignature."""
        ...

    def movements(self, since: datetime, until: datetime) -> Sequence[Movement]:
        """What moved in [since, until), for reconciliation."""
        ...


def refuse_card_data(value: str) -> None:
    """Raise Refused if `value` looks like a card number: 13 to 19 digits with a right check digit."""
    digits = [int(c) for c in value if c.isdigit()]
    bare = value.replace(" ", "").replace("-", "")
    if not (bare.isdigit() and 13 <= len(digits) <= 19):
        return
    checksum = sum(
        d if i % 2 == 0 else (d * 2 - 9 if d > 4 else d * 2) for i, d in enumerate(reversed(digits))
    )
    if checksum % 10 == 0:
        raise Refused(
            "this looks like a card number; card data must never come here; pass the processor's token",
            code="card_data",
        )
