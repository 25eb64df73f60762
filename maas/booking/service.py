"""What edges ask of bundles: hold, confirm, look, give back, change; and what a worker does in between."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from maas.booking import store
from maas.booking import tables as t
from maas.booking.after import After, GiveBack, quote_of
from maas.booking.book import Book, refusal_of
from maas.booking.change import Changes
from maas.booking.change_quote import Change, ChangeQuotes
from maas.booking.draft import Draft, Means
from maas.booking.engine import Deps, Engine
from maas.booking.errors import (
    BookingError,
    Busy,
    KeyReused,
    LostLease,
    Repeated,
    UnknownBundle,
    WrongState,
)
from maas.booking.follow import follow
from maas.booking.model import Bundle, BundleState
from maas.booking.plan import check_dependencies
from maas.booking.repair import Repairs
from maas.booking.store import Case, Line, Saga
from maas.booking.wishes import Wish
from maas.services.sql import to_ms

__all__ = ["Booking", "Repair"]

_log = logging.getLogger(__name__)
_BATCH = 32


@dataclass(frozen=True, slots=True)
class Repair:
    """A saga as an operator sees it, with its journal."""

    saga: Saga
    bundle: Bundle
    lines: list[Line]


class Booking:
    """The front of this package. Thread-safe; one for each process."""

    def __init__(self, deps: Deps) -> None:
        self.deps = deps
        self.engine = Engine(deps)
        self.book = Book(self.engine)
        self.after = After(self.engine)
        self.repairs = Repairs(self.engine)
        self.changes = Changes(self.engine, self.after)
        self._change_quotes = ChangeQuotes(self.engine)

    def hold(self, draft: Draft) -> Bundle:
        """Keep every part of a bundle, or none; the same request key answers with the same bundle.

        Raises NotBookable, PartRefused, KeyReused, Busy.
        """
        check_dependencies([(p.label, p.wish, p.before) for p in draft.parts])
        try:
            return self.book.hold(draft)
        except Repeated:
            return self._earlier(draft)

    def confirm(self, bundle_id: str, subject: str, means: Means) -> Bundle:
        """Pay and book; safe to repeat. Raises as `Book.confirm`."""
        try:
            return self.book.confirm(bundle_id, subject, means)
        except Busy:
            bundle = self.get(bundle_id, subject)
            if bundle.state in (BundleState.CONFIRMED, BundleState.COMPLETED):
                return bundle
            if bundle.state is BundleState.PAYING:
                return self.poke(bundle)
            if bundle.state in (BundleState.HOLDING, BundleState.HELD):
                raise
            refusal = refusal_of(bundle)
            if refusal is not None:
                raise refusal from None
            raise WrongState(f"bundle {bundle_id} is {bundle.state}; hold it anew") from None

    def get(self, bundle_id: str, subject: str | None = None) -> Bundle:
        """A bundle; of this rider, if one is named. Raises UnknownBundle."""
        with self.deps.database.read() as connection:
            found = store.find(connection, [bundle_id])
        if not found or (subject is not None and found[0].subject != subject):
            raise UnknownBundle(f"you have no bundle {bundle_id!r}; list yours at /v1/bundles")
        return found[0]

    def of(self, subject: str, *, limit: int = 50, offset: int = 0) -> list[Bundle]:
        """A rider's bundles, newest first."""
        with self.deps.database.read() as connection:
            return store.bundles_of(connection, subject, limit=limit, offset=offset)

    def poke(self, bundle: Bundle) -> Bundle:
        """Go on with a bundle that waits for an answer, if nobody else does; as it stands then."""

        def work(connection: Any) -> list[Case]:
            taken, _ = store.free(connection, [bundle.id], self.deps.owner, self.deps.rules.lease_s)
            cases = [c for c in taken.values() if c.saga.state == "open" and c.saga.phase != "held"]
            store.save(connection, cases)
            return cases

        for case in self.deps.database.run(work):
            try:
                return self.engine.run(case)
            except (LostLease, BookingError):
                break
        return self.get(bundle.id)

    def paid(self, reference: str) -> None:
        """A webhook says that something changed about an order's money: look at once."""
        with self.deps.database.read() as connection:
            found = store.find(connection, [reference])
        for bundle in found:
            self.poke(bundle)

    def give_back_quote(self, bundle_id: str, subject: str, labels: Sequence[str]) -> GiveBack:
        """What giving back parts (none named: all) costs now, by their own rules; nothing is changed."""
        bundle = self.get(bundle_id, subject)
        now_ms = to_ms(self.deps.clock())
        return quote_of(bundle, labels, now_ms)

    def give_back(
        self,
        bundle_id: str,
        subject: str,
        labels: Sequence[str],
        *,
        actor: str,
        refund_minor: int | None = None,
    ) -> Bundle:
        """Give parts back, or let go of a bundle that is only held (then all of it).

        Raises QuoteChanged where `refund_minor` was shown and is not what it would be, WrongState, Busy.
        """
        bundle = self.get(bundle_id, subject)
        if bundle.state is BundleState.HELD:
            return self.let_go(bundle_id, subject)
        return self.after.give_back(bundle_id, labels, actor=actor, refund_minor=refund_minor)

    def change_quote(self, bundle_id: str, subject: str, label: str, wish: Wish) -> Change:
        """What another wish for a part would come to; nothing is changed. Raises NotBookable, PartRefused."""
        bundle = self.get(bundle_id, subject)
        return self._change_quotes.quote(bundle, label, wish, to_ms(self.deps.clock()))

    def change(
        self,
        bundle_id: str,
        subject: str,
        label: str,
        wish: Wish,
        *,
        actor: str,
        pay_minor: int | None,
        return_url: str = "",
    ) -> Bundle:
        """Replace a confirmed part, and those that wait for it; raises and waits as `Changes.change`."""
        self.get(bundle_id, subject)
        return self.changes.change(
            bundle_id, label, wish, actor=actor, pay_minor=pay_minor, return_url=return_url
        )

    def follow(self) -> int:
        """Ask providers how confirmed parts stand, and take over what they say; how many had moved."""
        return follow(self.deps, self.after, self.changes)

    def let_go(self, bundle_id: str, subject: str) -> Bundle:
        """Give up a bundle that is held and not confirmed. Raises WrongState, Busy."""
        bundle = self.get(bundle_id, subject)
        if bundle.state is not BundleState.HELD:
            raise WrongState(f"bundle {bundle_id}: it is {bundle.state}; only a held one is let go of")

        def work(connection: Any) -> list[Case]:
            taken, _ = store.free(connection, [bundle_id], self.deps.owner, self.deps.rules.lease_s)
            cases = [c for c in taken.values() if c.saga.phase == "held"]
            store.save(connection, cases)
            return cases

        for case in self.deps.database.run(work):
            return self.book.give_up(case, "given back before it was confirmed")
        raise Busy(f"bundle {bundle_id}: another step is under way; ask for its state")

    def work(self, limit: int = _BATCH) -> int:
        """Go on with what is due: died, waiting, expired; how many sagas. For a worker, again and again."""
        deps = self.deps
        cases = deps.database.run(lambda c: store.claim_due(c, deps.owner, deps.rules.lease_s, limit))
        for case in cases:
            try:
                self.book.resume(case)
            except (BookingError, LostLease) as error:
                _log.info("saga %s: %s", case.saga.id, error)
            except Exception:
                _log.exception("saga %s: it stays for the next round", case.saga.id)
        return len(cases)

    def stuck(self, *, older_s: float = 60.0) -> list[Saga]:
        """What an operator should look at, oldest first."""
        with self.deps.database.read() as connection:
            return store.stuck_sagas(connection, older_ms=int(older_s * 1000))

    def repair_of(self, saga_id: str) -> Repair:
        """A saga with its journal. Raises UnknownBundle."""
        with self.deps.database.read() as connection:
            if not connection.execute(select(t.saga.c.id).where(t.saga.c.id == saga_id)).first():
                raise UnknownBundle(f"there is no saga {saga_id!r}")
            (case,) = store.load(connection, [saga_id])
            return Repair(case.saga, case.bundle, store.lines_of(connection, saga_id))

    def now(self) -> datetime:
        """The instant now."""
        return self.deps.clock()

    def _earlier(self, draft: Draft) -> Bundle:
        """The bundle that this very request made before, brought on if its process died."""
        with self.deps.database.read() as connection:
            row = connection.execute(
                select(t.bundle.c.id, t.bundle.c.digest).where(
                    t.bundle.c.subject == draft.subject, t.bundle.c.request_key == draft.request_key
                )
            ).first()
        if row is None:
            raise Busy("this request is being answered already; repeat it in a moment")
        if row.digest != draft.digest:
            raise KeyReused("Idempotency-Key: it was used before for another bundle; take a new one")
        bundle = self.get(row.id)
        return self.poke(bundle) if bundle.state is BundleState.HOLDING else bundle
