"""What can go wrong with a bundle: one tree below `maas.errors.UserError`, so that edges need not know it.

```
UserError
└── BookingError
    ├── UnknownBundle        nobody booked under that id, or somebody else did
    ├── NotBookable          a part that cannot be meant: unknown kind here, contradicting dependencies
    ├── PartRefused          a part cannot be had (any more): sold out, no vehicle, gone
    ├── BundleExpired        the time to confirm is over; nothing is held any more
    ├── PaymentDeclined      the card was refused; the parts stay held, another card may be tried
    ├── WrongState           the bundle or part is not in a state that allows this
    ├── QuoteChanged         what was shown is not what it would cost now
    ├── KeyReused            the idempotency key was used before for something else
    └── Busy                 another step of the same bundle is under way
OutcomeUnknown               (no user's error) no answer came from outside: ask again with the same key
Repeated                     (no user's error) the request key is known; look the bundle up
LostLease                    (no user's error) another process has taken the saga over
```
"""

from __future__ import annotations

from typing import Any

from maas.errors import UserError

__all__ = [
    "BookingError", "BundleExpired", "Busy", "KeyReused", "LostLease", "NotBookable", "OutcomeUnknown",
    "PartRefused", "PaymentDeclined", "QuoteChanged", "Repeated", "UnknownBundle", "WrongState",
]  # fmt: skip


class BookingError(UserError):
    """A refusal of this package."""


class UnknownBundle(BookingError):
    """There is none with that id, or it is somebody else's: both look alike."""

    status = 404
    slug = "unknown-bundle"
    title = "Unknown bundle"


class NotBookable(BookingError):
    """A part or a dependency that cannot be meant."""

    status = 422
    slug = "not-bookable"
    title = "This cannot be booked as it is asked"


class PartRefused(BookingError):
    """Who provides the part said no; `reason` is a word for programs, `more` what else is known."""

    status = 409
    slug = "part-refused"
    title = "A part of the bundle cannot be had"

    def __init__(self, message: str, *, reason: str = "refused", **more: Any) -> None:
        super().__init__(message)
        self.reason = reason
        self.more = {"reason": reason, **more}


class BundleExpired(BookingError):
    """The holds ran out before the bundle was confirmed."""

    status = 409
    slug = "bundle-expired"
    title = "The time to confirm is over"


class PaymentDeclined(BookingError):
    """The card's issuer refused."""

    status = 402
    slug = "payment-declined"
    title = "The payment was declined"

    def __init__(self, message: str, *, code: str) -> None:
        super().__init__(message)
        self.more = {"code": code}


class WrongState(BookingError):
    """The step does not fit the state."""

    status = 409
    slug = "wrong-state"
    title = "This is not possible in the present state"


class QuoteChanged(BookingError):
    """The refund or price that was shown no longer holds; `more` has the new one."""

    status = 409
    slug = "quote-changed"
    title = "It would cost something else now"

    def __init__(self, message: str, **more: Any) -> None:
        super().__init__(message)
        self.more = more


class KeyReused(BookingError):
    """One key, two meanings."""

    status = 409
    slug = "key-reused"
    title = "The key was used for something else"


class Busy(BookingError):
    """Wait for the step that is under way."""

    status = 409
    slug = "busy"
    title = "Another step of this bundle is under way"


class OutcomeUnknown(Exception):
    """No answer came: it may or may not have happened. The same call with the same key finds out."""


class Repeated(Exception):
    """The request key is known: the bundle that it made is the answer."""


class LostLease(Exception):
    """Another process holds the saga now; whatever this one still wants is none of its business."""
