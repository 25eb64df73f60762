"""The members of a feed taken from their container by a thread of its own, while others do something else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from threading import Event, Thread

from gtfs.errors import Problem
from gtfs.schedule.archive import members

__all__ = ["MembersAhead"]

_AHEAD = 2
"""Members that may wait unpacked."""
Member = tuple[str, bytes]


class MembersAhead:
    """As `members(path, problems)`, begun at once; a context: the thread ends even if nobody reads on.

    What `members` raises is raised where it is iterated over, which can be done once; `problems` are whole
    when that has ended.
    """

    def __init__(self, path: Path) -> None:
        self.problems: list[Problem] = []
        self._path = path
        self._queue: Queue[Member | Exception | None] = Queue(_AHEAD)
        self._closed = Event()
        self._thread = Thread(target=self._fill, name="unpacking", daemon=True)

    def __enter__(self) -> MembersAhead:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        while self._thread.is_alive():  # the thread may wait for room
            while not self._queue.empty():
                self._queue.get_nowait()
            self._thread.join(0.01)

    def __iter__(self) -> Iterator[Member]:
        while (item := self._queue.get()) is not None:
            if isinstance(item, Exception):
                raise item
            yield item

    def _fill(self) -> None:
        try:
            for member in members(self._path, self.problems):
                self._queue.put(member)
                if self._closed.is_set():
                    return
        except Exception as error:
            self._queue.put(error)
        self._queue.put(None)
