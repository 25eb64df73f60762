r"""A payment from hold to capture or void, and its refunds: plain values and the transitions between them.

```
asked -> challenge | processing -> held -> captured (final)        captured -> refunded in parts
      \-> declined               \-> voided  (nothing captured)
```
`reserved_minor` counts captures that were asked for, `captured_minor` those that happened; a capture is
allowed only within `amount_minor - reserved_minor`, so that two of them under way at once cannot take too
much.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from payments.errors import HoldError
from payments.ledger.model import Leg
from payments.ports import AuthorisationState, AuthoriseRequest


class HoldState(Enum):
    """Where a payment stands."""

    ASKED = "asked"
    CHALLENGE = "challenge"
    PROCESSING = "processing"
    HELD = "held"
    CAPTURED = "captured"
    VOIDED = "voided"
    DECLINED = "declined"


OPEN = frozenset({HoldState.ASKED, HoldState.CHALLENGE, HoldState.PROCESSING, HoldState.HELD})
STATE_OF = {
    AuthorisationState.CHALLENGE: HoldState.CHALLENGE,
    AuthorisationState.PROCESSING: HoldState.PROCESSING,
    AuthorisationState.HELD: HoldState.HELD,
    AuthorisationState.CAPTURED: HoldState.CAPTURED,
    AuthorisationState.VOIDED: HoldState.VOIDED,
    AuthorisationState.DECLINED: HoldState.DECLINED,
}


@dataclass(frozen=True, slots=True)
class Hold:
    """One payment; `id` is the idempotency key that it was authorised under. Amounts in minor units."""

    id: str
    request: AuthoriseRequest
    processor: str
    state: HoldState
    asked_at: datetime
    authorisation_id: str = ""
    reserved_minor: int = 0
    captured_minor: int = 0
    refunded_minor: int = 0
    closing: bool = False  # a final capture or a void is under way: nothing else may start
    booked: bool = False  # the ledger holds a pending transfer for it
    captures_many: bool = True
    challenge_url: str = ""
    decline_code: str = ""
    expires_at: datetime | None = None

    @property
    def left_minor(self) -> int:
        """What may still be captured."""
        return self.request.amount_minor - self.reserved_minor if self.state is HoldState.HELD else 0

    @property
    def bundle_account(self) -> str:
        """The ledger account that the captured money waits in until it is allocated."""
        return bundle_account(self.request.reference)

    @property
    def processor_account(self) -> str:
        """The ledger account of money that is at the processor."""
        return processor_account(self.processor)


@dataclass(frozen=True, slots=True)
class Authorise:
    """Reserve money on a card."""

    key: str
    request: AuthoriseRequest


@dataclass(frozen=True, slots=True)
class Capture:
    """Take `amount_minor` of a hold; `final` gives the rest back."""

    key: str
    hold_id: str
    amount_minor: int
    final: bool = True


@dataclass(frozen=True, slots=True)
class Void:
    """Give back whatever of a hold is not captured."""

    key: str
    hold_id: str


@dataclass(frozen=True, slots=True)
class Refund:
    """Return captured money.

    `sources` (positive amounts) are who gives it back, the bundle's account by default.
    """

    key: str
    hold_id: str
    amount_minor: int
    sources: tuple[Leg, ...] = ()


Step = Authorise | Capture | Void | Refund


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the processor made of a step: `done`, or refused with a code."""

    done: bool
    external_id: str = ""
    code: str = ""
    message: str = ""
    hold: Hold | None = None  # the hold as the processor's authorisation shows it, where the step returns one


def bundle_account(reference: str) -> str:
    """The account of one order's money that is not allocated yet."""
    return f"bundle:{reference}"


def processor_account(name: str) -> str:
    """The clearing account of a processor; below zero by what it holds for us."""
    return f"processor:{name}"


def begin_capture(hold: Hold, step: Capture) -> Hold:
    """Reserve the capture, or say why it cannot be."""
    if hold.state is not HoldState.HELD or hold.closing:
        raise HoldError(
            f"{step.key!r}: payment {hold.id!r} is {_condition(hold)}; only a held one can be captured"
        )
    if not 0 < step.amount_minor <= hold.left_minor:
        raise HoldError(f"{step.key!r}: {step.amount_minor} cannot be captured, {hold.left_minor} is left")
    if step.final and hold.reserved_minor != hold.captured_minor:
        raise HoldError(f"{step.key!r}: another capture of payment {hold.id!r} is under way; finish it first")
    if step.amount_minor == hold.left_minor and not step.final:
        raise HoldError(f"{step.key!r}: this takes all that is left of payment {hold.id!r}; say final=True")
    if not hold.captures_many and not step.final:
        raise HoldError(
            f"{step.key!r}: the card of payment {hold.id!r} allows one capture; capture everything at once"
        )
    return replace(hold, reserved_minor=hold.reserved_minor + step.amount_minor, closing=step.final)


def end_capture(hold: Hold, step: Capture, *, done: bool) -> Hold:
    """Book a capture that happened, or give its reservation back."""
    if not done:
        return replace(hold, reserved_minor=hold.reserved_minor - step.amount_minor, closing=False)
    captured = hold.captured_minor + step.amount_minor
    return replace(hold, captured_minor=captured, state=HoldState.CAPTURED if step.final else hold.state)


def begin_void(hold: Hold, step: Void) -> Hold:
    """Close the hold to captures, or say why it cannot be voided."""
    if hold.closing or hold.state not in OPEN:
        raise HoldError(f"{step.key!r}: payment {hold.id!r} is {_condition(hold)} and cannot be voided")
    if hold.reserved_minor != hold.captured_minor:
        raise HoldError(f"{step.key!r}: a capture of payment {hold.id!r} is under way; finish it first")
    return replace(hold, closing=True)


def end_void(hold: Hold, *, done: bool) -> Hold:
    """A voided hold keeps what was captured before."""
    if not done:
        return replace(hold, closing=False)
    return replace(hold, state=HoldState.CAPTURED if hold.captured_minor else HoldState.VOIDED)


def begin_refund(hold: Hold, step: Refund) -> Hold:
    """Reserve the refund, or say why it cannot be."""
    left = hold.captured_minor - hold.refunded_minor
    if not 0 < step.amount_minor <= left:
        raise HoldError(
            f"{step.key!r}: {step.amount_minor} cannot be refunded, {left} of {hold.id!r} is left"
        )
    if step.sources and (
        sum(leg.amount_minor for leg in step.sources) != step.amount_minor
        or any(leg.amount_minor <= 0 for leg in step.sources)
    ):
        raise HoldError(f"{step.key!r}: the sources of a refund are positive and sum to {step.amount_minor}")
    return replace(hold, refunded_minor=hold.refunded_minor + step.amount_minor)


def end_refund(hold: Hold, step: Refund, *, done: bool) -> Hold:
    """Give the reservation back if the refund was refused."""
    return hold if done else replace(hold, refunded_minor=hold.refunded_minor - step.amount_minor)


def _condition(hold: Hold) -> str:
    return "being closed" if hold.closing and hold.state in OPEN else hold.state.value
