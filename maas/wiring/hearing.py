"""What vehicles and devices tell any process of a zone, heard once by the process that owns it."""

from __future__ import annotations

import threading

from fleet.vehicles.intake import Listener
from fleet.vehicles.ports import LiveStore, Subscription
from fleet.vehicles.telemetry import Kind, LiveState

__all__ = ["Hearing"]


class Hearing:
    """Hands on what this process takes in at once, and what others took in when `drain` is called.

    Open from when the zone is ours until it is not. Safe to call from several threads.
    """

    def __init__(self, store: LiveStore, hear: Listener) -> None:
        self._store = store
        self._hear = hear
        self._feed: Subscription | None = None
        self._known: dict[tuple[Kind, str], LiveState] = {}
        self._lock = threading.Lock()

    def open(self) -> None:
        """Hear from now on."""
        with self._lock:
            self._feed = self._store.subscribe()

    def close(self) -> None:
        """Hear no more."""
        with self._lock:
            if self._feed is not None:
                self._feed.close()
            self._feed = None
            self._known.clear()

    def heard(self, before: LiveState | None, after: LiveState) -> None:
        """A listener of this process's intake."""
        if self._feed is not None:
            self._once(before, after)

    def drain(self) -> None:
        """Hear what other processes took in since the last call. From one thread only."""
        feed = self._feed
        for state in feed.take() if feed is not None else ():
            self._once(None, state)

    def _once(self, before: LiveState | None, after: LiveState) -> None:
        key = (after.kind, after.id)
        with self._lock:
            known = self._known.get(key)
            if known is not None and known.order >= after.order:
                return
            self._known[key] = after
        self._hear(known or before, after)
