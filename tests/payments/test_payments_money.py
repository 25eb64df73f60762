"""Money: exact, in one currency, split without losing a yen."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.errors import MoneyError
from payments.money import Money, Rounding, round_minor, split_minor, total, yen


def test_arithmetic_and_text() -> None:
    assert yen(500) + yen(20) - yen(5) == yen(515)
    assert -yen(5) < yen(0) < yen(5) * 2
    assert not yen(0)
    assert (str(yen(-1234567)), str(Money(30, "PTS"))) == ("-¥1,234,567", "30 PTS")
    assert total([yen(1), yen(2)]) == yen(3)
    assert total([]) == yen(0)
    assert yen(1000).share(Fraction(36, 1000)) == yen(36)
    assert yen(100).split([1, 1, 1]) == (yen(34), yen(33), yen(33))


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        (100, [1, 1, 1], (34, 33, 33)),
        (-100, [1, 1, 1], (-34, -33, -33)),
        (100, [0, 5, 0], (0, 100, 0)),
        (1, [1, 2], (0, 1)),
        (10, [3, 3, 1], (4, 4, 2)),  # 4.29, 4.29, 1.43: one yen is left, the last has the largest remainder
        (0, [1, 2], (0, 0)),
    ],
)  # fmt: skip
def test_splits_by_hand(amount: int, weights: list[int], parts: tuple[int, ...]) -> None:
    assert split_minor(amount, weights) == parts


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 10**6), min_size=1, max_size=20).filter(any))
def test_a_split_loses_nothing_and_is_fair(amount: int, weights: list[int]) -> None:
    parts = split_minor(amount, weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(Fraction(part) - Fraction(amount * weight, sum(weights))) < 1
    assert parts == split_minor(amount, weights)


@pytest.mark.parametrize(
    ("exact", "down", "half_up", "up"),
    [
        (Fraction(5, 2), 2, 3, 3),
        (Fraction(-5, 2), -2, -3, -3),
        (Fraction(9, 4), 2, 2, 3),
        (Fraction(3), 3, 3, 3),
    ],
)
def test_rounding(exact: Fraction, down: int, half_up: int, up: int) -> None:
    assert [round_minor(exact, r) for r in Rounding] == [down, half_up, up]


def test_what_is_not_money() -> None:
    for bad in (
        lambda: Money(1.0, "JPY"),  # type: ignore[arg-type]
        lambda: Money(True, "JPY"),
        lambda: Money(1, "yen"),
        lambda: Money(1, "¥¥¥"),
        lambda: Money(2**53, "JPY"),
        lambda: yen(1) + Money(1, "PTS"),
        lambda: yen(1) < Money(1, "PTS"),
        lambda: yen(1) * 1.5,  # type: ignore[operator]
        lambda: split_minor(1, []),
        lambda: split_minor(1, [0]),
        lambda: split_minor(1, [1, -1]),
    ):
        with pytest.raises(MoneyError):
            bad()
