"""What can go wrong with services: one tree below `maas.errors.UserError`, so that edges need not know it.

```
UserError
└── ServiceError
    ├── UnknownService      no provider, offer, slot, hold or place in the queue has that id
    ├── InvalidOffer        an offer, slot or setting that cannot be right; carries every problem found
    ├── VersionConflict     somebody else changed the offer in the meantime
    ├── VersionMissing      a change without saying which version it is a change of
    ├── NotYours            the signed-in account does not act for that provider
    ├── SoldOut             not enough is free, or others wait for it
    ├── Closed              the slot is past, withdrawn, or no longer bookable
    ├── LimitReached        the person's own limit for this offer
    ├── HoldExpired         the hold's time ran out; its stock is free for others
    ├── WrongState          the hold is not in a state that allows this
    ├── KeyReused           the idempotency key was used before for something else
    ├── ConsentMissing      no consent for using what the visitor said of themselves
    ├── OutsideRefused      the outside booking system said no
    └── OutsideUnknown      the outside system gave no answer: it may or may not have happened
```
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from maas.errors import UserError

__all__ = [
    "Closed", "ConsentMissing", "HoldExpired", "InvalidOffer", "KeyReused", "LimitReached", "NotYours",
    "OutsideRefused", "OutsideUnknown", "Problem", "ServiceError", "SoldOut", "UnknownService",
    "VersionConflict", "VersionMissing", "WrongState",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: which field, what is wrong with which value, and the fix."""

    field: str
    message: str
    line: int | None = None  # of a file, counted from 1; None where there is no file

    def __str__(self) -> str:
        where = f"line {self.line}, " if self.line is not None else ""
        return f"{where}{self.field}: {self.message}"


class ServiceError(UserError):
    """A refusal of this package."""


class UnknownService(ServiceError):
    """Nothing has that id."""

    status = 404
    slug = "unknown-service"
    title = "Unknown service"


class InvalidOffer(ServiceError):
    """Input that was refused as a whole; nothing of it was kept."""

    status = 422
    slug = "invalid-offer"
    title = "The offer cannot be kept as it is"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class VersionConflict(ServiceError):
    """The version that the change was made from is not the newest."""

    status = 412
    slug = "version-conflict"
    title = "It was changed in the meantime"


class VersionMissing(ServiceError):
    """A change must say which version it was made from."""

    status = 428
    slug = "version-missing"
    title = "Say which version you are changing"


class NotYours(ServiceError):
    """The account acts for other providers."""

    status = 403
    slug = "not-yours"
    title = "This belongs to another provider"


class SoldOut(ServiceError):
    """Not enough is free, or people who came before wait for it."""

    status = 409
    slug = "sold-out"
    title = "Not enough is free"


class Closed(ServiceError):
    """The slot cannot be booked any more."""

    status = 409
    slug = "closed"
    title = "This cannot be booked any more"


class LimitReached(ServiceError):
    """One person may have only so many."""

    status = 409
    slug = "limit-reached"
    title = "The limit for one person is reached"


class HoldExpired(ServiceError):
    """The hold's time ran out by the database's clock."""

    status = 409
    slug = "hold-expired"
    title = "The hold has expired"


class WrongState(ServiceError):
    """The step does not fit the state."""

    status = 409
    slug = "wrong-state"
    title = "This is not possible any more"


class KeyReused(ServiceError):
    """One key, two meanings."""

    status = 409
    slug = "key-reused"
    title = "The key was used for something else"


class ConsentMissing(ServiceError):
    """Nothing that a visitor said of themselves is used without their consent."""

    status = 403
    slug = "consent-missing"
    title = "Consent is missing"


class OutsideRefused(ServiceError):
    """A partner's booking system refused; `code` is its own word for why."""

    status = 409
    slug = "outside-refused"
    title = "The partner's booking system refused"

    def __init__(self, message: str, *, code: str = "refused") -> None:
        super().__init__(message)
        self.code = code


class OutsideUnknown(ServiceError):
    """No answer came; ask for the state before repeating."""

    status = 503
    slug = "outside-unknown"
    title = "The partner's booking system did not answer"
