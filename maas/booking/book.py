r"""The saga of booking: hold each part, authorise one payment, confirm each, or undo all in reverse.

```
hold -> held -> pay -> (challenge) -> confirm -> settle -> done
   \-> undo <-/ \ ...      \-> undo     \-> undo            a declined card: back to held
```
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from maas.booking import store
from maas.booking.draft import Draft, Means
from maas.booking.engine import Engine, Item, kind_of
from maas.booking.errors import (
    BookingError,
    BundleExpired,
    Busy,
    LostLease,
    PartRefused,
    PaymentDeclined,
    Repeated,
)
from maas.booking.local import cancel_local, confirm_local, extend_local, hold_local
from maas.booking.model import Bundle, BundleState, Held, Part, PartState, Pay
from maas.booking.money import step_from
from maas.booking.plan import hold_order, resolved
from maas.booking.ports import Ask
from maas.booking.store import Case, Saga
from maas.booking.undo import Undo
from payments.batch import finish_all
from payments.hold import Authorise, Hold, HoldState, Outcome, Step
from payments.ports import AuthoriseRequest
from storage.sql import database_now_ms

__all__ = ["Book", "refusal_of"]


@dataclass(frozen=True, slots=True)
class _Order:
    """A confirmation on its way into a grouped transaction."""

    bundle_id: str
    subject: str
    means: Means


class Book:
    """The phases of booking, on an engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.deps = engine.deps
        self._undo = Undo(engine)
        engine.phases |= {
            "hold": self._hold, "pay": self._pay, "challenge": self._challenge, "confirm": self._confirm,
        }  # fmt: skip
        engine.gives_up |= dict.fromkeys(("pay", "challenge", "confirm"), "undo")

    def hold(self, draft: Draft) -> Bundle:
        """Keep every part, or none. Raises PartRefused; repeats are the caller's to find."""
        self.deps.probe("before open")
        case: Case = self.engine.groups.run(self._open, draft)
        self.deps.probe("after open")
        return self._ran(case)

    def confirm(self, bundle_id: str, subject: str, means: Means) -> Bundle:
        """Pay and book. The bundle afterwards: confirmed, or `paying` where the rider or time must answer.

        Raises BundleExpired, PaymentDeclined, PartRefused, Busy.
        """
        self.deps.probe("before order")
        case: Case = self.engine.groups.run(self._order, _Order(bundle_id, subject, means))
        self.deps.probe("after order")
        return self._ran(case)

    def resume(self, case: Case) -> Bundle:
        """Go on with a claimed saga whose process died, or whose time has come."""
        if case.saga.phase in ("hold", "held"):
            # Nobody waits for the answer to a half-made hold any more, or its time ran out unconfirmed.
            reason = "expired" if case.saga.phase == "held" else "the request was interrupted"
            return self.engine.run(self._undo.begin(case, reason))
        return self.engine.run(case)

    def give_up(self, case: Case, reason: str) -> Bundle:
        """Undo a bundle that is not confirmed, because its rider or an operator says so."""
        return self.engine.run(self._undo.begin(case, reason))

    def _ran(self, case: Case) -> Bundle:
        try:
            bundle = self.engine.run(case)
        except LostLease as error:
            raise Busy(f"bundle {case.bundle.id}: it took too long and was taken over; look again") from error
        refusal = refusal_of(bundle)
        if refusal is not None:
            raise refusal
        return bundle

    # hold

    def _open(self, connection: Connection, drafts: Sequence[Draft]) -> list[Case | Exception]:
        now_ms = int(connection.execute(select(database_now_ms())).scalar_one())
        cases = [self._made(draft, now_ms) for draft in drafts]
        answers = hold_local(self.deps, connection, [case.bundle for case in cases])
        results: dict[int, Case | Exception] = {}
        fresh: list[Case] = []
        for k, (case, refusal) in enumerate(zip(cases, answers, strict=True)):
            results[k] = case if refusal is None else refusal
            if refusal is None:
                fresh.append(case)
        whole = [case for case in fresh if not _to_hold(self.deps.outside, case.bundle)]
        self._whole(connection, whole)
        for case in store.new(connection, fresh):
            for part in case.bundle.parts:
                cancel_local(self.deps, connection, case.bundle, part, undo=True)
            results[cases.index(case)] = Repeated("this request was made before")
        return [results[k] for k in range(len(cases))]

    def _made(self, draft: Draft, now_ms: int) -> Case:
        rules = self.deps.rules
        bundle = Bundle(
            f"bdl_{secrets.token_hex(16)}", draft.subject, draft.booked_by, BundleState.HOLDING, now_ms,
            now_ms + int(rules.hold_s * 1000),
            [Part(n, p.label, p.wish, before=p.before, slack_s=p.slack_s) for n, p in enumerate(draft.parts)],
            sagas=1,
        )  # fmt: skip
        saga = Saga(
            f"{bundle.id}-1", bundle.id, "book", "hold", owner=self.deps.owner, fence=1,
            lease_until_ms=now_ms + int(rules.lease_s * 1000), wake_ms=now_ms, created_ms=now_ms,
        )  # fmt: skip
        case = Case(saga, bundle, request_key=draft.request_key, digest=draft.digest)
        case.note("open", draft.booked_by or draft.subject, parts=[p.label for p in bundle.parts])
        return case

    def _hold(self, case: Case) -> Case:
        """Ask everybody outside, those first on whom others depend."""
        held: dict[int, Held] = {}
        bundle = case.bundle
        for part in hold_order(bundle):
            provider = self.deps.outside.get(kind_of(part))
            if provider is None or part.state is not PartState.OFFER:
                continue
            try:
                ask = Ask(
                    part.key(bundle.id), resolved(bundle, part), bundle.subject, bundle.booked_by,
                    self.deps.rules.hold_s,
                )  # fmt: skip
                part.held = held[part.no] = self.engine.call(f"hold {kind_of(part)}", provider.hold, ask)
            except BookingError as error:
                return self._undo.begin(case, _told(part, error))
        return self.engine.tx(self._held, case, held)

    def _held(self, connection: Connection, items: Sequence[Item]) -> list[Case | Exception]:
        def act(connection: Connection, pairs: list[tuple[Case, Any]], _now_ms: int) -> None:
            for case, held in pairs:
                for no, kept in held.items():
                    part = case.bundle.parts[no]
                    part.held, part.state = kept, PartState.HELD
            self._whole(connection, [case for case, _ in pairs])

        return self.engine.over(connection, items, act)

    def _whole(self, connection: Connection, cases: Sequence[Case]) -> None:
        """Everything is held: say what it costs, and wait for the rider."""
        self.deps.pricing.price(connection, [case.bundle for case in cases], now=self.deps.clock())
        for case in cases:
            bundle = case.bundle
            ends = [p.held.expires_ms for p in bundle.parts if p.held is not None and p.held.expires_ms]
            bundle.expires_ms = min([bundle.expires_ms, *ends])
            bundle.state, case.saga.phase = BundleState.HELD, "held"
            for part in bundle.parts:
                case.changed(part)
            case.note("held", total_minor=bundle.total_minor, until_ms=bundle.expires_ms)
            self.engine.sleep(case, bundle.expires_ms)

    # pay

    def _order(self, connection: Connection, orders: Sequence[_Order]) -> list[Case | Exception]:
        rules = self.deps.rules
        taken, now_ms = store.free(
            connection, [order.bundle_id for order in orders], self.deps.owner, rules.lease_s
        )
        owners = {order.bundle_id: order.subject for order in orders}
        ready = [
            c for c in taken.values()
            if c.saga.kind == "book" and c.saga.phase == "held" and c.bundle.subject == owners[c.bundle.id]
        ]  # fmt: skip
        alive = extend_local(self.deps, connection, [c.bundle for c in ready], ttl_s=rules.pay_s)
        steps: list[tuple[Case, Step]] = []
        for order in orders:
            case = taken.get(order.bundle_id)
            if case is None or case not in ready:
                continue
            if now_ms >= case.bundle.expires_ms or case.bundle.id not in alive:
                case.saga.phase, case.bundle.reason = "undo", "expired"
                continue
            step = self._ask_for_money(case, order.means, now_ms)
            if step is not None:
                steps.append((case, step))
        self.engine.begin(connection, steps)
        store.save(connection, ready)
        return [
            case if (case := taken.get(order.bundle_id)) in ready and case is not None
            else Busy(f"bundle {order.bundle_id}: another step is under way; ask for its state")
            for order in orders
        ]  # fmt: skip

    def _ask_for_money(self, case: Case, means: Means, now_ms: int) -> Step | None:
        bundle, saga = case.bundle, case.saga
        saga.body["pay_until_ms"] = now_ms + int(self.deps.rules.pay_s * 1000)
        saga.attempts, saga.wake_ms = 0, now_ms
        bundle.state, bundle.challenge_url, bundle.reason = BundleState.PAYING, "", ""
        bundle.customer, bundle.method = means.customer, means.method
        bundle.on_site = means.on_site
        total = bundle.total_minor
        if total == 0 or means.on_site:
            saga.phase = "confirm"
            return None
        bundle.tries += 1
        pay = Pay(f"{bundle.id}:pay:{bundle.tries}", total)
        bundle.pays.append(pay)
        request = AuthoriseRequest(
            means.customer, means.method, total, bundle.id, bundle.currency, means.return_url
        )
        saga.phase = "pay"
        return Authorise(pay.id, request)

    def _pay(self, case: Case) -> Case:
        return self.engine.tx(self._paid, case, self.engine.send(case))

    def _challenge(self, case: Case) -> Case:
        """The rider answers their bank, or the processor decides; a look tells whether they have."""
        pay = case.bundle.pays[-1]
        self.engine.call("look at payment", self.deps.payments.refresh, pay.id)
        return self.engine.tx(self._paid, case, Outcome(True))

    def _paid(self, connection: Connection, items: Sequence[Item]) -> list[Case | Exception]:
        def act(connection: Connection, pairs: list[tuple[Case, Any]], now_ms: int) -> None:
            steps = [(step_from(case.saga.body["money"]), outcome) for case, outcome in pairs]
            holds = finish_all(self.deps.payments, connection, steps, now=self.deps.clock())
            going = [
                case
                for (case, _), hold in zip(pairs, holds, strict=True)
                if self._authorised(case, hold, now_ms)
            ]
            here = [c for c in going if not any(kind_of(p) in self.deps.outside for p in c.bundle.parts)]
            self._book(connection, here)

        return self.engine.over(connection, items, act)

    def _authorised(self, case: Case, hold: Hold, now_ms: int) -> bool:
        """What the authorisation came to; True if the parts can be confirmed now."""
        bundle, saga, pay = case.bundle, case.saga, case.bundle.pays[-1]
        case.note("authorisation", key=pay.id, state=hold.state.value, code=hold.decline_code)
        bundle.challenge_url = hold.challenge_url if hold.state is HoldState.CHALLENGE else ""
        if hold.state is HoldState.HELD:
            pay.single = not hold.captures_many
            saga.phase, saga.attempts = "confirm", 0
            saga.body.pop("money")
            return True
        if hold.state in (HoldState.CHALLENGE, HoldState.PROCESSING, HoldState.ASKED):
            saga.phase = "challenge"
            if now_ms >= saga.body["pay_until_ms"]:
                saga.phase, bundle.reason = "undo", "the bank's question was not answered in time"
            else:
                self.engine.sleep(case, now_ms + int(self.deps.rules.poll_s * 1000))
            return False
        pay.open = False
        saga.body.pop("money")
        bundle.state, bundle.reason = BundleState.HELD, f"declined:{hold.decline_code or hold.state.value}"
        saga.phase = "held"
        self.engine.sleep(case, bundle.expires_ms)
        return False

    # confirm

    def _confirm(self, case: Case) -> Case:
        bundle = case.bundle
        agreed: dict[int, Held] = {}
        for part in hold_order(bundle):
            provider = self.deps.outside.get(kind_of(part))
            if provider is None or part.state is not PartState.HELD:
                continue
            try:
                agreed[part.no] = self.engine.call(
                    f"confirm {kind_of(part)}", provider.confirm, part.key(bundle.id), part, bundle
                )
            except BookingError as error:
                return self._undo.begin(case, _told(part, error))
        return self.engine.tx(self._confirmed, case, agreed)

    def _confirmed(self, connection: Connection, items: Sequence[Item]) -> list[Case | Exception]:
        def act(connection: Connection, pairs: list[tuple[Case, Any]], _now_ms: int) -> None:
            for case, agreed in pairs:
                for no, held in agreed.items():
                    case.bundle.parts[no].held = held
            self._book(connection, [case for case, _ in pairs])

        return self.engine.over(connection, items, act)

    def _book(self, connection: Connection, cases: Sequence[Case]) -> None:
        """Everybody outside agreed, the money is kept: book the rest, issue tickets, take what is due."""
        now = self.deps.clock()
        refused = confirm_local(self.deps, connection, [case.bundle for case in cases])
        good = []
        for case in cases:
            reason = refused.get(case.bundle.id)
            if reason is not None:
                case.saga.phase, case.bundle.reason = "undo", reason
                continue
            good.append(case)
            case.bundle.state = BundleState.CONFIRMED
            for part in case.bundle.parts:
                part.state = PartState.CONFIRMED
                case.changed(part)
            case.note("confirmed", total_minor=case.bundle.total_minor)
        self.deps.pricing.confirmed(connection, [case.bundle for case in good], now=now)
        for case in good:
            self.deps.tickets.issue(connection, case.bundle, case.bundle.parts, now=now)
        self.engine.money(connection, good)


def _to_hold(outside: Any, bundle: Bundle) -> bool:
    return any(kind_of(part) in outside for part in bundle.parts)


def _told(part: Part, error: BookingError) -> str:
    reason = getattr(error, "reason", error.slug)
    return f"part:{part.label}:{reason}:{error}"


def refusal_of(bundle: Bundle) -> BookingError | None:
    """What to tell the rider who waits for the answer."""
    if bundle.state is BundleState.EXPIRED or bundle.reason == "expired":
        return BundleExpired(f"bundle {bundle.id}: its holds ran out; ask for it anew")
    if bundle.state is BundleState.HELD and bundle.reason.startswith("declined:"):
        code = bundle.reason.partition(":")[2]
        return PaymentDeclined(f"the card was declined ({code}); everything stays held", code=code)
    if bundle.reason.startswith("part:"):
        _, label, reason, message = bundle.reason.split(":", 3)
        return PartRefused(f"{label}: {message}", reason=reason, part=label)
    return None
