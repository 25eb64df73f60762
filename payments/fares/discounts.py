"""Concessions by entitlement, and groups: the better of the two applies, never both.

Japanese practice: a child's or disabled rider's fare is half the adult fare, rounded up to ten yen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from payments.errors import FareError
from payments.money import Rounding, round_minor


@dataclass(frozen=True, slots=True)
class Concession:
    """Riders with `entitlement` pay `percent` of the fare.

    Rounded `rounding` to a multiple of `step_minor`.
    """

    entitlement: str
    percent: int
    step_minor: int = 10
    rounding: Rounding = Rounding.UP
    companions: int = 0  # so many companions pay the same reduced fare (a carer of a disabled rider)

    def __post_init__(self) -> None:
        if not 0 <= self.percent <= 100 or self.step_minor < 1 or self.companions < 0:
            raise FareError(
                f"concession {self.entitlement!r}: percent 0..100, step_minor >= 1, companions >= 0"
            )


@dataclass(frozen=True, slots=True)
class GroupRule:
    """Parties of at least `riders_min` pay `percent` of each fare, rounded down to `step_minor`."""

    riders_min: int
    percent: int
    step_minor: int = 10

    def __post_init__(self) -> None:
        if self.riders_min < 2 or not 0 <= self.percent <= 100 or self.step_minor < 1:
            raise FareError("a group rule needs riders_min >= 2, percent 0..100 and step_minor >= 1")


@dataclass(frozen=True, slots=True)
class Rider:
    """One traveller of a party, with what they are entitled to."""

    entitlements: frozenset[str] = frozenset()


def reduced(fare_minor: int, percent: int, step_minor: int, rounding: Rounding) -> int:
    """`percent` of a fare, to a multiple of `step_minor`, never more than the fare itself."""
    steps = round_minor(Fraction(fare_minor * percent, 100 * step_minor), rounding)
    return min(fare_minor, steps * step_minor)


def party_fares(
    fare_minor: int,
    riders: Sequence[Rider],
    concessions: Sequence[Concession],
    groups: Sequence[GroupRule] = (),
) -> list[tuple[int, str]]:
    """What each rider of a party pays and why (an entitlement.

    `companion`, `group`, or empty for the full fare).
    """
    group = min(
        (
            reduced(fare_minor, g.percent, g.step_minor, Rounding.DOWN)
            for g in groups
            if len(riders) >= g.riders_min
        ),
        default=fare_minor,
    )
    fares: list[tuple[int, str]] = []
    companion_fares: list[int] = []
    for rider in riders:
        best, why = (group, "group") if group < fare_minor else (fare_minor, "")
        for concession in concessions:
            if concession.entitlement not in rider.entitlements:
                continue
            price = reduced(fare_minor, concession.percent, concession.step_minor, concession.rounding)
            companion_fares += [price] * concession.companions
            if price < best:
                best, why = price, concession.entitlement
        fares.append((best, why))
    # Companions take the places of those who pay most, cheapest companion fare first.
    for price in sorted(companion_fares):
        dearest = max(range(len(fares)), key=lambda i: fares[i][0])
        if price < fares[dearest][0]:
            fares[dearest] = (price, "companion")
    return fares
