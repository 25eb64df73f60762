"""What the ledger is told and what it answers: plain immutable values."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum

from payments.errors import LedgerError, Unbalanced

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_us(instant: datetime) -> int:
    """Microseconds since 1970 (UTC); refuses an instant without a time zone."""
    if instant.tzinfo is None:
        raise LedgerError(f"{instant.isoformat()} has no time zone; pass an aware instant")
    return (instant - EPOCH) // timedelta(microseconds=1)


def from_us(at_us: int) -> datetime:
    """The instant, in UTC."""
    return EPOCH + timedelta(microseconds=at_us)


class TransferState(Enum):
    """Where a transfer stands; derived from immutable rows, never stored."""

    POSTED = "posted"
    PENDING = "pending"
    PARTLY_POSTED = "partly_posted"
    SETTLED = "settled"  # a pending transfer that was posted for the last time
    VOIDED = "voided"


@dataclass(frozen=True, slots=True)
class Account:
    """`code` is unique and readable (`operator.

    Keisei:payable`); `floor_minor` None lets it go negative freely.
    """

    code: str
    currency: str = "JPY"
    floor_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Leg:
    """`amount_minor` flows into (+.

    Credit) or out of (-, debit) `account`; `part` names the part of the bundle.
    """

    account: str
    amount_minor: int
    part: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A transfer to write. `pending=True` reserves the amounts until a Resolution posts or voids it.

    `reference` ties together everything about one order (the bundle's id); `external_id` is the processor's
    or the bank's own id of the same event, which reconciliation matches on. `kind` is a short verb such as
    `capture`.
    """

    key: str
    kind: str
    legs: tuple[Leg, ...]
    reference: str = ""
    external_id: str = ""
    pending: bool = False

    def __post_init__(self) -> None:
        check_key(self.key)
        check_legs(self.key, self.legs)
        if self.pending and any(n > 1 for n in Counter(leg.account for leg in self.legs).values()):
            raise Unbalanced(f"transfer {self.key!r}: a pending transfer names each account once")

    @classmethod
    def move(
        cls,
        key: str,
        kind: str,
        source: str,
        target: str,
        amount_minor: int,
        *,
        reference: str = "",
        external_id: str = "",
        pending: bool = False,
        part: str = "",
    ) -> Entry:
        """The two-legged transfer of a positive amount from `source` to `target`."""
        if amount_minor <= 0:
            raise Unbalanced(f"transfer {key!r}: amount_minor must be positive, not {amount_minor}")
        legs = (Leg(source, -amount_minor, part), Leg(target, amount_minor, part))
        return cls(key, kind, legs, reference, external_id, pending)

    def digest(self) -> str:
        """What the key stands for; a repeat must say the same."""
        return digest_of("pending" if self.pending else "posted", self.kind, self.reference, self.legs)


@dataclass(frozen=True, slots=True)
class Resolution:
    """Post or void the pending transfer that has `pending_key`.

    `legs` says what to post; None posts all that is still pending.
    `final=True` releases what is not posted; `final=False` keeps it pending for another post.
    """

    key: str
    kind: str
    pending_key: str
    void: bool = False
    legs: tuple[Leg, ...] | None = None
    final: bool = True
    external_id: str = ""

    def __post_init__(self) -> None:
        check_key(self.key)
        if self.void and (self.legs is not None or not self.final):
            raise Unbalanced(f"transfer {self.key!r}: a void releases everything; give it no legs")
        if self.legs is not None:
            check_legs(self.key, self.legs)

    def digest(self) -> str:
        """What the key stands for; a repeat must say the same."""
        phase = "void" if self.void else f"post:{'final' if self.final else 'more'}"
        return digest_of(phase, self.kind, self.pending_key, self.legs or ())


@dataclass(frozen=True, slots=True)
class Balance:
    """`available_minor` is what may leave the account now.

    Posted less what pending transfers have reserved.
    """

    account: Account
    posted_minor: int
    outgoing_minor: int
    incoming_minor: int

    @property
    def available_minor(self) -> int:
        """Posted plus (negative) outgoing; pending income does not count until it is posted."""
        return self.posted_minor + self.outgoing_minor


@dataclass(frozen=True, slots=True)
class Transfer:
    """A written transfer, with its legs as requested (of the pending layer if it is pending)."""

    key: str
    kind: str
    phase: str
    reference: str
    external_id: str
    at: datetime
    legs: tuple[Leg, ...]
    pending_key: str | None = None


def check_key(key: str) -> None:
    """Keys are 1 to 200 printable characters."""
    if not 1 <= len(key) <= 200 or not key.isprintable():
        raise LedgerError(f"idempotency key {key!r} must be 1 to 200 printable characters")


def check_legs(key: str, legs: Sequence[Leg]) -> None:
    """At least two legs, none of zero.

    And together zero (per currency is checked where currencies are known).
    """
    if len(legs) < 2:
        raise Unbalanced(f"transfer {key!r}: money moves between at least two legs, got {len(legs)}")
    for leg in legs:
        if type(leg.amount_minor) is not int or leg.amount_minor == 0:
            raise Unbalanced(
                f"transfer {key!r}: leg {leg.account!r} has amount_minor {leg.amount_minor!r};"
                " it must be a whole number other than zero"
            )
    if sum(leg.amount_minor for leg in legs) != 0:
        raise Unbalanced(
            f"transfer {key!r}: legs sum to {sum(leg.amount_minor for leg in legs)}, must be 0: "
            + ", ".join(f"{leg.account} {leg.amount_minor:+d}" for leg in legs)
        )


def digest_of(phase: str, kind: str, reference: str, legs: Sequence[Leg]) -> str:
    """A short fingerprint of the content of a transfer."""
    content = [phase, kind, reference, sorted([leg.account, leg.amount_minor, leg.part] for leg in legs)]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()[:32]
