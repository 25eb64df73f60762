"""When the service runs: weekly hours with the holidays of Japan, past midnight if need be."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import jpholiday

from fleet.model.service import ShuttleService, clock_s

__all__ = ["OpeningHours", "service_day_start_s"]

HOLIDAY = 7


def service_day_start_s(day: date, zone: ZoneInfo) -> int:
    """Epoch seconds of noon minus 12 h, from which GTFS counts the times of a service day."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=zone)
    return int(noon.timestamp()) - 12 * 3600


class OpeningHours:
    """The opening hours of a service."""

    def __init__(self, service: ShuttleService) -> None:
        self._zone = ZoneInfo(service.timezone)
        self._by_day: dict[int, list[tuple[int, int]]] = {}
        for hours in service.hours:
            for day in hours.days:
                self._by_day.setdefault(day, []).append((clock_s(hours.opens), clock_s(hours.closes)))
        self._of_date = lru_cache(maxsize=64)(self._spans)

    def _spans(self, day: date) -> tuple[tuple[int, int], ...]:
        kind = HOLIDAY if jpholiday.is_holiday(day) and HOLIDAY in self._by_day else day.weekday()
        start = service_day_start_s(day, self._zone)
        return tuple(sorted((start + a, start + b) for a, b in self._by_day.get(kind, [])))

    def window(self, instant_s: int) -> tuple[int, int]:
        """The opening that holds or next follows an instant within a day; (0, 0) if there is none."""
        today = datetime.fromtimestamp(instant_s, self._zone).date()
        for back in (-1, 0, 1):
            for opens, closes in self._of_date(today + timedelta(days=back)):
                if instant_s < closes:
                    return opens, closes
        return 0, 0

    def is_open(self, instant_s: int) -> bool:
        """Whether the service runs at an instant."""
        opens, closes = self.window(instant_s)
        return opens <= instant_s < closes
