"""Another part for one that is confirmed: by the rider's wish, or because its provider could not keep it.

```
rehold -> (extra) -> reconfirm -> swap -> settle -> done          anything refused before: drop -> done
```
The new parts (and those that wait for a changed one, asked anew) are held and confirmed beside the old ones;
only then do the old ones go, by their own rules. Until then, and if anything fails, nothing has changed. Who
is disrupted pays no more than before, no fee, and gets everything back where there is no other way.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection

from maas.booking import store
from maas.booking.after import After, fee_now
from maas.booking.engine import Engine, Item, kind_of
from maas.booking.errors import BookingError, NotBookable, PartRefused, PaymentDeclined, QuoteChanged
from maas.booking.local import cancel_local, confirm_local, hold_local
from maas.booking.model import Bundle, Held, Part, PartState, Pay
from maas.booking.money import step_from
from maas.booking.plan import dependants, hold_order, resolved
from maas.booking.ports import Ask
from maas.booking.store import Case
from maas.booking.wishes import Wish
from payments.batch import finish_all
from payments.hold import Authorise, HoldState, Void
from payments.ports import AuthoriseRequest

__all__ = ["Change", "Changes", "Line"]


@dataclass(frozen=True, slots=True)
class Line:
    """One part that is replaced: what it cost, what is kept of that, what the new one costs."""

    label: str
    old_minor: int
    fee_minor: int
    new_minor: int
    held: Held


@dataclass(frozen=True, slots=True)
class Change:
    """What a change comes to; `pay_minor` below zero comes back."""

    lines: tuple[Line, ...]

    @property
    def pay_minor(self) -> int:
        """The difference to pay."""
        return sum(line.new_minor + line.fee_minor - line.old_minor for line in self.lines)


class _Tried(Exception):
    """Ends a transaction that only wanted to know."""


class Changes:
    """Sagas that replace parts, on an engine."""

    def __init__(self, engine: Engine, after: After) -> None:
        self.engine = engine
        self.deps = engine.deps
        self._after = after
        engine.phases |= {
            "rehold": self._rehold, "extra": self._extra, "reconfirm": self._reconfirm, "swap": self._swap,
            "drop": self._drop,
        }  # fmt: skip
        engine.gives_up |= dict.fromkeys(("rehold", "extra", "reconfirm"), "drop")

    def quote(self, bundle: Bundle, label: str, wish: Wish, now_ms: int) -> Change:
        """What another wish for a part would come to now; everything is held for a moment and let go of.

        Raises NotBookable, PartRefused.
        """
        olds = _affected(bundle, label)
        news = _added(bundle, olds, label, wish)
        # Under another name: what is let go of again must not be taken for the change's own hold.
        bundle = msgspec.structs.replace(bundle, id=f"{bundle.id}~{secrets.token_hex(4)}")
        try:
            self._try_local(bundle, news)
            self._hold_outside(bundle, news)
            priced = self._priced(bundle, news)
        finally:
            for part in reversed(news):
                provider = self.deps.outside.get(kind_of(part))
                if provider is not None and part.held is not None:
                    provider.cancel(part.key(bundle.id), part, now=self.deps.clock())
        return Change(
            tuple(
                Line(old.label, old.price_minor, fee_now(old, now_ms), new.price_minor, held)
                for old, new, held in zip(olds, news, priced, strict=True)
            )
        )

    def change(self, bundle_id: str, label: str, wish: Wish, *, actor: str, pay_minor: int | None) -> Bundle:
        """Replace a confirmed part. Raises QuoteChanged, PartRefused, PaymentDeclined or Busy."""

        def begin(connection: Connection, case: Case, now_ms: int) -> None:
            olds = _affected(case.bundle, label)
            self._begin(connection, case, olds, _added(case.bundle, olds, label, wish), actor)
            case.saga.body |= {
                "fees": {str(old.no): fee_now(old, now_ms) for old in olds}, "shown": pay_minor,
            }  # fmt: skip

        bundle = self.engine.run(self._after.opened(bundle_id, "change", "rehold", begin))
        refusal = _refusal(bundle, label)
        if refusal is not None:
            raise refusal
        return bundle

    def disrupt(self, bundle_id: str, label: str, *, cause: str) -> Bundle:
        """The provider cannot keep a part: another like it for no more money, or everything of it back."""

        def begin(connection: Connection, case: Case, _now_ms: int) -> None:
            part = case.bundle.part(label)
            if part is None or part.state is not PartState.CONFIRMED:
                raise NotBookable(f"part {label!r} is not confirmed; nothing of it can be disrupted")
            olds = [part, *_dragged(case.bundle, label)]
            self._begin(connection, case, olds, _added(case.bundle, olds, label, part.wish), "provider")
            case.saga.body |= {"fees": {str(old.no): 0 for old in olds}, "cause": cause}

        return self.engine.run(self._after.opened(bundle_id, "change", "rehold", begin))

    def _begin(
        self, connection: Connection, case: Case, olds: list[Part], news: list[Part], actor: str
    ) -> None:
        case.bundle.reason = ""
        case.bundle.parts += news
        store.add_parts(connection, case.bundle.id, news)
        (refusal,) = hold_local(self.deps, connection, [case.bundle])
        if refusal is not None:
            raise refusal
        for part in news:
            case.changed(part)
        case.saga.body["pay_until_ms"] = case.saga.created_ms + int(self.deps.rules.pay_s * 1000)
        case.saga.body |= {"old": [old.no for old in olds], "new": [new.no for new in news]}
        case.note("change", actor, parts=[old.label for old in olds])

    # hold and price

    def _hold_outside(self, bundle: Bundle, news: Sequence[Part]) -> None:
        trial = _trial(bundle, news)
        for part in hold_order(trial):
            provider = self.deps.outside.get(kind_of(part))
            if not any(part is new for new in news) or provider is None or part.held is not None:
                continue
            wish = resolved(trial, part)
            ask = Ask(part.key(bundle.id), wish, bundle.subject, bundle.booked_by, self.deps.rules.hold_s)
            part.held = self.engine.call(f"hold {kind_of(part)}", provider.hold, ask)

    def _try_local(self, bundle: Bundle, news: list[Part]) -> None:
        """Hold the local ones in a transaction that is thrown away: what they are and cost stays known."""
        refusals: list[PartRefused | None] = []

        def work(connection: Connection) -> None:
            refusals[:] = hold_local(self.deps, connection, [_trial(bundle, news)])
            raise _Tried

        with suppress(_Tried):
            self.deps.database.run(work)
        if refusals[0] is not None:
            raise refusals[0]

    def _priced(self, bundle: Bundle, news: list[Part]) -> list[Held]:
        for part in news:
            part.state = PartState.HELD
        with self.deps.database.read() as connection:
            self.deps.pricing.price(connection, [_trial(bundle, news)], now=self.deps.clock())
        return [part.held for part in news if part.held is not None]

    def _rehold(self, case: Case) -> Case:
        news = _parts(case, "new")
        try:
            self._hold_outside(case.bundle, news)
        except BookingError as error:
            return self.engine.tx(self._dropping, case, f"{type(error).__name__}:{error}")
        held = {part.no: part.held for part in news if part.held is not None}
        return self.engine.tx(self._reheld, case, held)

    def _reheld(self, connection: Connection, items: Sequence[Item]) -> list[Case | Exception]:
        def act(connection: Connection, pairs: list[tuple[Case, Any]], _now_ms: int) -> None:
            for case, held in pairs:
                for no, kept in held.items():
                    case.bundle.parts[no].held, case.bundle.parts[no].state = kept, PartState.HELD
                self.deps.pricing.price(connection, [case.bundle], now=self.deps.clock())
                self._weigh(connection, case)

        return self.engine.over(connection, items, act)

    def _weigh(self, connection: Connection, case: Case) -> None:
        """Compare with what was shown, and ask for the difference where it is more than is kept already."""
        bundle, body = case.bundle, case.saga.body
        olds, news = _parts(case, "old"), _parts(case, "new")
        for part in news:
            case.changed(part)
        if "cause" in body:
            for old, new in zip(olds, news, strict=True):
                new.price_minor = min(new.price_minor, old.price_minor)
        fees = sum(body["fees"].values())
        pay = sum(p.price_minor for p in news) + fees - sum(p.price_minor for p in olds)
        shown = body.get("shown")
        if shown is not None and shown != pay:
            _to_drop(case, f"QuoteChanged:{pay}")
            return
        kept = bundle.net_minor + sum(p.amount_minor - p.captured_minor for p in bundle.pays if p.open)
        extra = bundle.total_minor - sum(p.price_minor for p in olds) + fees - kept
        case.saga.phase = "reconfirm"
        if extra > 0 and not bundle.on_site:
            bundle.tries += 1
            made = Pay(f"{bundle.id}:pay:{bundle.tries}", extra)
            bundle.pays.append(made)
            body["extra"] = made.id
            request = AuthoriseRequest(
                bundle.customer, bundle.method, extra, bundle.id, bundle.currency, off_session=True
            )
            case.saga.phase = "extra"
            self.engine.begin(connection, [(case, Authorise(made.id, request))])

    # pay the difference

    def _extra(self, case: Case) -> Case:
        return self.engine.tx(self._paid, case, self.engine.send(case))

    def _paid(self, connection: Connection, items: Sequence[Item]) -> list[Case | Exception]:
        def act(connection: Connection, pairs: list[tuple[Case, Any]], _now_ms: int) -> None:
            steps = [(step_from(case.saga.body["money"]), outcome) for case, outcome in pairs]
            holds = finish_all(self.deps.payments, connection, steps, now=self.deps.clock())
            for (case, _), hold in zip(pairs, holds, strict=True):
                pay = case.bundle.pays[-1]
                case.saga.body.pop("money")
                pay.single = not hold.captures_many
                if hold.state is HoldState.HELD:
                    case.saga.phase = "reconfirm"
                    continue
                pay.open = hold.state in (HoldState.CHALLENGE, HoldState.PROCESSING)
                _to_drop(case, f"PaymentDeclined:{hold.decline_code or hold.state.value}")

        return self.engine.over(connection, items, act)

    # confirm the new, let the old go

    def _reconfirm(self, case: Case) -> Case:
        bundle = case.bundle
        agreed: dict[int, Held] = {}
        for part in _parts(case, "new"):
            provider = self.deps.outside.get(kind_of(part))
            if provider is None or part.state is not PartState.HELD:
                continue
            try:
                agreed[part.no] = self.engine.call(
                    f"confirm {kind_of(part)}", provider.confirm, part.key(bundle.id), part, bundle
                )
            except BookingError as error:
                return self.engine.tx(self._dropping, case, f"{type(error).__name__}:{error}")
        return self.engine.tx(self._agreed, case, agreed)

    def _agreed(self, connection: Connection, items: Sequence[Item]) -> list[Case | Exception]:
        def act(connection: Connection, pairs: list[tuple[Case, Any]], _now_ms: int) -> None:
            now = self.deps.clock()
            for case, agreed in pairs:
                refused = confirm_local(self.deps, connection, [case.bundle])
                if refused:
                    _to_drop(case, f"PartRefused:{refused[case.bundle.id]}")
                    continue
                for part in _parts(case, "new"):
                    part.held, part.state = agreed.get(part.no, part.held), PartState.CONFIRMED
                    case.changed(part)
                for part in _parts(case, "old"):
                    part.state, part.fee_minor = PartState.REBOOKED, case.saga.body["fees"][str(part.no)]
                    part.reason = case.saga.body.get("cause", "")
                    case.changed(part)
                self.deps.tickets.revoke(connection, case.bundle, _parts(case, "old"), now=now)
                self.deps.tickets.issue(connection, case.bundle, _parts(case, "new"), now=now)
                case.saga.phase = "swap"
                case.note("changed", parts=[p.label for p in _parts(case, "new")])

        return self.engine.over(connection, items, act)

    def _swap(self, case: Case) -> Case:
        """From here on there is no way back: the old ones are given back until they are."""
        self._let_go(case, _parts(case, "old"))
        return self.engine.tx(self._swapped, case)

    def _swapped(self, connection: Connection, items: Sequence[Item]) -> list[Case | Exception]:
        def act(connection: Connection, pairs: list[tuple[Case, Any]], _now_ms: int) -> None:
            for case, _ in pairs:
                for part in _parts(case, "old"):
                    with suppress(PartRefused):  # used meanwhile: it stays used, and is paid by its fee
                        cancel_local(
                            self.deps,
                            connection,
                            case.bundle,
                            part,
                            undo="cause" in case.saga.body,
                            ended=True,
                        )
            self.engine.money(connection, [case for case, _ in pairs])

        return self.engine.over(connection, items, act)

    # nothing has changed

    def _dropping(self, connection: Connection, items: Sequence[Item]) -> list[Case | Exception]:
        def act(_connection: Connection, pairs: list[tuple[Case, Any]], _now_ms: int) -> None:
            for case, reason in pairs:
                _to_drop(case, reason)

        return self.engine.over(connection, items, act)

    def _drop(self, case: Case) -> Case:
        self._let_go(case, _parts(case, "new"))
        if "cause" in case.saga.body:
            self._let_go(case, _parts(case, "old")[:1])
        return self.engine.tx(self._dropped, case)

    def _dropped(self, connection: Connection, items: Sequence[Item]) -> list[Case | Exception]:
        def act(connection: Connection, pairs: list[tuple[Case, Any]], _now_ms: int) -> None:
            for case, _ in pairs:
                for part in _parts(case, "new"):
                    cancel_local(self.deps, connection, case.bundle, part, undo=True)
                    part.state = PartState.RELEASED
                    case.changed(part)
                if "cause" not in case.saga.body:
                    continue
                lost = _parts(case, "old")[0]  # those that waited for it still stand: they may serve yet
                cancel_local(self.deps, connection, case.bundle, lost, undo=True)
                lost.state, lost.reason = PartState.DISRUPTED, case.saga.body["cause"]
                case.changed(lost)
                self.deps.tickets.revoke(connection, case.bundle, [lost], now=self.deps.clock())
            self._void_extra(connection, [case for case, _ in pairs])

        return self.engine.over(connection, items, act)

    def _void_extra(self, connection: Connection, cases: Sequence[Case]) -> None:
        """Let go of the difference that was kept for a change which did not come about."""
        plain = []
        for case in cases:
            mine = [p for p in case.bundle.pays if p.id == case.saga.body.get("extra") and p.open]
            for tried in mine[:1]:
                case.saga.phase = "settle"
                self.engine.begin(connection, [(case, Void(f"{tried.id}:void", tried.id))])
            if not mine:
                plain.append(case)
        self.engine.money(connection, plain)

    def _let_go(self, case: Case, parts: Sequence[Part]) -> None:
        for part in reversed(parts):
            provider = self.deps.outside.get(kind_of(part))
            if provider is None or part.state is PartState.RELEASED:
                continue
            try:
                self.engine.call(f"cancel {kind_of(part)}", provider.cancel, part.key(case.bundle.id), part)
            except BookingError as error:
                case.note("kept", part=part.label, error=str(error))  # on board already, or long over


def _trial(bundle: Bundle, news: Sequence[Part]) -> Bundle:
    """The bundle as it would be, for asking only."""
    kept = [part for part in bundle.parts if not any(part is new for new in news)]
    return Bundle(bundle.id, bundle.subject, bundle.booked_by, bundle.state, 0, 0, [*kept, *news])


def _affected(bundle: Bundle, label: str) -> list[Part]:
    part = bundle.part(label)
    if part is None or part.state is not PartState.CONFIRMED:
        raise NotBookable(f"part {label!r}: only a confirmed one can be changed")
    return [part, *_dragged(bundle, label)]


def _dragged(bundle: Bundle, label: str) -> list[Part]:
    """Those that wait for a part and have no time of their own: where it goes, they go."""
    return [
        p for p in dependants(bundle, label)
        if p.state is PartState.CONFIRMED and getattr(p.wish, "at_s", 0) is None
    ]  # fmt: skip


def _added(bundle: Bundle, olds: list[Part], label: str, wish: Wish) -> list[Part]:
    first = len(bundle.parts)
    return [
        Part(
            first + n, old.label, wish if old.label == label else old.wish, before=old.before,
            slack_s=old.slack_s, replaces=old.no,
        )
        for n, old in enumerate(olds)
    ]  # fmt: skip


def _parts(case: Case, which: str) -> list[Part]:
    return [case.bundle.parts[no] for no in case.saga.body[which]]


def _to_drop(case: Case, reason: str) -> None:
    case.saga.phase, case.bundle.reason = "drop", f"change:{reason}"
    case.note("drop", reason=reason)


def _refusal(bundle: Bundle, label: str) -> BookingError | None:
    kind, _, text = bundle.reason.removeprefix("change:").partition(":")
    if not bundle.reason.startswith("change:"):
        return None
    if kind == "QuoteChanged":
        return QuoteChanged(f"the difference is {text} now; look again", pay_minor=int(text))
    if kind == "PaymentDeclined":
        return PaymentDeclined(f"the card was declined ({text}); nothing has changed", code=text)
    return PartRefused(f"{label}: {text}", reason="refused", part=label)
