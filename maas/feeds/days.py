"""Key figures by day for the city: rides, waiting, occupancy, punctuality; small counts are left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from statistics import median, quantiles
from zoneinfo import ZoneInfo

from maas.feeds.usage import K, RiddenLeg

__all__ = ["DayFigures", "by_day"]


@dataclass(frozen=True, slots=True)
class DayFigures:
    """One day; None: left out because few rode, or there is nothing to tell it from."""

    day: date
    rides: int | None
    riders: int | None
    wait_median_s: int | None
    wait_p90_s: int | None
    occupancy_percent: int | None  # riders over seats, at each boarding
    punctual_percent: int | None  # boarded by the promised time


def by_day(legs: Iterable[RiddenLeg], zone: ZoneInfo, k: int = K) -> list[DayFigures]:
    """The figures of each day on which somebody rode, in order."""
    days: dict[date, list[RiddenLeg]] = defaultdict(list)
    for leg in legs:
        days[datetime.fromtimestamp(leg.boarded_s, UTC).astimezone(zone).date()].append(leg)
    return [_figures(day, days[day], k) for day in sorted(days)]


def _figures(day: date, legs: list[RiddenLeg], k: int) -> DayFigures:
    if len(legs) < k:
        return DayFigures(day, None, None, None, None, None, None)
    waits = sorted(leg.waited_s for leg in legs if leg.waited_s is not None)
    enough = len(waits) >= k
    seats = sum(leg.seats for leg in legs)
    return DayFigures(
        day, len(legs), sum(leg.riders for leg in legs), round(median(waits)) if enough else None,
        round(quantiles(waits, n=10, method="inclusive")[8]) if enough else None,
        round(100 * sum(map(_on_board(legs), legs)) / seats) if seats else None,
        round(100 * sum(leg.boarded_s <= leg.promised_s for leg in legs) / len(legs)),
    )  # fmt: skip


def _on_board(legs: list[RiddenLeg]) -> Callable[[RiddenLeg], int]:
    by_vehicle: dict[str, list[RiddenLeg]] = defaultdict(list)
    for leg in legs:
        by_vehicle[leg.vehicle].append(leg)

    def riders(at: RiddenLeg) -> int:
        return sum(r.riders for r in by_vehicle[at.vehicle] if r.boarded_s <= at.boarded_s < r.left_s)

    return riders
