"""How good the realtime was, day by day: looks at it, added up in one row a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update

from maas.feeds.tables import quality_day
from storage.database import Database

__all__ = ["DayQuality", "Look", "QualityDays"]


@dataclass(frozen=True, slots=True)
class Look:
    """What one look found. Seconds; None where nothing says."""

    at: datetime
    under_way: int  # trips that should run
    told: int  # of these, told of
    delay_s: int | None
    oldest_s: int | None
    errors: int
    warnings: int


@dataclass(frozen=True, slots=True)
class DayQuality:
    """One day by the area's clock. None: there was nothing to tell it from."""

    day: date
    looks: int
    coverage_percent: int | None  # told of trips under way, over all looks
    delay_mean_s: int | None  # of the looks' medians
    oldest_max_s: int | None
    looks_with_errors: int
    looks_with_warnings: int


class QualityDays:
    """Looks of all server processes, each added as it is made."""

    def __init__(self, database: Database, zone: ZoneInfo) -> None:
        self._database = database
        self._zone = zone

    def add(self, feed_id: str, look: Look) -> None:
        """Add a look to its day."""
        t = quality_day.c
        is_it = (t.feed_id == feed_id) & (t.day == look.at.astimezone(self._zone).date().isoformat())
        counts = {
            "looks": 1, "under_way": look.under_way, "told": look.told,
            "delay_looks": int(look.delay_s is not None), "delay_s": look.delay_s or 0,
            "with_errors": int(look.errors > 0), "with_warnings": int(look.warnings > 0),
        }  # fmt: skip

        def work(connection: Any) -> None:
            row = connection.execute(select(quality_day).where(is_it).with_for_update()).first()
            if row is None:
                day = look.at.astimezone(self._zone).date().isoformat()
                own = {"feed_id": feed_id, "day": day, "oldest_s": look.oldest_s, **counts}
                connection.execute(insert(quality_day).values(**own))
                return
            ages = [age for age in (row.oldest_s, look.oldest_s) if age is not None]
            more: dict[str, Any] = {name: getattr(row, name) + count for name, count in counts.items()}
            more["oldest_s"] = max(ages, default=None)
            connection.execute(update(quality_day).where(is_it).values(**more))

        self._database.run(work)

    def days(self, feed_id: str, now: datetime, count: int = 30) -> list[DayQuality]:
        """The last days on which somebody looked, the latest first."""
        since = (now.astimezone(self._zone).date() - timedelta(days=count - 1)).isoformat()
        t = quality_day.c
        asked = select(quality_day).where(t.feed_id == feed_id, t.day >= since).order_by(t.day.desc())
        with self._database.read() as connection:
            return [_day(row) for row in connection.execute(asked)]


def _day(row: Any) -> DayQuality:
    return DayQuality(
        date.fromisoformat(row.day), row.looks,
        round(100 * row.told / row.under_way) if row.under_way else None,
        round(row.delay_s / row.delay_looks) if row.delay_looks else None,
        row.oldest_s, row.with_errors, row.with_warnings,
    )  # fmt: skip
