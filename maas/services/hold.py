r"""A hold: units of one slot in one person's hand, from the first reservation to the visit or its undoing.

```
held -> confirmed -> redeemed          held -> released | expired
             \-> cancelled | no_show
```
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from maas.services.cancellation import Cancellation
from maas.services.sql import from_ms, optional_ms


class HoldState(StrEnum):
    """Where a hold stands."""

    HELD = "held"
    CONFIRMED = "confirmed"
    REDEEMED = "redeemed"
    RELEASED = "released"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


@dataclass(frozen=True, slots=True)
class Hold:
    """`quantity` units of a slot under an idempotency key, with the price and the terms as promised then."""

    key: str
    slot_id: str
    offer_id: str
    offer_version: int
    holder: str  # a pseudonym; never a name or an address
    quantity: int
    price_minor: int  # yen for all units, tax included
    tax_percent: int
    terms: Cancellation
    starts_at: datetime | None
    state: HoldState
    expires_at: datetime  # by the database's clock; of no meaning once confirmed
    fee_minor: int = 0  # what is kept of the price after a cancellation or no-show
    use_key: str = ""  # the redemption's own key

    @property
    def refund_minor(self) -> int:
        """What goes back to the payer of a cancelled or missed booking."""
        ended = self.state in (HoldState.CANCELLED, HoldState.NO_SHOW)
        return self.price_minor - self.fee_minor if ended else 0


@lru_cache(maxsize=4096)
def terms_from(text: str) -> Cancellation:
    """The rules as they are written; the same text is read once."""
    return Cancellation.model_validate_json(text)


def hold_of(row: Any) -> Hold:
    """A row of `service_hold`."""
    return Hold(
        key=row.key, slot_id=row.slot_id, offer_id=row.offer_id, offer_version=row.offer_version,
        holder=row.holder, quantity=row.quantity, price_minor=row.price_minor, tax_percent=row.tax_percent,
        terms=terms_from(row.terms), starts_at=optional_ms(row.starts_at_ms),
        state=HoldState(row.state), expires_at=from_ms(row.expires_at_ms), fee_minor=row.fee_minor,
        use_key=row.use_key,
    )  # fmt: skip
