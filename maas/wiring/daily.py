"""What a server does once a day: what has expired goes, keys take turns, points of past months end."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta

from maas.identity.compose import Identity
from maas.identity.sweep import sweep
from maas.tickets.service import Tickets
from maas.wiring.fares import Fares

__all__ = ["Daily"]

_log = logging.getLogger(__name__)
_FIRST_S, _EVERY_S = 60.0, 86_400.0


class Daily:
    """Housekeeping in a thread. Use as a context manager; several servers at once do no harm."""

    def __init__(self, identity: Identity, tickets: Tickets, fares: Fares) -> None:
        self._identity = identity
        self._tickets = tickets
        self._fares = fares
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="daily", daemon=True)

    def __enter__(self) -> Daily:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(timeout=30)

    def once(self) -> None:
        """All of it now; each part in a transaction of its own: one that fails does not stop the rest."""
        now = self._identity.clock()
        last_month = now.astimezone(self._fares.zone).date().replace(day=1) - timedelta(days=1)
        for what, work in (
            ("the one ID", lambda: self._identity.write(sweep, actor="system")),
            (
                "ticket keys",
                lambda: self._identity.db.run(lambda c: self._tickets.sweep(c, now=now)),
            ),
            (
                "points",
                lambda: self._identity.db.run(lambda c: self._fares.expire_points(c, last_month, now=now)),
            ),
            ("renewals", lambda: self._fares.renewals.sweep(now=now)),
        ):
            try:
                work()
            except Exception:
                _log.exception("daily: %s failed; tomorrow it is tried again", what)

    def _run(self) -> None:
        wait_s = _FIRST_S
        while not self._stop.wait(wait_s):
            self.once()
            wait_s = _EVERY_S
