"""Sagas in motion: the loop, its transactions, waiting and giving up; and the money, which all kinds share.

A phase does its outside calls with no transaction open, then writes down what came of them and where to go
on, in one transaction under the saga's fence. Whatever dies in between, whoever claims the saga next starts
with the phase that is written; every outside call is idempotent by its key, so doing it again is safe.
Steps in our own database (stock, ledger, tickets) join the transaction and need no journal of their own.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection

from maas.booking import store
from maas.booking.errors import BookingError, LostLease, OutcomeUnknown
from maas.booking.model import OPEN_PARTS, Bundle, BundleState, Part
from maas.booking.money import Uncollected, allocate, booked, next_step, step_from, step_to
from maas.booking.ports import LocalProvider, PartProvider, Pricing, TicketIssuer
from maas.booking.store import Case
from payments.batch import ask, begin_all, finish_all
from payments.errors import HoldError, Unavailable
from payments.hold import Outcome, Step
from payments.service import Payments
from storage.database import Database
from storage.group import Groups

__all__ = ["Deps", "Engine", "Item", "Rules"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rules:
    """How long things are kept and tried, in seconds."""

    hold_s: float = 600.0  # to confirm a bundle
    pay_s: float = 900.0  # for the payment, a 3-D Secure challenge with it
    lease_s: float = 60.0  # after which another process may take a saga over
    poll_s: float = 3.0  # between two looks at an unanswered challenge
    retry_s: float = 1.0  # after a first failure; doubles each time
    retry_s_max: float = 300.0
    tries_max: int = 20  # then an operator is asked


def _no_probe(_point: str) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Deps:
    """Everything that sagas need from outside."""

    database: Database
    payments: Payments
    outside: Mapping[str, PartProvider]
    local: Mapping[str, LocalProvider]
    pricing: Pricing
    tickets: TicketIssuer
    clock: Callable[[], datetime]
    owner: str
    rules: Rules = Rules()
    probe: Callable[[str], None] = field(default=_no_probe)
    """Called before and after every outside call and transaction; tests die there."""


@dataclass(frozen=True, slots=True)
class Item:
    """One saga's share of a grouped transaction: its token, and what its phase found."""

    saga_id: str
    fence: int
    payload: Any = None


Answer = TypeVar("Answer")
Act = Callable[[Connection, list[tuple[Case, Any]], int], None]
Phase = Callable[[Case], Case]


