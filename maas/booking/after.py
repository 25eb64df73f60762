"""What happens to a confirmed bundle: parts are used, missed, over, or given back, and the money follows.

Each is a saga of its own, opened in the transaction that finds the bundle free.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from maas.booking import store
from maas.booking import tables as t
from maas.booking.engine import Engine, Item, kind_of
from maas.booking.errors import (
    BookingError,
    Busy,
    NotBookable,
    PartRefused,
    QuoteChanged,
    UnknownBundle,
    WrongState,
)
from maas.booking.local import cancel_local, key_of
from maas.booking.model import Bundle, BundleState, Part, PartState, terms_of
from maas.booking.plan import dependants
from maas.booking.store import Case, Saga
from maas.services.sql import from_ms
from storage.sql import database_now_ms

__all__ = ["After", "GiveBack", "Line", "fee_now", "quote_of"]


@dataclass(frozen=True, slots=True)
class Line:
    """What giving back one part costs."""

    no: int
    label: str
    price_minor: int
    fee_minor: int

    @property
    def refund_minor(self) -> int:
        """What its rider does not pay, or gets back."""
        return self.price_minor - self.fee_minor


@dataclass(frozen=True, slots=True)
class GiveBack:
    """What giving back costs by the parts' own rules. `left` are parts that then serve nothing any more."""

    lines: tuple[Line, ...]
    left: tuple[str, ...] = ()

    @property
    def fee_minor(self) -> int:
        """What is kept."""
        return sum(line.fee_minor for line in self.lines)

    @property
    def refund_minor(self) -> int:
        """What is not paid, or comes back."""
        return sum(line.refund_minor for line in self.lines)


def quote_of(bundle: Bundle, labels: Sequence[str], now_ms: int) -> GiveBack:
    """What giving back these parts (none: all that stand) would cost now. Raises NotBookable, WrongState."""
    unknown = [label for label in labels if bundle.part(label) is None]
    if unknown:
        raise NotBookable(f"parts: bundle {bundle.id} has no part {unknown[0]!r}")
    standing = [p for p in bundle.parts if p.state in (PartState.HELD, PartState.CONFIRMED)]
    chosen = [p for p in standing if not labels or p.label in labels]
    gone = [label for label in labels if label not in {p.label for p in chosen}]
    if gone or not chosen:
        what = f"part {gone[0]!r}" if gone else "nothing of it"
        raise WrongState(f"bundle {bundle.id}: {what} can be given back any more")
    left = {p.label for one in chosen for p in dependants(bundle, one.label)} - {p.label for p in chosen}
    return GiveBack(tuple(_line(p, now_ms) for p in chosen), tuple(sorted(left)))


def _line(part: Part, now_ms: int) -> Line:
    return Line(part.no, part.label, part.price_minor, fee_now(part, now_ms))


def fee_now(part: Part, now_ms: int) -> int:
    """What giving a part back now costs, by its own rules; nothing while it is only held."""
    if part.state is not PartState.CONFIRMED or part.held is None:
        return 0
    starts = None if part.held.starts_ms is None else from_ms(part.held.starts_ms)
    return terms_of(part.held).fee_minor(part.price_minor, starts, from_ms(now_ms))


