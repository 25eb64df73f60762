"""The city's key figures by day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from maas.feeds.days import by_day
from maas.feeds.usage import RiddenLeg

JST = ZoneInfo("Asia/Tokyo")
NOON = 1_795_575_600  # 2026-11-25T12:00+09:00
RIDE = RiddenLeg("makuhari", "v1", 10, "a", "b", NOON, NOON + 600, 1, NOON + 60, 120)


def rides(count: int, **changed: int) -> list[RiddenLeg]:
    hours = [NOON + k * 3600 for k in range(count)]
    return [replace(RIDE, boarded_s=at, left_s=at + 600, promised_s=at, **changed) for at in hours]


def test_a_day_with_few_rides_is_left_out() -> None:
    (day,) = by_day(rides(4), JST)
    assert day.day == date(2026, 11, 25)
    assert (day.rides, day.riders, day.wait_median_s, day.punctual_percent) == (None, None, None, None)


def test_waiting_occupancy_and_punctuality() -> None:
    late = replace(RIDE, boarded_s=NOON + 30, left_s=NOON + 60, waited_s=1200, promised_s=NOON)
    legs = [*rides(4, riders=2), late]
    (day,) = by_day(legs, JST)
    assert (day.rides, day.riders) == (5, 9)
    assert day.wait_median_s == 120
    assert 120 < (day.wait_p90_s or 0) < 1200
    # At four boardings two of ten seats are taken, at the fifth three.
    assert day.occupancy_percent == round(100 * (4 * 2 + 3) / 50)
    assert day.punctual_percent == 80


def test_days_are_those_of_the_local_clock_and_who_arrives_by_a_time_does_not_wait() -> None:
    midnight = replace(RIDE, boarded_s=NOON + 12 * 3600, left_s=NOON + 12 * 3600 + 60, waited_s=None)
    first, second = by_day(rides(5) + [midnight] * 5, JST)
    assert (first.day, second.day) == (date(2026, 11, 25), date(2026, 11, 26))
    assert second.wait_median_s is None
    assert second.rides == 5
