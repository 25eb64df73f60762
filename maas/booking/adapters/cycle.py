"""Share cycles: a bike kept at a dock, as a `PartProvider`.

Docks keep bikes for minutes and in memory; whoever confirmed one is still owed it after a restart, so asking
again under the same key keeps a bike anew. What is owed stands in the bundle, the dock only keeps it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

from fleet.errors import Conflict, NotOwner, Unknown
from fleet.personal.cycles import Cycles, DockHold
from maas.booking.errors import NotBookable, OutcomeUnknown, PartRefused
from maas.booking.model import Bundle, CaptureRule, Held, Part
from maas.booking.ports import Ask, Standing
from maas.booking.wishes import CycleWish

__all__ = ["Docks"]

_TERMS = {"steps": [], "no_show_percent": 0}  # a bike that nobody fetches is free for the next


class Docks:
    """Implements `maas.booking.ports.PartProvider`; a use costs `price_minor` for each begun half hour."""

    def __init__(self, cycles: Callable[[], Cycles], account: str, price_minor: int = 165) -> None:
        self._cycles = cycles
        self._account = account
        self._price_minor = price_minor
        self._kept: dict[str, DockHold] = {}
        self._lock = threading.Lock()

    def hold(self, ask: Ask, *, now: datetime) -> Held:
        """See the port."""
        wish = ask.wish
        if not isinstance(wish, CycleWish):
            raise NotBookable(f"{ask.key}: a dock keeps bikes, not {type(wish).__name__}")
        kept = self._keep(ask.key, wish, int(now.timestamp()))
        return self._held(ask.key, wish, kept, expires=True)

    def confirm(self, key: str, part: Part, bundle: Bundle, *, now: datetime) -> Held:
        """See the port."""
        del bundle
        wish = part.wish
        if not isinstance(wish, CycleWish):
            raise NotBookable(f"{key}: a dock keeps bikes, not {type(wish).__name__}")
        kept = self._keep(key, wish, int(now.timestamp()))
        return self._held(key, wish, kept, expires=False)

    def cancel(self, key: str, part: Part, *, now: datetime) -> None:
        """See the port."""
        del part, now
        with self._lock:
            kept = self._kept.pop(key, None)
            if kept is not None:
                self._open().drop(kept.id)

    def standing(self, key: str, part: Part, *, now: datetime) -> Standing:
        """See the port."""
        del part
        with self._lock:
            kept = self._kept.get(key)
        return Standing.HELD if kept is not None and kept.until_s > now.timestamp() else Standing.NONE

    def _open(self) -> Cycles:
        try:
            return self._cycles()
        except NotOwner as error:
            raise OutcomeUnknown(str(error)) from error

    def _keep(self, key: str, wish: CycleWish, now_s: int) -> DockHold:
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None and kept.until_s > now_s:
                return kept
            try:
                made = self._open().hold(wish.dock_id, "bike", now_s)
            except Unknown as error:
                raise NotBookable(str(error)) from error
            except Conflict as error:
                raise PartRefused(str(error), reason=error.code) from error
            self._kept[key] = made
            return made

    def _held(self, key: str, wish: CycleWish, kept: DockHold, *, expires: bool) -> Held:
        dock = self._open().docks[wish.dock_id]
        starts_s = kept.until_s if wish.at_s is None else wish.at_s
        return Held(
            ref=key, price_minor=self._price_minor * -(-max(60, wish.use_s) // 1800),
            starts_ms=starts_s * 1000, ends_ms=(starts_s + wish.use_s) * 1000,
            expires_ms=kept.until_s * 1000 if expires else None, account=self._account,
            provider_id=self._account.partition(":")[2], category="cycle",
            capture=CaptureRule.ON_COMPLETION, terms=_TERMS,
            told={
                "dock_id": dock.id, "name": dock.name, "lat": dock.lat, "lon": dock.lon,
                "kept_until_s": kept.until_s,
            },
        )  # fmt: skip
