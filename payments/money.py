"""Money as whole minor units of one currency. No floats anywhere: a yen is never rounded by accident.

JPY has no unit below the yen, so `Money(500, "JPY")` is 500 yen. Points are a currency of their own (`PTS`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from functools import total_ordering

from payments.errors import MoneyError

AMOUNT_MINOR_MAX = (
    2**53 - 1
)  # stays exact in JSON readers, and sums of a thousand of them fit a 64-bit column


class Rounding(Enum):
    """How a fraction of a minor unit is dropped; Japanese tax practice allows each, if used consistently."""

    DOWN = "down"  # 切捨て, towards zero
    HALF_UP = "half_up"  # 四捨五入, away from zero at one half
    UP = "up"  # 切上げ, away from zero


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """`amount_minor` whole minor units of `currency` (three to eight capital letters); may be negative."""

    amount_minor: int
    currency: str = "JPY"

    def __post_init__(self) -> None:
        if type(self.amount_minor) is not int:
            raise MoneyError(
                f"amount_minor must be a whole number of minor units, not {self.amount_minor!r}"
                f" ({type(self.amount_minor).__name__}); convert before making Money"
            )
        if abs(self.amount_minor) > AMOUNT_MINOR_MAX:
            raise MoneyError(f"amount_minor {self.amount_minor} is beyond ±{AMOUNT_MINOR_MAX}")
        code = self.currency
        if not (3 <= len(code) <= 8 and code.isascii() and code.isalpha() and code.isupper()):
            raise MoneyError(f"currency {code!r} must be three to eight capital letters, such as JPY or PTS")

    def __add__(self, other: Money) -> Money:
        return Money(self.amount_minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount_minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount_minor, self.currency)

    def __mul__(self, times: int) -> Money:
        if type(times) is not int:
            raise MoneyError(
                f"money is multiplied by whole numbers only, not {times!r}; use share() for a rate"
            )
        return Money(self.amount_minor * times, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount_minor < self._same(other)

    def __bool__(self) -> bool:
        return self.amount_minor != 0

    def __str__(self) -> str:
        sign = "-" if self.amount_minor < 0 else ""
        return (
            f"{sign}¥{abs(self.amount_minor):,}"
            if self.currency == "JPY"
            else (f"{self.amount_minor:,} {self.currency}")
        )

    def share(self, rate: Fraction, rounding: Rounding = Rounding.DOWN) -> Money:
        """The amount times `rate`, rounded once to a whole minor unit."""
        return Money(round_minor(Fraction(self.amount_minor) * rate, rounding), self.currency)

    def split(self, weights: Sequence[int]) -> tuple[Money, ...]:
        """Split in proportion to `weights` so that the parts sum to the whole (see `split_minor`)."""
        return tuple(Money(part, self.currency) for part in split_minor(self.amount_minor, weights))

    def _same(self, other: Money) -> int:
        if self.currency != other.currency:
            raise MoneyError(f"{self} and {other} are different currencies; convert one of them first")
        return other.amount_minor


def yen(amount: int) -> Money:
    """That many yen."""
    return Money(amount, "JPY")


def total(amounts: Sequence[Money], currency: str = "JPY") -> Money:
    """The sum; nothing sums to zero `currency`."""
    result = Money(0, amounts[0].currency if amounts else currency)
    for amount in amounts:
        result = result + amount
    return result


def round_minor(exact: Fraction, rounding: Rounding) -> int:
    """A fraction of minor units as a whole number of them."""
    sign = -1 if exact < 0 else 1
    whole, rest = divmod(abs(exact).numerator, abs(exact).denominator)
    if rest and (rounding is Rounding.UP or (rounding is Rounding.HALF_UP and 2 * rest >= exact.denominator)):
        whole += 1
    return sign * whole


def split_minor(amount_minor: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Split by largest remainder: parts sum to `amount_minor`, each within one unit of its exact share.

    Ties go to the earlier weight, so the same input always gives the same parts. A weight of zero gets
    nothing. Raises MoneyError for no weights, a negative weight, or weights that are all zero.
    """
    if not weights or any(type(w) is not int or w < 0 for w in weights) or sum(weights) == 0:
        raise MoneyError(f"cannot split by weights {list(weights)!r}: whole, not negative, and not all zero")
    sign = -1 if amount_minor < 0 else 1
    amount, whole = abs(amount_minor), sum(weights)
    parts = [amount * w // whole for w in weights]
    left = amount - sum(parts)
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(amount * weights[i] % whole), i))
    for i in by_remainder[:left]:
        parts[i] += 1
    return tuple(sign * part for part in parts)
