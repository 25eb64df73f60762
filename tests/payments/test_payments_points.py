"""Points: rules, limits, expiry, spending as yen, donation; the same ledger, the same proofs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from payments.errors import PointsError
from payments.ledger import Ledger, Resolution
from payments.ledger import audit as book
from payments.points import EXPIRED, FUND, ISSUED, REDEEMED, EarnRule, Points, PointsRules
from payments.schema import create_schema
from storage.database import Database

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)  # noon in Japan
TODAY = date(2026, 11, 20)
LEDGER = Ledger()
RULES = PointsRules(
    {
        "walking": EarnRule("walking", 2, 10, 100),
        "off_peak": EarnRule("off_peak", 5, 4),
        "volunteer": EarnRule("volunteer", 100, 8),
    },
    earn_max_per_day=250,
    earn_max_per_month=600,
    spend_max_per_day=150,
)


@pytest.fixture
def database(sql_url: str) -> Iterator[Database]:
    database = Database.open(sql_url)
    create_schema(database)
    with database.write() as connection:
        Points(LEDGER, RULES).open(connection, now=NOW)
    yield database
    with database.read() as connection:
        assert book.audit(connection) == []
    database.close()


@pytest.fixture
def points() -> Points:
    return Points(LEDGER, RULES)


def earn(database: Database, points: Points, rule: str, units: int, evidence: str, day: date = TODAY,
         member: str = "m1", now: datetime = NOW) -> int:  # fmt: skip
    return database.run(lambda c: points.earn(c, member, rule, units, evidence, day, now=now))


def balance(database: Database, points: Points, now: datetime = NOW, member: str = "m1") -> int:
    with database.read() as connection:
        return points.balance(connection, member, now=now)


def posted(database: Database, code: str) -> int:
    with database.read() as connection:
        return LEDGER.balance(connection, code).posted_minor


def test_points_are_granted_as_far_as_the_limits_go(database: Database, points: Points) -> None:
    assert earn(database, points, "walking", 4, "e1") == 8
    assert earn(database, points, "walking", 9, "e2") == 12  # 10 km a day
    assert earn(database, points, "walking", 1, "e3") == 0
    assert earn(database, points, "volunteer", 8, "e4") == 230  # 250 points a day from all rules
    for n in range(1, 5):
        day = TODAY - timedelta(days=n)
        assert earn(database, points, "walking", 10, f"w{n}", day) == 20  # 100 a month under this rule
    assert earn(database, points, "walking", 10, "w5", TODAY - timedelta(days=5)) == 0
    assert earn(database, points, "volunteer", 8, "v6", TODAY - timedelta(days=6)) == 250
    assert earn(database, points, "volunteer", 8, "v7", TODAY - timedelta(days=7)) == 20  # 600 a month
    assert balance(database, points) == 600
    assert posted(database, ISSUED) == -600


def test_evidence_counts_once_and_for_one_member(database: Database, points: Points) -> None:
    assert earn(database, points, "walking", 4, "e1") == 8
    assert earn(database, points, "walking", 4, "e1") == 8
    assert balance(database, points) == 8
    with pytest.raises(PointsError, match="another member"):
        earn(database, points, "walking", 4, "e1", member="m2")
    for units, day in [(1, TODAY + timedelta(days=1)), (1, TODAY - timedelta(days=8)), (0, TODAY)]:
        with pytest.raises(PointsError, match="cannot be claimed"):
            earn(database, points, "walking", units, "e9", day)
    with pytest.raises(PointsError, match="no rule 'swimming'"):
        earn(database, points, "swimming", 1, "e9")


def test_points_pay_part_of_an_order_and_come_back(database: Database, points: Points) -> None:
    earn(database, points, "volunteer", 2, "e1")
    assert database.run(lambda c: points.spend(c, "s1", "m1", 120, "b1", now=NOW)) == 120
    assert database.run(lambda c: points.spend(c, "s1", "m1", 120, "b1", now=NOW)) == 120
    assert (balance(database, points), posted(database, "bundle:b1"), posted(database, FUND)) == (
        80,
        120,
        -120,
    )
    assert posted(database, REDEEMED) == 120
    with pytest.raises(PointsError, match="120 were spent today"):
        database.run(lambda c: points.spend(c, "s2", "m1", 31, "b2", now=NOW))
    with pytest.raises(PointsError, match="80 are there"):
        database.run(lambda c: points.spend(c, "s3", "m1", 81, "b3", now=NOW + timedelta(days=1)))
    with pytest.raises(PointsError, match="at least one"):
        database.run(lambda c: points.spend(c, "s3", "m1", 0, "b3", now=NOW))
    database.run(lambda c: points.give_back(c, "r1", "s1", now=NOW))
    assert (balance(database, points), posted(database, "bundle:b1"), posted(database, FUND)) == (200, 0, 0)
    with pytest.raises(PointsError, match="no points were spent"):
        database.run(lambda c: points.give_back(c, "r2", "nothing", now=NOW))


@pytest.mark.parametrize("void", [True, False])
def test_points_held_for_a_saga_are_posted_or_voided(database: Database, points: Points, void: bool) -> None:
    earn(database, points, "volunteer", 2, "e1")
    database.run(lambda c: points.spend(c, "s1", "m1", 120, "b1", now=NOW, pending=True))
    assert (balance(database, points), posted(database, "bundle:b1")) == (80, 0)
    with pytest.raises(PointsError, match="no points were spent"):
        database.run(lambda c: points.give_back(c, "r1", "s1", now=NOW))
    database.run(lambda c: LEDGER.resolve(c, Resolution("s1:end", "points-spend", "s1", void=void), now=NOW))
    assert (balance(database, points), posted(database, "bundle:b1")) == ((200, 0) if void else (80, 120))
    if void:  # a voided hold does not count towards the day's limit
        database.run(lambda c: points.spend(c, "s2", "m1", 150, "b1", now=NOW))
    else:
        with pytest.raises(PointsError, match="120 were spent"):
            database.run(lambda c: points.spend(c, "s2", "m1", 40, "b1", now=NOW))


def test_the_oldest_points_go_first_and_what_is_too_old_expires(database: Database, points: Points) -> None:
    earn(database, points, "volunteer", 1, "old", date(2026, 11, 19))
    later = NOW + timedelta(days=30)  # 20 December
    earn(database, points, "volunteer", 1, "new", date(2026, 12, 20), now=later)
    with database.read() as connection:
        lots = points.lots(connection, "m1", now=later)
    assert [(lot.month, lot.available) for lot in lots] == [
        (date(2027, 11, 1), 100),
        (date(2027, 12, 1), 100),
    ]
    database.run(lambda c: points.spend(c, "s1", "m1", 130, "b1", now=later))
    with database.read() as connection:
        assert [lot.available for lot in points.lots(connection, "m1", now=later)] == [70]
    end = datetime(2027, 12, 31, 14, 59, tzinfo=UTC)  # one minute before the new year in Japan
    with pytest.raises(PointsError, match="until the end"):
        database.run(lambda c: points.expire(c, date(2027, 12, 1), now=end))
    assert balance(database, points, end) == 70
    new_year = end + timedelta(minutes=1)
    assert balance(database, points, new_year) == 0
    assert database.run(lambda c: points.expire(c, date(2027, 12, 5), now=new_year)) == 70
    assert database.run(lambda c: points.expire(c, date(2027, 12, 5), now=new_year)) == 0
    assert posted(database, EXPIRED) == 70


def test_points_can_be_given_to_a_cause(database: Database, points: Points) -> None:
    earn(database, points, "volunteer", 1, "e1")
    for _twice in range(2):
        database.run(lambda c: points.donate(c, "d1", "m1", 30, "park", now=NOW))
    assert (balance(database, points), posted(database, "points:cause:park")) == (70, 30)


def test_limits_hold_when_many_claim_at_once(database: Database, points: Points) -> None:
    granted: list[int] = []

    def claim(n: int) -> None:
        granted.append(earn(database, points, "walking", 3, f"t{n}"))

    threads = [threading.Thread(target=claim, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(granted) == 20
    assert len(granted) == 12


def test_rules_are_read_from_configuration_and_mistakes_are_named() -> None:
    walking = {"points_per_unit": 1, "units_max_per_day": 10}
    rules = PointsRules.from_config(
        {"lifetime_months": 24, "currency": "CHIBA", "earn": {"walking": walking}}
    )
    assert (rules.lifetime_months, rules.currency, rules.earn["walking"].units_max_per_day) == (
        24,
        "CHIBA",
        10,
    )
    for config, reason in [
        ({"lifetime_months": 0}, "lifetime_months"),
        ({"lifetime_month": 3}, "lifetime_month "),
        ({"earn": 3}, "table of rules"),
        ({"earn": {"walking": {"points_per_unit": 1}}}, r"earn\.walking"),
        ({"earn": {"walking": {"points_per_unit": 0, "units_max_per_day": 1}}}, "must be positive"),
    ]:
        with pytest.raises(PointsError, match=reason):
            PointsRules.from_config(config)
