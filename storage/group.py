"""Group commit: what several threads want to write at the same moment goes into one transaction.

A piece of work is a function over a *list* of items; one thread does the work of all that came meanwhile (as
a database's own log writer does). A commit to disk and every statement are then paid for once by many. Works
take turns, the one that most wait for first: a process then needs few connections, whose plans stay warm,
and those that move together stay together. Nobody waits for company: a lone item is done at once.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Connection

from storage.database import Database

__all__ = ["Groups", "Work"]

Item = TypeVar("Item")
Result = TypeVar("Result")
Work: TypeAlias = Callable[[Connection, Sequence[Item]], Sequence[Result | Exception]]
"""For each item its result, or the error that only this item met (what it wrote is kept: write little)."""

GROUP_MAX = 64
# PostgreSQL keeps a plan, those of its foreign keys too, for as long as a connection lives; one that was made
# while a table was small would scan it for ever after.
_BY_KEY = "SELECT set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)"
PATIENCE_S = 0.1  # then even the smallest group has its turn


class _Entry:
    __slots__ = ("came_s", "done", "error", "item", "result", "wake", "work")

    def __init__(self, work: Any, item: Any) -> None:
        self.work = work
        self.item = item
        self.came_s = time.monotonic()
        self.result: Any = None
        self.error: BaseException | None = None
        self.done = False
        self.wake = threading.Event()


class Groups:
    """Runs works over one database, one at a time. Thread-safe; a work must not call `run`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._waiting: dict[Any, deque[_Entry]] = {}
        self._idle = True

    def run(self, work: Work[Item, Result], item: Item) -> Result:
        """Do `work` for an item, together with whatever else waits for the same work."""
        entry = _Entry(work, item)
        with self._lock:
            self._waiting.setdefault(work, deque()).append(entry)
            leads, self._idle = self._idle, False
        if not leads:
            entry.wake.wait()  # until it is done, or chosen to lead the next group
        if not entry.done:
            self._lead(work)
        if entry.error is not None:
            raise entry.error
        return entry.result  # type: ignore[no-any-return]

    def _lead(self, work: Work[Any, Any]) -> None:
        batch: list[_Entry] = []
        try:
            self._together(work, batch)
        except Exception as error:
            if len(batch) > 1:
                for entry in batch:
                    self._alone(work, entry)
            else:
                self._fail(work, batch, error)
        except BaseException as error:
            self._fail(work, batch, error)
            raise
        finally:
            self._hand_on(batch)

    def _together(self, work: Work[Any, Any], batch: list[_Entry]) -> None:
        def unit(connection: Connection) -> Sequence[Any]:
            if not self._database.is_sqlite:
                connection.exec_driver_sql(_BY_KEY)
            if not batch:  # taken only now: those who came while we waited for the database come along
                self._take(work, batch)
            return work(connection, [entry.item for entry in batch])

        for entry, result in zip(batch, self._database.run(unit), strict=True):
            if isinstance(result, Exception):
                entry.error = result
            else:
                entry.result = result

    def _take(self, work: Work[Any, Any], batch: list[_Entry]) -> None:
        with self._lock:
            queue = self._waiting[work]
            batch.extend(queue.popleft() for _ in range(min(len(queue), GROUP_MAX)))
            if not queue:
                del self._waiting[work]

    def _fail(self, work: Work[Any, Any], batch: list[_Entry], error: BaseException) -> None:
        if not batch:  # the database cannot be reached: none of those who wait would fare better
            self._take(work, batch)
        for entry in batch:
            entry.error = error

    def _alone(self, work: Work[Any, Any], entry: _Entry) -> None:
        try:
            (result,) = self._database.run(lambda connection: work(connection, [entry.item]))
        except Exception as error:
            result = error
        if isinstance(result, Exception):
            entry.error = result
        else:
            entry.result = result

    def _hand_on(self, batch: Sequence[_Entry]) -> None:
        for entry in batch:
            entry.done = True
        with self._lock:
            following = self._next()
            self._idle = following is None
        if following is not None:
            following.wake.set()
        for entry in batch:
            entry.wake.set()

    def _next(self) -> _Entry | None:
        """Who leads next: the first of the longest queue, or who has waited for too long."""
        heads = [queue[0] for queue in self._waiting.values()]
        if not heads:
            return None
        oldest = min(heads, key=lambda head: head.came_s)
        if time.monotonic() - oldest.came_s > PATIENCE_S:
            return oldest
        return max(self._waiting.values(), key=len)[0]
