"""What this package needs from others: travel times, consent, and partners' booking systems."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from maas.services.model import OutsideRef


class Reachability(Protocol):
    """How long somebody travels with their own means; the planner stands behind it."""

    def minutes(
        self,
        origin: tuple[float, float],
        at: datetime,
        minutes: int,
        points: Sequence[tuple[float, float]],
        means: Sequence[str] = (),
    ) -> NDArray[np.float64]:
        """Minutes from `origin` (lat, lon), leaving at `at`, to each point; infinite beyond `minutes`.

        `means` are what the person can use (walk, wheelchair, cycle, transit, shuttle); none: all.
        """
        ...


class ConsentCheck(Protocol):
    """The consent ledger's answer."""

    def allows(self, person: str, purpose: str) -> bool:
        """Whether this person (a pseudonym, empty for a guest) agreed to that purpose and still does."""
        ...


class OutsideState(StrEnum):
    """What a partner's system says of an order."""

    NONE = "none"  # it has no such order
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class OutsideSlot:
    """Something bookable at a partner's; `free` is a snapshot, the price is in whole yen for one."""

    ref: OutsideRef
    starts_at: datetime
    ends_at: datetime
    free: int
    price_minor: int


@dataclass(frozen=True, slots=True)
class OutsideHold:
    """A partner's promise to keep it until `expires_at` at that price for all units.

    `expires_at` is None where the partner quotes a price but keeps nothing.
    """

    key: str
    price_minor: int
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class OutsideOrder:
    """A booking at a partner's. `items` are the partner's names for its parts."""

    key: str
    state: OutsideState
    price_minor: int
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OutsideCustomer:
    """The little that a partner learns of the person; only what they consented to."""

    reference: str
    email: str = ""
    given_name: str = ""
    family_name: str = ""


class OutsideBooking(Protocol):
    """A partner's booking system. Every call is idempotent by `key`: repeating it changes nothing more.

    `OutsideRefused`: it said no. `OutsideUnknown`: no answer, so it may have happened; `status` tells, and
    the same call with the same key may be repeated: it asks before it acts again.
    """

    def availability(self, ref: OutsideRef, first: datetime, last: datetime) -> list[OutsideSlot]:
        """What is bookable of `ref` and begins from `first` to `last`."""
        ...

    def hold(self, key: str, ref: OutsideRef, quantity: int, customer: OutsideCustomer) -> OutsideHold:
        """Ask for the price, and to keep it."""
        ...

    def release(self, key: str) -> None:
        """Let go of what is kept, if it is."""
        ...

    def confirm(
        self,
        key: str,
        ref: OutsideRef,
        quantity: int,
        customer: OutsideCustomer,
        *,
        price_minor: int,
        payment_reference: str,
    ) -> OutsideOrder:
        """Book at that price, paid by us."""  # fmt: skip
        ...

    def cancel(self, key: str) -> OutsideOrder:
        """Undo the booking as a customer would."""
        ...

    def status(self, key: str) -> OutsideOrder:
        """How it stands."""
        ...
