"""The way back of a bundle that is not confirmed: parts are let go of in reverse, then the card."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from maas.booking.engine import Engine, Item, kind_of
from maas.booking.local import cancel_local
from maas.booking.model import BundleState, PartState
from maas.booking.plan import hold_order
from maas.booking.store import Case
from payments.adapters import sql as payment_rows
from payments.errors import Unavailable
from payments.hold import OPEN, Void

__all__ = ["Undo"]


class Undo:
    """The phase `undo`, on an engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.deps = engine.deps
        engine.phases["undo"] = self._undo

    def begin(self, case: Case, reason: str) -> Case:
        """From here on there is only the way back."""
        return self.engine.tx(self._give_up, case, reason)

    def _give_up(self, connection: Connection, items: Sequence[Item]) -> list[Case | Exception]:
        def act(_connection: Connection, pairs: list[tuple[Case, Any]], _now_ms: int) -> None:
            for case, reason in pairs:
                case.saga.phase, case.bundle.reason, case.saga.attempts = "undo", reason, 0
                case.note("undo", reason=reason)

        return self.engine.over(connection, items, act)

    def _undo(self, case: Case) -> Case:
        bundle = case.bundle
        for part in reversed(hold_order(bundle)):
            provider = self.deps.outside.get(kind_of(part))
            if provider is not None and part.state is not PartState.RELEASED:
                self.engine.call(f"cancel {kind_of(part)}", provider.cancel, part.key(bundle.id), part)
        case = self.engine.tx(self._undoing, case)
        outcome = None
        if "money" in case.saga.body:
            outcome = self.engine.send(case)
            if not outcome.done:
                raise Unavailable(f"the hold could not be let go: {outcome.message}", code=outcome.code)
        return self.engine.tx(self._undone, case, outcome)

    def _undoing(self, connection: Connection, items: Sequence[Item]) -> list[Case | Exception]:
        def act(connection: Connection, pairs: list[tuple[Case, Any]], _now_ms: int) -> None:
            for case, _ in pairs:
                kept = case.saga.body.get("money", {}).get("kind")
                if kept == "void":
                    continue
                case.saga.body.pop("money", None)
                for pay in case.bundle.pays:
                    if not pay.open:
                        continue
                    if payment_rows.get_hold(connection, pay.id, lock=True).state in OPEN:
                        self.engine.begin(connection, [(case, Void(f"{pay.id}:void", pay.id))])
                        break
                    pay.open = False  # the processor said no, or its hold ran out

        return self.engine.over(connection, items, act)

    def _undone(self, connection: Connection, items: Sequence[Item]) -> list[Case | Exception]:
        def act(connection: Connection, pairs: list[tuple[Case, Any]], _now_ms: int) -> None:
            for case, outcome in pairs:
                if outcome is not None and not self.engine.finish(connection, [(case, outcome)]):
                    continue
                bundle = case.bundle
                for part in bundle.parts:
                    cancel_local(self.deps, connection, bundle, part, undo=True)
                    part.state = PartState.RELEASED
                    case.changed(part)
                bundle.state = _ended(bundle.reason)
                bundle.challenge_url = ""
                self.engine.end(case)

        return self.engine.over(connection, items, act)


def _ended(reason: str) -> BundleState:
    if reason == "expired":
        return BundleState.EXPIRED
    return BundleState.CANCELLED if reason.startswith("given back") else BundleState.FAILED