class Engine:
    """Runs claimed sagas, phase by phase. Thread-safe; `phases` are added by the kinds of sagas."""

    def __init__(self, deps: Deps) -> None:
        self.deps = deps
        self.groups = Groups(deps.database)
        self.phases: dict[str, Phase] = {"settle": self._settle}
        self.gives_up: dict[str, str] = {}  # where phases end when the time to pay is over

    def run(self, case: Case) -> Bundle:
        """Go on until the saga ends or has to wait; the bundle then. Raises what its caller must know."""
        current = case
        while current.saga.state == "open" and current.saga.lease_until_ms:
            try:
                current = self.phases[current.saga.phase](current)
            except (OutcomeUnknown, Unavailable) as error:
                current = self.later(current, str(error))
            except LostLease:
                raise
            except Exception as error:
                refused = isinstance(error, BookingError) and current.saga.phase == "undo"
                if refused or isinstance(error, Uncollected | HoldError):
                    self.stuck(current, str(error))
                elif not isinstance(error, BookingError):
                    _log.exception("saga %s failed in %s", current.saga.id, current.saga.phase)
                    self.later(current, repr(error))
                raise
        return current.bundle

    def tx(self, work: Any, case: Case, payload: Any = None) -> Case:
        """One transaction of a phase, together with other sagas that are at the same point."""
        name = work.__name__.lstrip("_")
        self.deps.probe(f"before {name}")
        done: Case = self.groups.run(work, Item(case.saga.id, case.saga.fence, payload))
        self.deps.probe(f"after {name}")
        return done

    def over(self, connection: Connection, items: Sequence[Item], act: Act) -> list[Case | Exception]:
        """Read the sagas of a transaction under their fences, let `act` change them, write them."""
        found, now_ms = store.hold_on(connection, [(i.saga_id, i.fence) for i in items])
        pairs: list[tuple[Case, Any]] = []
        for item in items:
            case = found[item.saga_id]
            if isinstance(case, Case):
                case.saga.lease_until_ms = now_ms + int(self.deps.rules.lease_s * 1000)
                pairs.append((case, item.payload))
        act(connection, pairs, now_ms)
        store.save(connection, [case for case, _ in pairs])
        return [found[item.saga_id] for item in items]

    def later(self, case: Case, error: str) -> Case:
        """Try again after a while; an operator is asked once that was done too often."""
        return self.tx(self._later, case, error)

    def stuck(self, case: Case, error: str) -> Case:
        """Only an operator can go on."""
        return self.tx(self._stuck, case, error)

    def sleep(self, case: Case, wake_ms: int) -> None:
        """Let go of the saga until `wake_ms`; the caller's transaction writes it."""
        case.saga.lease_until_ms, case.saga.wake_ms = 0, wake_ms

    def end(self, case: Case) -> None:
        """The saga is over; the caller's transaction writes it."""
        case.saga.state, case.saga.lease_until_ms, case.saga.error = "done", 0, ""
        case.note("done", phase=case.saga.phase, bundle=case.bundle.state.value)
        case.saga.body.pop("money", None)

    def call(self, what: str, act: Callable[..., Answer], *arguments: Any) -> Answer:
        """An outside call at this instant, between two probes."""
        self.deps.probe(f"before {what}")
        answer = act(*arguments, now=self.deps.clock())
        self.deps.probe(f"after {what}")
        return answer

    def send(self, case: Case) -> Outcome:
        """Ask the processor for the step that was begun. Raises Unavailable where the outcome is unknown."""
        step = step_from(case.saga.body["money"])
        what, begun = f"send {type(step).__name__.lower()}", case.begun
        if begun is not None:
            return self.call(what, partial(ask, self.deps.payments, step, begun))
        return self.call(what, self.deps.payments.send, step)

    def money(self, connection: Connection, cases: Sequence[Case]) -> None:
        """Hand on what was taken, and begin the next step of the money; or end the saga."""
        now = self.deps.clock()
        steps: list[tuple[Case, Step]] = []
        counts = {id(p): p.allocations for c in cases for p in c.bundle.parts}
        allocate(connection, self.deps.payments.ledger, [c.bundle for c in cases], now=now)
        for case in cases:
            for part in case.bundle.parts:
                if part.allocations != counts[id(part)]:
                    case.changed(part)
            try:
                step = next_step(case.bundle)
            except Uncollected as error:
                self._give_in(case, str(error))
                continue
            if step is None:
                _close(case.bundle)
                self.end(case)
                continue
            case.saga.phase = "settle"
            steps.append((case, step))
        self.begin(connection, steps)

    def begin(self, connection: Connection, steps: Sequence[tuple[Case, Step]]) -> None:
        """Write down in the transaction what will be asked of the processor."""
        for case, step in steps:
            case.bundle.steps += 1
            case.saga.body["money"] = step_to(step)
            case.note("begin " + type(step).__name__.lower(), key=step.key)
        now = self.deps.clock()
        answers = begin_all(self.deps.payments, connection, [step for _, step in steps], now=now)
        for (case, _), answer in zip(steps, answers, strict=True):
            if isinstance(answer, HoldError):
                self._give_in(case, str(answer))
            else:
                case.begun = answer

    def finish(self, connection: Connection, ended: Sequence[tuple[Case, Outcome]]) -> list[Case]:
        """Book what the processor answered to the steps that were begun; those that it did not refuse."""
        steps = [(step_from(case.saga.body["money"]), outcome) for case, outcome in ended]
        holds = finish_all(self.deps.payments, connection, steps, now=self.deps.clock())
        good: list[Case] = []
        for (case, outcome), (step, _), hold in zip(ended, steps, holds, strict=True):
            booked(case.bundle, step, hold, outcome)
            name = type(step).__name__.lower()
            case.note(f"end {name}", key=step.key, done=outcome.done, code=outcome.code)
            if outcome.done:
                case.saga.body.pop("money")
                case.saga.attempts = 0
                good.append(case)
            else:
                self._give_in(case, f"{step.key}: refused ({outcome.code}): {outcome.message}")
        return good

    def _give_in(self, case: Case, error: str) -> None:
        case.saga.state, case.saga.lease_until_ms, case.saga.error = "stuck", 0, error
        case.note("stuck", phase=case.saga.phase, error=error)

    def _settle(self, case: Case) -> Case:
        if "money" not in case.saga.body:
            return self.tx(self._settling, case)
        return self.tx(self._settled, case, self.send(case))

    def _settling(self, connection: Connection, items: Sequence[Item]) -> list[Case | Exception]:
        def act(connection: Connection, pairs: list[tuple[Case, Any]], _now_ms: int) -> None:
            self.money(connection, [case for case, _ in pairs])

        return self.over(connection, items, act)

    def _settled(self, connection: Connection, items: Sequence[Item]) -> list[Case | Exception]:
        def act(connection: Connection, pairs: list[tuple[Case, Any]], _now_ms: int) -> None:
            self.money(connection, self.finish(connection, pairs))

        return self.over(connection, items, act)

    def _later(self, connection: Connection, items: Sequence[Item]) -> list[Case | Exception]:
        rules = self.deps.rules

        def act(_connection: Connection, pairs: list[tuple[Case, Any]], now_ms: int) -> None:
            for case, error in pairs:
                saga = case.saga
                saga.attempts, saga.error = saga.attempts + 1, error
                case.note("later", phase=saga.phase, error=error, attempts=saga.attempts)
                if saga.phase in self.gives_up and now_ms > saga.body.get("pay_until_ms", now_ms):
                    saga.phase = self.gives_up[saga.phase]
                    case.bundle.reason = f"no answer in time: {error}"
                if saga.attempts >= rules.tries_max:
                    saga.state = "stuck"
                wait_s = min(rules.retry_s * 2 ** (saga.attempts - 1), rules.retry_s_max)
                self.sleep(case, now_ms + int(wait_s * 1000))

        return self.over(connection, items, act)

    def _stuck(self, connection: Connection, items: Sequence[Item]) -> list[Case | Exception]:
        def act(_connection: Connection, pairs: list[tuple[Case, Any]], _now_ms: int) -> None:
            for case, error in pairs:
                self._give_in(case, error)

        return self.over(connection, items, act)


def kind_of(part: Part) -> str:
    """shuttle, device, cycle, transit, service or outside."""
    return str(part.wish.__struct_config__.tag)


def _close(bundle: Bundle) -> None:
    """A confirmed bundle of which nothing stands any more is over."""
    if bundle.state is BundleState.CONFIRMED and not any(p.state in OPEN_PARTS for p in bundle.parts):
        used = any(part.state.value in ("completed", "no_show", "disrupted") for part in bundle.parts)
        bundle.state = BundleState.COMPLETED if used else BundleState.CANCELLED
