"""Fares worked out by hand."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.errors import FareError
from payments.fares.caps import Cap, Period, Ridden, capped, period_of
from payments.fares.charge import Charge, CorporatePayer, SubsidisedRide, Wallet, charge, ridden
from payments.fares.discounts import Concession, GroupRule, Rider, party_fares, reduced
from payments.fares.passes import AreaPass, Ride, Subscription, covering, month_charge, pass_refund
from payments.money import Rounding

FRIDAY = date(2026, 11, 20)
RIDE = Ride(FRIDAY, "loop", "A", "B")
DAY, WEEK, MONTH = (
    Cap("day", Period.DAY, 600),
    Cap("week", Period.WEEK, 2000),
    Cap("month", Period.MONTH, 5000),
)


@pytest.mark.parametrize(
    ("day", "period", "first", "after"),
    [
        (FRIDAY, Period.DAY, FRIDAY, date(2026, 11, 21)),
        (FRIDAY, Period.WEEK, date(2026, 11, 16), date(2026, 11, 23)),
        (date(2026, 11, 16), Period.WEEK, date(2026, 11, 16), date(2026, 11, 23)),
        (FRIDAY, Period.MONTH, date(2026, 11, 1), date(2026, 12, 1)),
        (date(2026, 12, 31), Period.MONTH, date(2026, 12, 1), date(2027, 1, 1)),
    ],
)
def test_periods(day: date, period: Period, first: date, after: date) -> None:
    assert period_of(day, period) == (first, after)


@pytest.mark.parametrize(
    ("before", "fare", "expected"),
    [
        ([], 210, (210, "")),
        ([(FRIDAY, 210), (FRIDAY, 210)], 210, (180, "day")),
        ([(FRIDAY, 600)], 210, (0, "day")),
        ([(date(2026, 11, 19), 600)], 210, (210, "")),  # yesterday is another day
        ([(date(2026, 11, 16 + n), 600) for n in range(3)] + [(FRIDAY, 100)], 210, (100, "week")),
        ([(date(2026, 11, 15), 2000)], 210, (210, "")),  # last week's Sunday
        (
            [(date(2026, 11, 1), 2000), (date(2026, 11, 9), 2000), (date(2026, 11, 17), 900)],
            210,
            (100, "month"),
        ),
        ([(date(2026, 10, 31), 5000)], 210, (210, "")),
    ],
)
def test_caps(before: list[tuple[date, int]], fare: int, expected: tuple[int, str]) -> None:
    earlier = [Ridden(day, "loop", amount) for day, amount in before]
    assert capped(fare, FRIDAY, "loop", [DAY, WEEK, MONTH], earlier) == expected


def test_a_cap_counts_its_own_operators_only() -> None:
    cap = Cap("loop day", Period.DAY, 300, frozenset({"loop"}))
    earlier = [Ridden(FRIDAY, "train", 900), Ridden(FRIDAY, "loop", 200)]
    assert capped(210, FRIDAY, "loop", [cap], earlier) == (100, "loop day")
    assert capped(210, FRIDAY, "train", [cap], earlier) == (210, "")
    with pytest.raises(FareError, match="positive"):
        Cap("x", Period.DAY, 0)


@pytest.mark.parametrize(
    ("fare", "percent", "step", "rounding", "expected"),
    [
        (210, 50, 10, Rounding.UP, 110),  # the child's fare: 105 becomes 110
        (200, 50, 10, Rounding.UP, 100),
        (210, 50, 1, Rounding.DOWN, 105),
        (210, 90, 10, Rounding.DOWN, 180),
        (5, 50, 10, Rounding.UP, 5),  # never more than the full fare
        (210, 0, 10, Rounding.UP, 0),
    ],
)
def test_reduced(fare: int, percent: int, step: int, rounding: Rounding, expected: int) -> None:
    assert reduced(fare, percent, step, rounding) == expected


def test_parties_get_the_better_of_group_and_concession_and_a_carer_rides_along() -> None:
    child, adult, disabled = (Rider(frozenset(e)) for e in ({"child"}, (), {"disability"}))
    concessions = [Concession("child", 50), Concession("disability", 50, companions=1)]
    assert party_fares(210, [adult, child], concessions) == [(210, ""), (110, "child")]
    assert party_fares(210, [disabled, adult, adult], concessions) == [
        (110, "disability"), (110, "companion"), (210, ""),
    ]  # fmt: skip
    groups = [GroupRule(3, 90), GroupRule(8, 70)]
    assert party_fares(210, [adult, adult, child], concessions, groups) == [
        (180, "group"), (180, "group"), (110, "child"),
    ]  # fmt: skip
    assert party_fares(210, [adult] * 8, concessions, groups) == [(140, "group")] * 8
    for bad in (lambda: Concession("x", 101), lambda: GroupRule(1, 50)):
        with pytest.raises(FareError):
            bad()


def test_passes_cover_whole_rides_within_their_days_zones_and_counts() -> None:
    month = AreaPass("month", date(2026, 11, 1), date(2026, 11, 30), frozenset("AB"))
    carnet = AreaPass(
        "carnet", date(2026, 11, 1), date(2026, 12, 31), frozenset("AB"), rides_max=10, rides_used=9
    )
    assert covering([carnet, month], RIDE) == month
    assert covering([carnet], RIDE) == carnet
    used = AreaPass(
        "carnet", date(2026, 11, 1), date(2026, 12, 31), frozenset("AB"), rides_max=10, rides_used=10
    )
    assert covering([used], RIDE) is None
    assert not month.covers(Ride(date(2026, 12, 1), "loop", "A", "B"))
    assert not month.covers(Ride(FRIDAY, "loop", "A", "C"))
    with pytest.raises(FareError, match="before it begins"):
        AreaPass("x", FRIDAY, date(2026, 11, 19), frozenset())


@pytest.mark.parametrize(
    ("start", "end", "month", "expected"),
    [
        (date(2026, 1, 1), None, date(2026, 11, 5), 3000),
        (date(2026, 11, 16), None, date(2026, 11, 5), 1500),  # 15 of 30 days
        (date(2026, 1, 1), date(2026, 11, 1), date(2026, 11, 5), 100),  # the first day only
        (date(2026, 12, 1), None, date(2026, 11, 5), 0),
        (date(2026, 1, 31), None, date(2026, 1, 1), 96),  # 1 of 31 days, 96.77 down
    ],
)
def test_subscriptions_by_the_day(start: date, end: date | None, month: date, expected: int) -> None:
    assert month_charge(Subscription("area", 3000, start, end), month) == expected


def test_giving_up_a_pass() -> None:
    held = AreaPass("month", date(2026, 11, 1), date(2026, 11, 30), frozenset())
    assert pass_refund(3000, held, date(2026, 11, 10), 220) == 1780  # 20 of 30 days less the fee
    assert pass_refund(3000, held, date(2026, 11, 29), 220) == 0
    assert pass_refund(3000, held, date(2026, 10, 1), 0) == 3000


CITY = SubsidisedRide(
    "city:subsidy", frozenset({"65+"}), frozenset({"loop"}), subsidy_minor_max=800, rides_per_month=8
)


@pytest.mark.parametrize(
    ("full", "wallet", "expected"),
    [
        (1200, Wallet(), {"card": 1200}),
        (1200, Wallet(frozenset({"65+"})), {"subsidy": 700, "card": 500}),  # the 500-yen ride
        (1500, Wallet(frozenset({"65+"})), {"subsidy": 800, "card": 700}),  # the city's limit
        (400, Wallet(frozenset({"65+"})), {"card": 400}),
        (1200, Wallet(frozenset({"65+"}), subsidised_rides_this_month=8), {"card": 1200}),
        (1200, Wallet(points_yen=300), {"points": 300, "card": 900}),
        (1200, Wallet(points_yen=5000), {"points": 1200}),
        (1200, Wallet(corporate=CorporatePayer("acme", 1000, 9999)), {"corporate": 1000, "card": 200}),
        (1200, Wallet(corporate=CorporatePayer("acme", 1000, 150)), {"corporate": 150, "card": 1050}),
        (1200, Wallet(corporate=CorporatePayer("acme", 1000, 9999, frozenset({5}))), {"card": 1200}),
        (1200, Wallet(passes=(AreaPass("m", FRIDAY, FRIDAY, frozenset("AB")),)), {"pass": 1200}),
        (
            1200,
            Wallet(frozenset({"65+"}), before=(Ridden(FRIDAY, "loop", 1700),), points_yen=100,
                   corporate=CorporatePayer("acme", 50, 9999)),
            {"subsidy": 700, "cap": 200, "corporate": 50, "points": 100, "card": 150},
        ),
    ],
)  # fmt: skip
def test_who_pays_a_ride(full: int, wallet: Wallet, expected: dict[str, int]) -> None:
    made = charge(RIDE, full, wallet, caps=[Cap("day", Period.DAY, 2000)], subsidies=[CITY])
    assert {line.by: line.amount_minor for line in made.lines} == expected
    assert ridden(FRIDAY, "loop", made).charged_minor == expected.get("card", 0) + expected.get("points", 0)


def test_a_discount_comes_before_everything_but_a_pass() -> None:
    made = charge(RIDE, 1200, Wallet(), discounted_minor=600, discount="child")
    assert (made.of("discount"), made.of("card")) == (600, 600)
    for full, less in [(-1, None), (100, 101), (100, -1)]:
        with pytest.raises(FareError):
            charge(RIDE, full, Wallet(), discounted_minor=less)


@given(
    full=st.integers(0, 10**6), less=st.integers(0, 10**6), points=st.integers(0, 10**6),
    spent=st.lists(st.integers(0, 900), max_size=6), entitled=st.booleans(), budget=st.integers(-5, 2000),
)  # fmt: skip
def test_lines_always_sum_to_the_full_fare(
    full: int, less: int, points: int, spent: list[int], entitled: bool, budget: int
) -> None:
    wallet = Wallet(
        frozenset({"65+"}) if entitled else frozenset(), (),
        tuple(Ridden(FRIDAY, "loop", s) for s in spent), 0, CorporatePayer("acme", 500, budget), points,
    )  # fmt: skip
    made: Charge = charge(RIDE, full, wallet, caps=[DAY], subsidies=[CITY], discounted_minor=min(full, less))
    assert sum(line.amount_minor for line in made.lines) == full
    assert all(line.amount_minor > 0 for line in made.lines)
