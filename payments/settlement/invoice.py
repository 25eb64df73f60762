"""Qualified invoices (適格請求書), as Japan's consumption tax law asks since October 2023.

An invoice names: the issuer and its registration number, the day or period of the supply, what was supplied
(reduced rate marked), the sum for each rate and the rate, the tax for each rate, and the recipient. Tax is
rounded once for each rate on each invoice, never line by line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from payments.errors import SettlementError
from payments.money import Rounding, round_minor
from payments.settlement.statement import Statement

RATES_PERCENT = (10, 8)
REDUCED_PERCENT = 8
REDUCED_MARK = "※"


def registration_number(text: str, *, corporation: bool = True) -> str:
    """`T` and 13 digits; a corporation's are its corporate number, whose first digit checks the other twelve.

    Check digit: 9 - (sum over the twelve digits from the right, each times 1 or 2 in turn, modulo 9).
    """
    number = text.strip().upper()
    if not re.fullmatch(r"T[0-9]{13}", number):
        raise SettlementError(f"registration number {text!r} must be T and 13 digits, such as T7000012050002")
    digits = [int(c) for c in number[1:]]
    expected = 9 - sum(d * (1 if n % 2 == 0 else 2) for n, d in enumerate(reversed(digits[1:]))) % 9
    if corporation and digits[0] != expected:
        raise SettlementError(
            f"registration number {text!r}: the check digit is {digits[0]}, it should be {expected};"
            " compare with the tax agency's public register"
        )
    return number


@dataclass(frozen=True, slots=True)
class Business:
    """A party of an invoice; `registration` is empty for a recipient or a business that is not registered."""

    name: str
    address: str = ""
    registration: str = ""
    corporation: bool = True

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise SettlementError("an invoice names both parties; name is empty")
        if self.registration:
            registration_number(self.registration, corporation=self.corporation)


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """What was supplied on a day, at which rate. `amount_minor` includes tax or not, as the invoice says."""

    day: date
    text: str
    amount_minor: int
    rate_percent: int = 10

    def __post_init__(self) -> None:
        if self.rate_percent not in RATES_PERCENT:
            raise SettlementError(f"{self.text!r}: rate_percent is 10 or 8, not {self.rate_percent}")


@dataclass(frozen=True, slots=True)
class RateSum:
    """The lines of one rate: net, tax, and both."""

    rate_percent: int
    net_minor: int
    tax_minor: int

    @property
    def gross_minor(self) -> int:
        """Net and tax."""
        return self.net_minor + self.tax_minor


@dataclass(frozen=True, slots=True)
class Invoice:
    """A qualified invoice; raises SettlementError when something that the law asks for is missing."""

    number: str
    issuer: Business
    recipient: Business
    issued_on: date
    lines: tuple[InvoiceLine, ...]
    tax_included: bool = True
    rounding: Rounding = Rounding.DOWN
    corrects: str = ""  # the number of the invoice that this one corrects

    def __post_init__(self) -> None:
        if not self.issuer.registration:
            raise SettlementError(f"invoice {self.number!r}: {self.issuer.name} has no registration number")
        if not self.lines:
            raise SettlementError(f"invoice {self.number!r} has no lines")
        if not self.number.strip():
            raise SettlementError("an invoice needs a number")

    def sums(self) -> tuple[RateSum, ...]:
        """One sum for each rate that occurs, tax rounded once in it."""
        return tuple(
            self._sum(rate) for rate in RATES_PERCENT if any(line.rate_percent == rate for line in self.lines)
        )

    @property
    def total_minor(self) -> int:
        """What is asked for, tax included."""
        return sum(s.gross_minor for s in self.sums())

    def _sum(self, rate: int) -> RateSum:
        amount = sum(line.amount_minor for line in self.lines if line.rate_percent == rate)
        if self.tax_included:
            tax = round_minor(Fraction(amount * rate, 100 + rate), self.rounding)
            return RateSum(rate, amount - tax, tax)
        return RateSum(rate, amount, round_minor(Fraction(amount * rate, 100), self.rounding))


def fee_invoice(
    made: Statement, *, number: str, issuer: Business, recipient: Business, issued_on: date
) -> Invoice | None:
    """The platform's invoice for its fees of a month; None for a month without fees."""
    if made.fee_minor == 0:
        return None
    last_day = made.month.after.toordinal() - 1
    line = InvoiceLine(date.fromordinal(last_day), f"システム利用手数料 {made.month}", made.fee_minor)
    return Invoice(number, issuer, recipient, issued_on, (line,))


def correction(original: Invoice, lines: Sequence[InvoiceLine], *, number: str, issued_on: date) -> Invoice:
    """A 適格返還請求書: what is given back of an earlier invoice, in negative lines."""
    if any(line.amount_minor >= 0 for line in lines):
        raise SettlementError(f"invoice {number!r} corrects {original.number!r}: its lines must be negative")
    for rate in RATES_PERCENT:
        before = sum(x.amount_minor for x in original.lines if x.rate_percent == rate)
        if before + sum(x.amount_minor for x in lines if x.rate_percent == rate) < 0:
            raise SettlementError(
                f"invoice {number!r} gives back more at {rate} % than {original.number!r} asked"
            )
    return Invoice(
        number, original.issuer, original.recipient, issued_on, tuple(lines), original.tax_included,
        original.rounding, original.number,
    )  # fmt: skip
