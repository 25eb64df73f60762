r"""A bundle and its parts: plain values, their states, and what of their price is owed when.

```
bundle:  holding -> held -> paying -> confirmed -> completed | cancelled
             \-> failed \-> expired    \-> held (card declined) | failed
part:    offer -> held -> confirmed -> used -> completed
             \-> released  \-> cancelled | no_show | disrupted -> rebooked
```
Instants are milliseconds since 1970, money is in minor units.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

from maas.booking.wishes import Wish
from maas.services.cancellation import Cancellation

__all__ = [
    "OPEN_PARTS", "Bundle", "BundleState", "CaptureRule", "Discount", "Held", "Part", "PartState", "Pay",
    "Reduced", "Split", "reduced_of", "terms_of",
]  # fmt: skip


class BundleState(StrEnum):
    """Where a bundle stands."""

    HOLDING = "holding"
    HELD = "held"  # every part is kept; confirm before `expires_ms`
    PAYING = "paying"  # the card is being asked, perhaps the rider too (3-D Secure), then parts are confirmed
    CONFIRMED = "confirmed"
    COMPLETED = "completed"  # every part was used, missed or given back
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    FAILED = "failed"  # undone: a part could not be had


class PartState(StrEnum):
    """Where a part stands."""

    OFFER = "offer"  # asked for, not yet held
    HELD = "held"
    CONFIRMED = "confirmed"
    USED = "used"  # boarded, unlocked, or at the place
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    DISRUPTED = "disrupted"  # the provider could not keep it
    REBOOKED = "rebooked"  # another part stands in its place
    RELEASED = "released"  # let go before it was confirmed


OPEN_PARTS = frozenset({PartState.OFFER, PartState.HELD, PartState.CONFIRMED, PartState.USED})


class CaptureRule(StrEnum):
    """When the price of a part is taken."""

    NOW = "now"  # with the confirmation: tickets, coupons
    ON_USE = "on_use"  # when boarded or shown up
    ON_COMPLETION = "on_completion"  # when it is over


class Reduced(msgspec.Struct, frozen=True):
    """Riders of a part who pay less by what they are. Of a proof only that it is asked for is kept."""

    kind: str  # child, youth, student, senior, an entitlement; "": something else
    count: int = 1
    name: str = ""  # as whoever grants it calls it
    proof: bool = False  # whether they must show that they are
    url: str = ""  # who may claim it, and with which proof
    text: dict[str, str] = {}  # what to tell them, where the area says it


class Held(msgspec.Struct, frozen=True):
    """What a provider keeps for us, and under which terms."""

    ref: str  # the provider's own name for it
    price_minor: int  # the full price, before anything is taken off
    starts_ms: int | None = None
    ends_ms: int | None = None
    expires_ms: int | None = None  # None: it does not run out
    account: str = ""  # who receives the money
    provider_id: str = ""
    category: str = ""
    offer_id: str = ""
    tags: tuple[str, ...] = ()
    tax_percent: int = 10
    capture: CaptureRule = CaptureRule.NOW
    terms: dict[str, Any] = {}  # of `Cancellation`
    told: dict[str, Any] = {}  # what the rider is shown: stops, vehicle, slot
    each_minor: tuple[int, ...] = ()  # of the price each of the party's, adults first; (): not told apart
    base_minor: int = 0  # what concessions are of: the first's fare without a category; 0: the first's
    reduced: tuple[Reduced, ...] = ()  # who of the party pays less by the provider's categories


class Split(msgspec.Struct, frozen=True):
    """Who gets a part's price, and who adds to it."""

    receivers: tuple[tuple[str, int], ...] = ()  # (account, weight)
    subsidies: tuple[tuple[str, int], ...] = ()  # (payer, minor units)
    fee_per_mille: int = 0


class Discount(msgspec.Struct, frozen=True):
    """Why a part costs less."""

    rule: str
    amount_minor: int
    text: dict[str, str] = {}
    reduced: Reduced | None = None  # whose it is, where it is a concession


class Part(msgspec.Struct):
    """One part of a bundle."""

    no: int
    label: str
    wish: Wish
    state: PartState = PartState.OFFER
    held: Held | None = None
    price_minor: int = 0  # what the rider pays if it is used
    discounts: tuple[Discount, ...] = ()
    split: Split = Split()
    fee_minor: int = 0  # what is kept after it was given back or missed
    allocated_minor: int = 0  # handed to its receivers in the ledger
    allocated_with: Split = Split()
    allocations: int = 0
    before: str = ""  # the label of the part that this one must arrive before
    slack_s: int = 0  # so many seconds before it
    replaces: int | None = None
    reason: str = ""

    def key(self, bundle_id: str) -> str:
        """The idempotency key of everything that is asked of its provider."""
        return f"{bundle_id}:{self.no}"

    @property
    def charge_minor(self) -> int:
        """What is owed for it as it stands."""
        match self.state:
            case PartState.CONFIRMED:
                return self.price_minor if self._capture is CaptureRule.NOW else 0
            case PartState.USED:
                return 0 if self._capture is CaptureRule.ON_COMPLETION else self.price_minor
            case PartState.COMPLETED:
                return self.price_minor
            case PartState.CANCELLED | PartState.NO_SHOW | PartState.REBOOKED:
                return self.fee_minor
        return 0

    @property
    def may_minor(self) -> int:
        """What could become owed beside `charge_minor`."""
        return self.price_minor - self.charge_minor if self.state in OPEN_PARTS else 0

    @property
    def _capture(self) -> CaptureRule:
        return CaptureRule.NOW if self.held is None else self.held.capture


class Pay(msgspec.Struct):
    """One payment of a bundle, by its id in `payments`."""

    id: str
    amount_minor: int
    captured_minor: int = 0
    refunded_minor: int = 0
    open: bool = True  # the rest can still be captured or given back
    single: bool = False  # the card allows one capture only


class Bundle(msgspec.Struct):
    """Parts booked as one, for one rider."""

    id: str
    subject: str  # whose it is: an account of the one ID, a guest's too
    booked_by: str  # who booked it, if another: a call-taker, a family member
    state: BundleState
    created_ms: int
    expires_ms: int
    parts: list[Part]
    currency: str = "JPY"
    customer: str = ""  # at the processor
    method: str = ""
    on_site: bool = False  # each provider is paid there; we only say how much
    tries: int = 0  # cards tried, counted for the payments' keys
    pays: list[Pay] = []
    steps: int = 0  # captures, refunds and voids so far, counted for their keys
    sagas: int = 0
    reason: str = ""
    challenge_url: str = ""
    awaits: str = ""  # what a change of it waits for: the bank's answer

    @property
    def total_minor(self) -> int:
        """What the parts that stand cost, fees of those given back with them."""
        return sum(part.charge_minor + part.may_minor for part in self.parts)

    @property
    def net_minor(self) -> int:
        """What was taken and not given back."""
        return sum(pay.captured_minor - pay.refunded_minor for pay in self.pays)

    def part(self, label: str) -> Part | None:
        """The newest part with that label that came about."""
        mine = [part for part in reversed(self.parts) if part.label == label]
        standing = (part for part in mine if part.state not in (PartState.RELEASED, PartState.REBOOKED))
        return next(standing, mine[0] if mine else None)


def reduced_of(part: Part) -> list[Reduced]:
    """Who of a part pays less by what they are: by the provider's categories, and by the rider's right."""
    held = () if part.held is None else part.held.reduced
    return [*held, *(one.reduced for one in part.discounts if one.reduced is not None)]


def terms_of(held: Held) -> Cancellation:
    """The cancellation rules of a held part."""
    return Cancellation.model_validate(held.terms)
