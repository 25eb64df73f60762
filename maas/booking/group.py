"""Group commit: what several threads want to write at the same moment goes into one transaction.

A piece of work is a function over a *list* of items; the thread that comes first does the work of all that
came meanwhile (as a database's own log writer does). A commit to disk and every statement are then paid for
once by many. Nobody waits for company: a lone item is done at once.
"""

from __future__ import annotations

import threading
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


class _Entry:
    __slots__ = ("done", "error", "item", "leads", "result", "wake")

    def __init__(self, item: Any) -> None:
        self.item = item
        self.result: Any = None
        self.error: BaseException | None = None
        self.done = self.leads = False
        self.wake = threading.Event()


class Groups:
    """Runs works over one database. Thread-safe."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._waiting: dict[Any, deque[_Entry]] = {}
        self._led: set[Any] = set()

    def run(self, work: Work[Item, Result], item: Item) -> Result:
        """Do `work` for an item, together with whatever else waits for the same work."""
        entry = _Entry(item)
        with self._lock:
            self._waiting.setdefault(work, deque()).append(entry)
            if work not in self._led:
                self._led.add(work)
                entry.leads = True
        if not entry.leads:
            entry.wake.wait()
        if entry.leads and not entry.done:
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
                with self._lock:  # nothing was taken yet where the database cannot be reached
                    batch.extend(self._waiting[work] if not batch else ())
                    if batch and self._waiting[work] and self._waiting[work][0] is batch[0]:
                        self._waiting[work].clear()
                for entry in batch:
                    entry.error = error
        finally:
            self._hand_on(work, batch)

    def _together(self, work: Work[Any, Any], batch: list[_Entry]) -> None:
        def unit(connection: Connection) -> Sequence[Any]:
            if not batch:  # taken only now: those who came while we waited for the database come along
                with self._lock:
                    queue = self._waiting[work]
                    batch.extend(queue.popleft() for _ in range(min(len(queue), GROUP_MAX)))
            return work(connection, [entry.item for entry in batch])

        for entry, result in zip(batch, self._database.run(unit), strict=True):
            _settle(entry, result)

    def _alone(self, work: Work[Any, Any], entry: _Entry) -> None:
        try:
            (result,) = self._database.run(lambda connection: work(connection, [entry.item]))
            _settle(entry, result)
        except Exception as error:
            entry.error = error

    def _hand_on(self, work: Work[Any, Any], batch: list[_Entry]) -> None:
        with self._lock:
            queue = self._waiting[work]
            if queue:
                queue[0].leads = True
                queue[0].wake.set()
            else:
                self._led.discard(work)
        for entry in batch:
            entry.done = True
            entry.wake.set()


def _settle(entry: _Entry, result: Any) -> None:
    if isinstance(result, Exception):
        entry.error = result
    else:
        entry.result = result
