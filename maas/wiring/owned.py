"""A zone that one process owns at a time: taken when it is free, kept by a thread, given back at the end."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable

from fleet.adapters.journal_sql import ZoneLease
from fleet.adapters.tables import create_schema
from fleet.errors import NotOwner
from storage.database import Database

__all__ = ["OwnedZone"]

_log = logging.getLogger(__name__)
_STEP_S = 0.25


class OwnedZone(ABC):
    """Keeps a zone running. Use as a context manager, or `start` and `close`."""

    def __init__(
        self, database: Database, zone: str, *, clock: Callable[[], float] = time.time, lease_s: float = 10.0
    ) -> None:
        self.clock = clock
        create_schema(database)
        self.lease = ZoneLease(database, zone, f"maas-{secrets.token_hex(4)}", ttl_s=lease_s)
        self._owned = False
        self._due: dict[str, float] = {}
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> OwnedZone:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def now_s(self) -> int:
        """The instant by this zone's clock."""
        return int(self.clock())

    def start(self) -> None:
        """Take the zone if it is free, and keep it running from now on."""
        self._try_to_own()
        self._thread = threading.Thread(target=self._run, name=f"zone {self.lease.zone}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop, and give the zone to whoever wants it."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=30)
        if self._owned:
            self._owned = False
            self.shut()
            self.lease.release()

    @abstractmethod
    def open(self, now_s: int) -> None:
        """The zone is ours: take over what is written down."""

    @abstractmethod
    def step(self, now: float) -> None:
        """Whatever is due; called several times a second."""

    @abstractmethod
    def shut(self) -> None:
        """The zone is no longer ours."""

    def is_due(self, what: str, every_s: float, now: float) -> bool:
        """Whether something that is done every so often is due; then it counts as done."""
        if now < self._due.get(what, 0.0):
            return False
        self._due[what] = now + every_s
        return True

    def stopping(self) -> bool:
        """Whether long work should end."""
        return self._stop.is_set()

    def elsewhere(self) -> NotOwner:
        """The error to raise while another process owns the zone."""
        return NotOwner(
            f"zone {self.lease.zone}: another dispatcher holds it. Ask there, or again in "
            f"{self.lease.ttl_s:.0f} s"
        )

    def _run(self) -> None:
        while not self._stop.wait(_STEP_S):
            try:
                self._once()
            except NotOwner as error:
                _log.warning("%s", error)
                self._owned = False
                self.shut()
            except Exception:
                _log.exception("zone %s: a step failed; it goes on with the next", self.lease.zone)

    def _once(self) -> None:
        now = self.clock()
        if not self._owned:
            self._try_to_own()
            return
        if self.is_due("renew", self.lease.ttl_s / 3, now):
            self.lease.renew()
        self.step(now)

    def _try_to_own(self) -> None:
        if self.lease.acquire():
            self.open(self.now_s())
            self._owned = True
