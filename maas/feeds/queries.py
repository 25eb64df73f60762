"""What is asked of the planner, kept coarse: enough to see whom a new timetable hurts, not who they are.

No person, no device, no text. Places are rounded to squares of about 500 m, times to a quarter of an hour;
equal questions are counted together, so that a day of one place and time is one row. Kept for two weeks.
"""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete, select, update

from maas.feeds.tables import query as query_table
from storage.database import Database
from storage.sql import insert_new

__all__ = ["CELL_UDEG", "QueryLog", "Question"]

CELL_UDEG = 5_000  # millionths of a degree: some 450 m by 550 m
_SLOT_S = 900
_WAITING_MAX = 50_000


@dataclass(frozen=True, slots=True)
class Question:
    """A coarse question; places are the middles of their squares."""

    day: date
    slot_s: int  # seconds of the day
    origin: tuple[float, float]
    destination: tuple[float, float]
    arrive_by: bool
    count: int


_Key = tuple[str, int, int, int, int, int, bool]


class QueryLog:
    """Remembers questions and writes them together, so that no rider waits for a disk."""

    def __init__(self, database: Database, zone: ZoneInfo) -> None:
        self._database = database
        self._zone = zone
        self._waiting: Counter[_Key] = Counter()
        self._lock = threading.Lock()

    def asked(
        self, origin: tuple[float, float], destination: tuple[float, float], at: datetime, *, arrive_by: bool
    ) -> None:
        """Remember a question; beyond a limit the surplus is dropped."""
        local = at.astimezone(self._zone)
        slot_s = (local.hour * 3600 + local.minute * 60) // _SLOT_S * _SLOT_S
        key = (local.date().isoformat(), slot_s, *_cell(origin), *_cell(destination), arrive_by)
        with self._lock:
            if key in self._waiting or len(self._waiting) < _WAITING_MAX:
                self._waiting[key] += 1

    def flush(self) -> int:
        """Write what was remembered; how many questions."""
        with self._lock:
            waiting, self._waiting = self._waiting, Counter()
        if not waiting:
            return 0
        try:
            self._database.run(lambda c: _write(c, waiting))
        except BaseException:
            with self._lock:
                self._waiting.update(waiting)
            raise
        return waiting.total()

    def forget(self, before: datetime) -> int:
        """Delete questions for days before an instant; how many rows."""
        day = before.astimezone(self._zone).date().isoformat()
        statement = delete(query_table).where(query_table.c.day < day)
        return int(self._database.run(lambda c: c.execute(statement).rowcount))

    def last_week(self, now: datetime) -> list[Question]:
        """Questions for the seven days before today, the most asked first."""
        today = now.astimezone(self._zone).date()
        begin = (today - timedelta(days=7)).isoformat()
        query = (
            select(query_table)
            .where(query_table.c.day >= begin, query_table.c.day < today.isoformat())
            .order_by(query_table.c.count.desc(), query_table.c.number)
        )
        with self._database.read() as connection:
            return [
                Question(
                    date.fromisoformat(r.day), r.slot_s, _middle(r.from_lat, r.from_lon),
                    _middle(r.to_lat, r.to_lon), bool(r.arrive_by), r._mapping["count"],
                )
                for r in connection.execute(query)
            ]  # fmt: skip


def _write(connection: Connection, waiting: Counter[_Key]) -> None:
    names = ("day", "slot_s", "from_lat", "from_lon", "to_lat", "to_lon", "arrive_by")
    for key, count in sorted(waiting.items()):
        row = dict(zip(names, key, strict=True))
        connection.execute(insert_new(connection, query_table).values(**row, count=0))
        where = [query_table.c[name] == value for name, value in row.items()]
        connection.execute(update(query_table).where(*where).values(count=query_table.c.count + count))


def _cell(place: tuple[float, float]) -> tuple[int, int]:
    return int(place[0] * 1e6 // CELL_UDEG), int(place[1] * 1e6 // CELL_UDEG)


def _middle(lat: int, lon: int) -> tuple[float, float]:
    return (lat + 0.5) * CELL_UDEG / 1e6, (lon + 0.5) * CELL_UDEG / 1e6
