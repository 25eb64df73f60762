"""Who gets what of an order's price: operators, shops, the city's subsidy, points, fees and tax, to the yen.

Each part of a bundle has a price (what the rider's side pays for it), shares of third parties that add to
it or pay it instead (the city's 500-yen ride, a shop's free shuttle), one or more receivers by weight, and
a platform fee. The result is one ledger transfer whose legs carry the part's name, so that every yen can be
asked where it went.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from payments.errors import MoneyError
from payments.hold import bundle_account
from payments.ledger.model import Entry, Leg
from payments.money import Rounding, round_minor, split_minor

PLATFORM_FEES = "platform:fees"
TAX_PAYABLE = "platform:tax"


@dataclass(frozen=True, slots=True)
class Subsidy:
    """`payer` (an account: the city, a shop, an employer) adds `amount_minor` to what the receivers get."""

    payer: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Receiver:
    """An account that receives a share of a part in proportion to `weight`."""

    account: str
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a bundle: `price_minor` from the order's money, plus subsidies, to receivers, less the fee.

    `fee_per_mille` of price and subsidies together is kept by the platform, tax included at
    `fee_tax_percent`.
    """

    name: str
    price_minor: int
    receivers: tuple[Receiver, ...]
    subsidies: tuple[Subsidy, ...] = ()
    fee_per_mille: int = 0
    fee_tax_percent: int = 10

    def __post_init__(self) -> None:
        if self.price_minor < 0 or any(s.amount_minor < 0 for s in self.subsidies):
            raise MoneyError(f"part {self.name!r}: prices and subsidies are not negative")
        if not self.receivers or sum(r.weight for r in self.receivers) <= 0:
            raise MoneyError(f"part {self.name!r}: somebody must receive the money")
        if not 0 <= self.fee_per_mille <= 1000 or not 0 <= self.fee_tax_percent <= 100:
            raise MoneyError(f"part {self.name!r}: fee_per_mille is 0..1000 and fee_tax_percent 0..100")


def legs_of(reference: str, part: Part) -> list[Leg]:
    """The legs of one part; they sum to zero."""
    gross = part.price_minor + sum(s.amount_minor for s in part.subsidies)
    fee = round_minor(Fraction(gross * part.fee_per_mille, 1000), Rounding.DOWN)
    tax = round_minor(Fraction(fee * part.fee_tax_percent, 100 + part.fee_tax_percent), Rounding.DOWN)
    shares = split_minor(gross - fee, [r.weight for r in part.receivers])
    legs = [
        Leg(bundle_account(reference), -part.price_minor, part.name),
        *(Leg(s.payer, -s.amount_minor, part.name) for s in part.subsidies),
        *(Leg(r.account, share, part.name) for r, share in zip(part.receivers, shares, strict=True)),
        Leg(PLATFORM_FEES, fee - tax, part.name),
        Leg(TAX_PAYABLE, tax, part.name),
    ]
    return [leg for leg in legs if leg.amount_minor]


def allocate(key: str, reference: str, parts: tuple[Part, ...]) -> Entry:
    """The transfer that hands an order's money to its receivers; post it with `Ledger.post`."""
    return Entry(key, "allocate", tuple(leg for part in parts for leg in legs_of(reference, part)), reference)


def take_back(reference: str, part: Part, refund_minor: int) -> tuple[Leg, ...]:
    """Sources for a `Refund` of an allocated part: its receivers and the fee give back their shares.

    Subsidies go back to their payers only when the whole price is refunded; that is `take_back_subsidies`.
    """
    if not 0 < refund_minor <= part.price_minor:
        raise MoneyError(f"part {part.name!r}: refund 1 to {part.price_minor}, not {refund_minor}")
    gains = [leg for leg in legs_of(reference, part) if leg.amount_minor > 0]
    given = split_minor(refund_minor, [leg.amount_minor for leg in gains])
    return tuple(
        Leg(leg.account, amount, leg.part) for leg, amount in zip(gains, given, strict=True) if amount
    )


def take_back_subsidies(key: str, reference: str, part: Part) -> Entry | None:
    """After the whole price was refunded.

    The rest of what receivers got returns to who subsidised the part.
    """
    owed = sum(s.amount_minor for s in part.subsidies)
    if not owed:
        return None
    refunded = (
        {leg.account: leg.amount_minor for leg in take_back(reference, part, part.price_minor)}
        if part.price_minor
        else {}
    )
    back = [
        Leg(leg.account, -(leg.amount_minor - refunded.get(leg.account, 0)), part.name)
        for leg in legs_of(reference, part)
        if leg.amount_minor > 0
    ]
    back += [Leg(s.payer, s.amount_minor, part.name) for s in part.subsidies]
    return Entry(key, "subsidy-back", tuple(leg for leg in back if leg.amount_minor), reference)
