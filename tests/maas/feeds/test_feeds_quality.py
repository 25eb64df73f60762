"""How good the realtime was, day by day: looks added up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from maas.feeds.errors import Refused
from maas.feeds.quality import DayQuality, Look, QualityDays
from maas.feeds.schema import create_schema
from maas.wiring.quality_looks import Looks
from storage.database import Database

TOKYO = ZoneInfo("Asia/Tokyo")
NOON = datetime(2026, 11, 25, 3, tzinfo=UTC)


def look(at: datetime = NOON, told: int = 8, delay_s: int | None = 60, **more: Any) -> Look:
    given = {"under_way": 10, "oldest_s": 5, "errors": 0, "warnings": 0} | more
    return Look(at, given["under_way"], told, delay_s, given["oldest_s"], given["errors"], given["warnings"])


@pytest.fixture
def days(sql_url: str) -> Iterator[QualityDays]:
    database = Database.open(sql_url)
    create_schema(database)
    yield QualityDays(database, TOKYO)
    database.close()


def test_looks_of_a_day_are_added_up_by_the_areas_clock(days: QualityDays) -> None:
    days.add("town", look(told=10, delay_s=30))
    days.add("town", look(told=5, delay_s=None, oldest_s=40, errors=2))
    days.add("town", look(told=9, delay_s=90, oldest_s=None, warnings=1))
    days.add("other", look(told=0))
    late = NOON + timedelta(hours=12, minutes=1)  # past midnight in Chiba
    days.add("town", look(late, under_way=0, told=0, delay_s=None, oldest_s=None))
    assert days.days("town", late) == [
        DayQuality(date(2026, 11, 26), 1, None, None, None, 0, 0),
        DayQuality(date(2026, 11, 25), 3, 80, 60, 40, 1, 1),
    ]


def test_only_the_last_days_are_told(days: QualityDays) -> None:
    for back in range(4):
        days.add("town", look(NOON - timedelta(days=back)))
    assert [d.day.day for d in days.days("town", NOON, 3)] == [25, 24, 23]


def test_a_server_looks_when_a_minute_is_over_and_not_where_nothing_is_told(days: QualityDays) -> None:
    seen = SimpleNamespace(at=NOON, under_way=4, told=3, delay_median_s=20, oldest_s=9, errors=0, warnings=0)
    live: Any = SimpleNamespace(of=lambda _feed_id: seen)
    looks = Looks(live, days, "town")
    looks()
    assert days.days("town", NOON) == [], "it has only just begun"
    looks._next_s = 0.0
    looks()
    looks()
    assert [d.looks for d in days.days("town", NOON)] == [1]

    def nothing(_feed_id: str) -> None:
        raise Refused("nothing is told live of it")

    live.of = nothing
    looks._next_s = 0.0
    looks()
    assert [d.looks for d in days.days("town", NOON)] == [1]
