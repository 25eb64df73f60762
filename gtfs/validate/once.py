"""Values that are made once, whichever thread asks first."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import TypeVar, cast

__all__ = ["Once"]

T = TypeVar("T")


class Once:
    """Values by key. Two threads may ask for the same one: the second waits until the first has made it.

    Values of different keys are made side by side. What makes a value may ask for others, as long as none
    needs itself.
    """

    def __init__(self) -> None:
        self._made: dict[Hashable, object] = {}
        self._locks: dict[Hashable, Lock] = {}
        self._guard = Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value of `key`, made by `make` if nobody asked before; a failure is tried anew."""
        try:
            return cast(T, self._made[key])
        except KeyError:
            pass
        with self._guard:
            lock = self._locks.setdefault(key, Lock())
        with lock:
            if key not in self._made:
                self._made[key] = make()
        return cast(T, self._made[key])
