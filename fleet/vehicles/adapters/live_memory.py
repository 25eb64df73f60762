"""Live state in this process's memory: the default."""

from __future__ import annotations

import threading

from fleet.vehicles.telemetry import Kind, LiveState

__all__ = ["MemoryLiveStore"]


class MemoryLiveStore:
    """Implements `fleet.vehicles.ports.LiveStore` for one process; safe to call from several threads."""

    def __init__(self) -> None:
        self._states: dict[tuple[Kind, str], tuple[int, LiveState]] = {}
        self._revision = 0
        self._lock = threading.Condition()

    def put(self, state: LiveState) -> bool:
        """Keep a state unless a newer one is there already; whether it was kept."""
        key = (state.kind, state.id)
        with self._lock:
            known = self._states.get(key)
            if known is not None and known[1].order >= state.order:
                return False
            self._revision += 1
            self._states[key] = (self._revision, state)
            self._lock.notify_all()
            return True

    def get(self, kind: Kind, identity: str) -> LiveState | None:
        """The latest state of one sender."""
        known = self._states.get((kind, identity))
        return None if known is None else known[1]

    def all(self, kind: Kind) -> list[LiveState]:
        """The latest states of a kind, by id."""
        with self._lock:
            found = [state for (k, _), (_, state) in self._states.items() if k is kind]
        return sorted(found, key=lambda state: state.id)

    def changes(self, since: int) -> tuple[int, list[LiveState]]:
        """States kept after revision `since`, and the revision now."""
        with self._lock:
            first = since if since <= self._revision else 0
            return self._revision, [state for at, state in self._states.values() if at > first]

    def subscribe(self) -> MemorySubscription:
        """Hear of every state kept from now on."""
        return MemorySubscription(self, self._revision)

    def wait(self, since: int, timeout_s: float) -> None:
        """Wait until something is kept after revision `since`, so long at most."""
        with self._lock:
            self._lock.wait_for(lambda: self._revision > since, timeout_s)


class MemorySubscription:
    """Implements `fleet.vehicles.ports.Subscription` over a store of the same process."""

    def __init__(self, store: MemoryLiveStore, since: int) -> None:
        self._store = store
        self._since = since

    def take(self, timeout_s: float = 0.0) -> list[LiveState]:
        """States kept since the last call; waits so long if there is none yet."""
        if timeout_s > 0:
            self._store.wait(self._since, timeout_s)
        self._since, states = self._store.changes(self._since)
        return states

    def close(self) -> None:
        """Nothing is held."""
