"""What a bundle needs from others: who provides parts, who prices them, who takes money, who issues tickets.

Every call that changes something outside carries a key and may be repeated: the second answers as the first.
`PartRefused`: no. `OutcomeUnknown`: no answer came, so it may have happened; the same call again finds out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from sqlalchemy import Connection

from maas.booking.errors import PartRefused
from maas.booking.model import Bundle, Held, Part
from maas.booking.wishes import Wish

__all__ = ["Ask", "LocalProvider", "PartProvider", "Pricing", "Standing", "TicketIssuer"]


@dataclass(frozen=True, slots=True)
class Ask:
    """A part to be held: its key, what is wished, for whom, for how long."""

    key: str
    wish: Wish
    subject: str
    booked_by: str
    ttl_s: float


class Standing(StrEnum):
    """What a provider says of a part."""

    NONE = "none"  # it has no such thing
    HELD = "held"
    CONFIRMED = "confirmed"
    USED = "used"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    BROKEN = "broken"  # the provider could not keep it


class PartProvider(Protocol):
    """Somebody outside our transaction: a dispatcher, a partner's system."""

    def hold(self, ask: Ask, *, now: datetime) -> Held:
        """Keep it for a while. Raises PartRefused, OutcomeUnknown."""
        ...

    def confirm(self, key: str, part: Part, bundle: Bundle, *, now: datetime) -> Held:
        """Make it binding; what is binding now (a lost hold may be held anew on the same terms).

        Raises PartRefused, OutcomeUnknown.
        """
        ...

    def cancel(self, key: str, part: Part, *, now: datetime) -> None:
        """Give a binding one back, or let go of a held one; nothing happens if there is none.

        Also after a `hold` or `confirm` whose outcome is unknown. Raises PartRefused once it is too late,
        OutcomeUnknown.
        """
        ...

    def standing(self, key: str, part: Part, *, now: datetime) -> Standing:
        """How it stands. Raises OutcomeUnknown."""
        ...


class LocalProvider(Protocol):
    """Somebody whose books are in our database: every step joins the saga's own transaction."""

    def hold(
        self, connection: Connection, groups: Sequence[Sequence[Ask]], *, now: datetime
    ) -> list[list[Held] | PartRefused]:
        """Keep every part of a group or none of it; an answer for each group."""
        ...

    def extend(self, connection: Connection, keys: Sequence[str], *, ttl_s: float) -> set[str]:
        """Keep what is held for `ttl_s` more; the keys that are still held."""
        ...

    def confirm(
        self, connection: Connection, keys: Sequence[str], *, now: datetime
    ) -> dict[str, PartRefused | None]:
        """Make them binding, each for itself; None: done."""
        ...

    def cancel(self, connection: Connection, key: str, *, undo: bool, now: datetime) -> None:
        """Give back or let go, as `PartProvider.cancel`; `undo`: we could not keep our word, no fee."""
        ...

    def standing(self, connection: Connection, keys: Sequence[str]) -> dict[str, Standing]:
        """How they stand; those that it does not follow are left out."""
        ...

    def missed(self, connection: Connection, key: str, *, now: datetime) -> None:
        """Nobody came. Raises PartRefused before the start."""
        ...

    def used(self, connection: Connection, key: str, use_key: str, *, now: datetime) -> None:
        """The visit took place. Raises PartRefused for a second use."""
        ...


class Pricing(Protocol):
    """What the rider pays for each part, why, and who gets it."""

    def price(self, connection: Connection, bundles: Sequence[Bundle], *, now: datetime) -> None:
        """Set `price_minor`, `discounts` and `split` of every part that is held, in the transaction."""
        ...

    def confirmed(self, connection: Connection, bundles: Sequence[Bundle], *, now: datetime) -> None:
        """These bundles are booked now: count what caps, passes, limits and points count."""
        ...

    def given_back(
        self, connection: Connection, bundle: Bundle, parts: Sequence[Part], *, now: datetime
    ) -> None:
        """These parts were given back: count them no more, in the same transaction."""
        ...


class TicketIssuer(Protocol):
    """Gives the right to ride."""

    def issue(self, connection: Connection, bundle: Bundle, parts: Sequence[Part], *, now: datetime) -> None:
        """The parts are confirmed: make their tickets, in the same transaction."""
        ...

    def revoke(self, connection: Connection, bundle: Bundle, parts: Sequence[Part], *, now: datetime) -> None:
        """The parts' tickets are no longer good."""
        ...
