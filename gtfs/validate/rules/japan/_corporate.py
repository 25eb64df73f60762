"""Corporate numbers (法人番号) as agency identifiers."""

from __future__ import annotations


def check_digit(rest: str) -> int:
    """First digit of a corporate number by the other twelve: 9 minus the weighted sum modulo 9.

    Weights are 1 and 2 in turn from the right (法人番号の指定等に関する省令 第2条).
    """
    total = sum(int(digit) * (1 + k % 2) for k, digit in enumerate(reversed(rest)))
    return 9 - total % 9


def is_number(agency_id: str) -> bool:
    """Whether an identifier is thirteen digits, whatever stands behind `_`."""
    number = agency_id.partition("_")[0]
    return len(number) == 13 and number.isascii() and number.isdigit()
