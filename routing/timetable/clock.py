"""Service days and instants: GTFS counts from noon minus 12 h, which is midnight but for two days a year."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

_HALF_DAY_S = 43_200


class ServiceClock:
    """The clock of a network's time zone."""

    def __init__(self, timezone: str) -> None:
        self.zone = ZoneInfo(timezone or "UTC")
        self._origins: dict[date, int] = {}  # every time of every answer asks

    def origin(self, day: date) -> int:
        """POSIX time of noon minus 12 h of a service day."""
        known = self._origins.get(day)
        if known is None:
            known = int(datetime.combine(day, time(12), self.zone).timestamp()) - _HALF_DAY_S
            self._origins[day] = known
        return known

    def service_time(self, at: datetime) -> tuple[date, int]:
        """Calendar day of an instant, and its seconds from the origin of that day."""
        if at.tzinfo is None:
            raise ValueError(f"{at.isoformat()} has no time zone: say which clock is meant, e.g. +09:00")
        day = at.astimezone(self.zone).date()
        return day, int(at.timestamp()) - self.origin(day)

    def instant(self, day: date, seconds: int) -> datetime:
        """The instant of a time of a service day, in the network's time zone."""
        return datetime.fromtimestamp(self.origin(day) + seconds, self.zone)
