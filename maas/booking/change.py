"""Another part for one that is confirmed: by the rider's wish, or because its provider could not keep it.

```
rehold -> (extra -> (answer)) -> reconfirm -> swap -> settle -> done     anything refused before: drop -> done
```
The new parts (and those that wait for a changed one, asked anew) are held and confirmed beside the old ones;
only then do the old ones go, by their own rules. Until then, and if anything fails, nothing has changed. Who
is disrupted pays no more than before, no fee, and gets everything back where there is no other way.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection

from maas.booking import store
from maas.booking.after import After, fee_now
from maas.booking.engine import Engine, Item, kind_of
from maas.booking.errors import BookingError, NotBookable, PartRefused, PaymentDeclined, QuoteChanged
from maas.booking.local import cancel_local, confirm_local, extend_local, hold_local
from maas.booking.model import Bundle, Held, Part, PartState, Pay
from maas.booking.money import step_from
from maas.booking.replace import added, affected, dragged, hold_outside, parts_in
from maas.booking.store import Case
from maas.booking.wishes import Wish
from payments.adapters.sql import get_hold
from payments.batch import finish_all
from payments.hold import OPEN, Authorise, Hold, HoldState, Outcome, Void
from payments.ports import AuthoriseRequest

__all__ = ["Changes"]


class Changes:
    """Sagas that replace parts, on an engine."""

    def __init__(self, engine: Engine, after: After) -> None:
        self.engine = engine
        self.deps = engine.deps
        self._after = after
        engine.phases |= {
            "rehold": self._rehold, "extra": self._extra, "answer": self._answer,
            "reconfirm": self._reconfirm, "swap": self._swap, "drop": self._drop,
        }  # fmt: skip
        engine.gives_up |= dict.fromkeys(("rehold", "extra", "answer", "reconfirm"), "drop")

    def change(
        self,
        bundle_id: str,
        label: str,
        wish: Wish,
        *,
        actor: str,
        pay_minor: int | None,
        return_url: str = "",
    ) -> Bundle:
        """Replace a confirmed part. Raises QuoteChanged, PartRefused, PaymentDeclined or Busy.

        With `return_url` somebody sits at a browser and can answer their bank: the bundle then comes back
        with a `challenge_url`, and the change goes on once that is answered. Without, such a card declines.
        """

        def begin(connection: Connection, case: Case, now_ms: int) -> None:
            olds = affected(case.bundle, label)
            self._begin(connection, case, olds, added(case.bundle, olds, label, wish), actor)
            case.saga.body |= {
                "fees": {str(old.no): fee_now(old, now_ms) for old in olds}, "shown": pay_minor,
                "return_url": return_url,
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
            olds = [part, *dragged(case.bundle, label)]
            self._begin(connection, case, olds, added(case.bundle, olds, label, part.wish), "provider")
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

    def _rehold(self, case: Case) -> Case:
        news = parts_in(case, "new")
        try:
            hold_outside(self.engine, case.bundle, news)
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
        olds, news = parts_in(case, "old"), parts_in(case, "new")
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
            back = body.get("return_url", "")
            request = AuthoriseRequest(
                bundle.customer, bundle.method, extra, bundle.id, bundle.currency, back, off_session=not back
            )
            case.saga.phase = "extra"
            extend_local(
                self.deps, connection, [bundle], ttl_s=self.deps.rules.pay_s
            )  # while a bank is asked
            self.engine.begin(connection, [(case, Authorise(made.id, request))])

    # pay the difference

    def _extra(self, case: Case) -> Case:
        return self.engine.tx(self._paid, case, self.engine.send(case))

    def _answer(self, case: Case) -> Case:
        """The rider answers their bank, or the processor decides; a look tells whether they have."""
        pay = case.bundle.pays[-1]
        self.engine.call("look at payment", self.deps.payments.refresh, pay.id)
        return self.engine.tx(self._paid, case, Outcome(True))

    def _paid(self, connection: Connection, items: Sequence[Item]) -> list[Case | Exception]:
        def act(connection: Connection, pairs: list[tuple[Case, Any]], now_ms: int) -> None:
            steps = [(step_from(case.saga.body["money"]), outcome) for case, outcome in pairs]
            holds = finish_all(self.deps.payments, connection, steps, now=self.deps.clock())
            for (case, _), hold in zip(pairs, holds, strict=True):
                self._decided(case, hold, now_ms)

        return self.engine.over(connection, items, act)

    def _decided(self, case: Case, hold: Hold, now_ms: int) -> None:
        """What the authorisation of the difference came to."""
        bundle, saga, pay = case.bundle, case.saga, case.bundle.pays[-1]
        waits = hold.state in (HoldState.CHALLENGE, HoldState.PROCESSING)
        bundle.challenge_url = hold.challenge_url if hold.state is HoldState.CHALLENGE else ""
        bundle.awaits = "payment"
        if waits and now_ms < saga.body["pay_until_ms"]:
            saga.phase = "answer"
            self.engine.sleep(case, now_ms + int(self.deps.rules.poll_s * 1000))
            return
        saga.body.pop("money")
        bundle.challenge_url = bundle.awaits = ""
        pay.single = not hold.captures_many
        if hold.state is HoldState.HELD:
            saga.phase, saga.attempts = "reconfirm", 0
            return
        pay.open = waits  # nobody answered in time: there is something to let go of
        _to_drop(case, f"PaymentDeclined:{hold.decline_code or hold.state.value}")

    # confirm the new, let the old go

    def _reconfirm(self, case: Case) -> Case:
        bundle = case.bundle
        agreed: dict[int, Held] = {}
        for part in parts_in(case, "new"):
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
                for part in parts_in(case, "new"):
                    part.held, part.state = agreed.get(part.no, part.held), PartState.CONFIRMED
                    case.changed(part)
                for part in parts_in(case, "old"):
                    part.state, part.fee_minor = PartState.REBOOKED, case.saga.body["fees"][str(part.no)]
                    part.reason = case.saga.body.get("cause", "")
                    case.changed(part)
                self.deps.tickets.revoke(connection, case.bundle, parts_in(case, "old"), now=now)
                self.deps.tickets.issue(connection, case.bundle, parts_in(case, "new"), now=now)
                case.saga.phase = "swap"
                case.note("changed", parts=[p.label for p in parts_in(case, "new")])

        return self.engine.over(connection, items, act)

    def _swap(self, case: Case) -> Case:
        """From here on there is no way back: the old ones are given back until they are."""
        self._let_go(case, parts_in(case, "old"))
        return self.engine.tx(self._swapped, case)

    def _swapped(self, connection: Connection, items: Sequence[Item]) -> list[Case | Exception]:
        def act(connection: Connection, pairs: list[tuple[Case, Any]], _now_ms: int) -> None:
            for case, _ in pairs:
                for part in parts_in(case, "old"):
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
        self._let_go(case, parts_in(case, "new"))
        if "cause" in case.saga.body:
            self._let_go(case, parts_in(case, "old")[:1])
        return self.engine.tx(self._dropped, case)

    def _dropped(self, connection: Connection, items: Sequence[Item]) -> list[Case | Exception]:
        def act(connection: Connection, pairs: list[tuple[Case, Any]], _now_ms: int) -> None:
            for case, _ in pairs:
                for part in parts_in(case, "new"):
                    cancel_local(self.deps, connection, case.bundle, part, undo=True)
                    part.state = PartState.RELEASED
                    case.changed(part)
                if "cause" not in case.saga.body:
                    continue
                lost = parts_in(case, "old")[0]  # those that waited for it still stand: they may serve yet
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
            case.bundle.challenge_url = case.bundle.awaits = ""
            mine = [p for p in case.bundle.pays if p.id == case.saga.body.get("extra") and p.open]
            if mine and get_hold(connection, mine[0].id, lock=True).state not in OPEN:
                mine.pop().open = False  # the processor said no, or its hold ran out
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