class After:
    """Sagas over confirmed bundles, on an engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.deps = engine.deps
        engine.phases["giveback"] = self._give_back

    def give_back(
        self, bundle_id: str, labels: Sequence[str], *, actor: str, refund_minor: int | None = None
    ) -> Bundle:
        """Give parts back (none named: all). Raises QuoteChanged if another refund was shown, Busy."""

        def begin(_connection: Connection, case: Case, now_ms: int) -> None:
            quote = quote_of(case.bundle, labels, now_ms)
            if refund_minor is not None and quote.refund_minor != refund_minor:
                raise QuoteChanged(
                    f"giving it back refunds {quote.refund_minor} now, not {refund_minor}; look again",
                    refund_minor=quote.refund_minor, fee_minor=quote.fee_minor,
                )  # fmt: skip
            case.saga.body["fees"] = {str(line.no): line.fee_minor for line in quote.lines}
            case.note("give back", actor, parts=[x.label for x in quote.lines], refund=quote.refund_minor)

        return self.engine.run(self.opened(bundle_id, "cancel", "giveback", begin))

    def used(self, bundle_id: str, label: str, *, use_key: str, actor: str) -> Bundle:
        """The rider boarded, unlocked or showed up; safe to repeat. What is due on use is taken."""

        def begin(connection: Connection, case: Case, _now_ms: int) -> None:
            part = _standing(case.bundle, label, PartState.CONFIRMED, PartState.USED, PartState.COMPLETED)
            if part.state is not PartState.CONFIRMED:
                return
            provider = self.deps.local.get(kind_of(part))
            if provider is not None:
                provider.used(connection, key_of(case.bundle, part), use_key, now=self.deps.clock())
            _become(case, part, PartState.USED, actor)

        return self._moved(bundle_id, begin)

    def completed(self, bundle_id: str, label: str, *, actor: str, price_minor: int | None = None) -> Bundle:
        """The part is over; safe to repeat. `price_minor` may only lower what was agreed (a shorter use)."""

        def begin(_connection: Connection, case: Case, _now_ms: int) -> None:
            part = _standing(case.bundle, label, PartState.CONFIRMED, PartState.USED, PartState.COMPLETED)
            if part.state is PartState.COMPLETED:
                return
            if price_minor is not None:
                part.price_minor = min(part.price_minor, max(price_minor, 0))
            _become(case, part, PartState.COMPLETED, actor)

        return self._moved(bundle_id, begin)

    def missed(self, bundle_id: str, label: str, *, actor: str) -> Bundle:
        """Nobody came; safe to repeat. Raises PartRefused before its start."""

        def begin(connection: Connection, case: Case, now_ms: int) -> None:
            part = _standing(case.bundle, label, PartState.CONFIRMED, PartState.NO_SHOW)
            if part.state is PartState.NO_SHOW or part.held is None:
                return
            if part.held.starts_ms is not None and now_ms < part.held.starts_ms:
                raise PartRefused(f"part {label!r} has not begun; nobody can have missed it")
            provider = self.deps.local.get(kind_of(part))
            if provider is not None:
                provider.missed(connection, key_of(case.bundle, part), now=self.deps.clock())
            part.fee_minor = terms_of(part.held).no_show_minor(part.price_minor)
            _become(case, part, PartState.NO_SHOW, actor)
            self.deps.tickets.revoke(connection, case.bundle, [part], now=self.deps.clock())

        return self._moved(bundle_id, begin)

    def _moved(self, bundle_id: str, begin: Callable[[Connection, Case, int], None]) -> Bundle:
        return self.engine.run(self.opened(bundle_id, "settle", "settle", begin))

    def opened(
        self, bundle_id: str, kind: str, phase: str, begin: Callable[[Connection, Case, int], None]
    ) -> Case:
        """A saga over a confirmed bundle that is free. Raises UnknownBundle, Busy, WrongState."""
        name = f"open {kind}"
        self.deps.probe(f"before {name}")

        def work(connection: Connection) -> Case:
            query = select(t.bundle.c.saga, database_now_ms().label("now_ms"))
            row = connection.execute(query.where(t.bundle.c.id == bundle_id).with_for_update()).first()
            if row is None:
                raise UnknownBundle(f"there is no bundle {bundle_id!r}")
            if row.saga:
                raise Busy(f"bundle {bundle_id}: another step is under way; repeat it in a moment")
            (bundle,) = store.find(connection, [bundle_id])
            if bundle.state is not BundleState.CONFIRMED:
                raise WrongState(f"bundle {bundle_id} is {bundle.state}; only a confirmed one allows this")
            case = self._case(bundle, kind, phase, int(row.now_ms))
            begin(connection, case, int(row.now_ms))
            store.open_saga(connection, case.saga)
            store.save(connection, [case])
            return case

        case = self.deps.database.run(work)
        self.deps.probe(f"after {name}")
        return case

    def _case(self, bundle: Bundle, kind: str, phase: str, now_ms: int) -> Case:
        bundle.sagas += 1
        saga = Saga(
            f"{bundle.id}-{bundle.sagas}", bundle.id, kind, phase, owner=self.deps.owner, fence=1,
            lease_until_ms=now_ms + int(self.deps.rules.lease_s * 1000), wake_ms=now_ms, created_ms=now_ms,
        )  # fmt: skip
        return Case(saga, bundle)

    def _give_back(self, case: Case) -> Case:
        bundle = case.bundle
        kept: dict[int, str] = {}
        for no in reversed([int(no) for no in case.saga.body["fees"]]):
            part = bundle.parts[no]
            provider = self.deps.outside.get(kind_of(part))
            if provider is None or part.state is not PartState.CONFIRMED:
                continue
            try:
                self.engine.call(f"cancel {kind_of(part)}", provider.cancel, part.key(bundle.id), part)
            except BookingError as error:
                kept[no] = str(error)
        return self.engine.tx(self._given, case, kept)

    def _given(self, connection: Connection, items: Sequence[Item]) -> list[Case | Exception]:
        def act(connection: Connection, pairs: list[tuple[Case, Any]], _now_ms: int) -> None:
            now = self.deps.clock()
            for case, kept in pairs:
                gone: list[Part] = []
                for no, fee in case.saga.body["fees"].items():
                    part = case.bundle.parts[int(no)]
                    if part.state is not PartState.CONFIRMED or part.no in kept:
                        part.reason = kept.get(part.no, part.reason)
                        case.changed(part)
                        continue
                    try:
                        cancel_local(self.deps, connection, case.bundle, part, undo=False)
                    except PartRefused as error:
                        part.reason = str(error)
                        case.changed(part)
                        continue
                    part.fee_minor = fee
                    _become(case, part, PartState.CANCELLED, "")
                    gone.append(part)
                self.deps.tickets.revoke(connection, case.bundle, gone, now=now)
                self.deps.pricing.given_back(connection, case.bundle, gone, now=now)
            self.engine.money(connection, [case for case, _ in pairs])

        return self.engine.over(connection, items, act)


def _standing(bundle: Bundle, label: str, *states: PartState) -> Part:
    part = bundle.part(label)
    if part is None:
        raise NotBookable(f"bundle {bundle.id} has no part {label!r}")
    if part.state not in states:
        raise WrongState(f"part {label!r} is {part.state}; this needs {' or '.join(states[:1])}")
    return part


def _become(case: Case, part: Part, state: PartState, actor: str) -> None:
    part.state = state
    case.changed(part)
    case.note(state.value, actor, part=part.label)
