"""One ride, all rules: who pays which part of its full fare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from payments.errors import FareError
from payments.fares.caps import Cap, Ridden, capped
from payments.fares.passes import AreaPass, Ride, covering


@dataclass(frozen=True, slots=True)
class SubsidisedRide:
    """The city's fixed-price ride: an entitled rider pays `rider_pays_minor`, `payer` the rest up to a limit.

    `rides_per_month` limits how often; beyond the limits the rider pays the difference.
    """

    payer: str
    entitlements: frozenset[str]
    operators: frozenset[str]
    rider_pays_minor: int = 500
    subsidy_minor_max: int = 3000
    rides_per_month: int | None = None


@dataclass(frozen=True, slots=True)
class CorporatePayer:
    """An employer or shop pays up to `per_ride_minor_max` of a ride while `budget_left_minor` lasts."""

    account: str
    per_ride_minor_max: int
    budget_left_minor: int
    weekdays: frozenset[int] = frozenset(range(7))  # 0 is Monday


@dataclass(frozen=True, slots=True)
class Wallet:
    """Everything about the rider that changes what they pay."""

    entitlements: frozenset[str] = frozenset()
    passes: tuple[AreaPass, ...] = ()
    before: tuple[Ridden, ...] = ()
    subsidised_rides_this_month: int = 0
    corporate: CorporatePayer | None = None
    points_yen: int = 0  # how many yen of points the rider wants to use


@dataclass(frozen=True, slots=True)
class Line:
    """`amount_minor` of the full fare is borne by `by` (pass.

    Discount, cap, subsidy, corporate, points, card).
    """

    by: str
    amount_minor: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Charge:
    """Lines that sum to the full fare, none of zero."""

    full_minor: int
    lines: tuple[Line, ...]

    def of(self, by: str) -> int:
        """What this kind of payer bears."""
        return sum(line.amount_minor for line in self.lines if line.by == by)

    @property
    def rider_minor(self) -> int:
        """What counts towards the rider's caps: card and points."""
        return self.of("card") + self.of("points")


def charge(
    ride: Ride,
    full_minor: int,
    wallet: Wallet,
    *,
    caps: Sequence[Cap] = (),
    subsidies: Sequence[SubsidisedRide] = (),
    discounted_minor: int | None = None,
    discount: str = "",
) -> Charge:
    """Split a full fare; `discounted_minor` is the fare after `discounts.party_fares`, if lower.

    Raises FareError for negative fares or a discount that raises the price.
    """
    due = full_minor if discounted_minor is None else discounted_minor
    if full_minor < 0 or not 0 <= due <= full_minor or wallet.points_yen < 0:
        raise FareError(
            f"fare {full_minor}, discounted {due}, points {wallet.points_yen}: none may be negative or grow"
        )
    held = covering(wallet.passes, ride)
    if held is not None:
        return _charge(full_minor, [Line("pass", full_minor, held.name)])
    lines = [Line("discount", full_minor - due, discount)]
    subsidy = _subsidy(ride, due, wallet, subsidies)
    lines.append(subsidy)
    due -= subsidy.amount_minor
    limited, cap = capped(due, ride.day, ride.operator, caps, wallet.before)
    lines.append(Line("cap", due - limited, cap))
    due = limited
    if wallet.corporate is not None and ride.day.weekday() in wallet.corporate.weekdays:
        paid = min(due, wallet.corporate.per_ride_minor_max, max(0, wallet.corporate.budget_left_minor))
        lines.append(Line("corporate", paid, wallet.corporate.account))
        due -= paid
    points = min(due, wallet.points_yen)
    return _charge(full_minor, [*lines, Line("points", points), Line("card", due - points)])


def _subsidy(ride: Ride, due: int, wallet: Wallet, subsidies: Sequence[SubsidisedRide]) -> Line:
    best = Line("subsidy", 0)
    for rule in subsidies:
        if not (rule.entitlements & wallet.entitlements) or ride.operator not in rule.operators:
            continue
        if rule.rides_per_month is not None and wallet.subsidised_rides_this_month >= rule.rides_per_month:
            continue
        amount = min(max(0, due - rule.rider_pays_minor), rule.subsidy_minor_max)
        if amount > best.amount_minor:
            best = Line("subsidy", amount, rule.payer)
    return best


def _charge(full_minor: int, lines: Sequence[Line]) -> Charge:
    return Charge(full_minor, tuple(line for line in lines if line.amount_minor))


def ridden(ride_day: date, operator: str, made: Charge) -> Ridden:
    """What to remember of a charge, for the caps of later rides."""
    return Ridden(ride_day, operator, made.rider_minor)
