"""What an operator does with a saga that goes no further: try again, undo, or end it by hand."""

from __future__ import annotations

from sqlalchemy import Connection

from maas.booking import store
from maas.booking.engine import Engine
from maas.booking.errors import Busy, WrongState
from maas.booking.model import Bundle, BundleState
from maas.booking.store import Case

__all__ = ["Repairs"]

_UNDONE = ("hold", "held", "pay", "challenge", "confirm", "undo")


class Repairs:
    """Each is written down with who did it, before anything is tried."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def retry(self, bundle: Bundle, *, actor: str) -> Bundle:
        """Go on where it stopped, with all tries before it forgotten."""
        return self._engine.run(self._taken(bundle, actor, "retry", ""))

    def undo(self, bundle: Bundle, *, actor: str, reason: str) -> Bundle:
        """Give everything back. Raises WrongState once the bundle is confirmed: then it is cancelled."""
        return self._engine.run(self._taken(bundle, actor, "undo", reason))

    def mark(self, bundle: Bundle, *, actor: str, reason: str) -> Bundle:
        """End the saga as it stands: what is left was done by hand, or never will be."""
        return self._taken(bundle, actor, "mark", reason).bundle

    def _taken(self, bundle: Bundle, actor: str, what: str, reason: str) -> Case:
        deps = self._engine.deps

        def work(connection: Connection) -> Case:
            taken, _ = store.free(connection, [bundle.id], deps.owner, deps.rules.lease_s)
            case = taken.get(bundle.id)
            if case is None:
                raise Busy(f"bundle {bundle.id}: no saga of it is free; list them again")
            case.note(f"operator: {what}", actor, reason=reason, phase=case.saga.phase)
            case.saga.state, case.saga.attempts, case.saga.error = "open", 0, ""
            if what == "undo":
                if case.saga.kind != "book" or case.saga.phase not in _UNDONE:
                    raise WrongState(
                        f"saga {case.saga.id} is past its confirmation; cancel the bundle instead"
                    )
                case.saga.phase, case.bundle.reason = "undo", reason or "undone by an operator"
            if what == "mark":
                if case.bundle.state in (BundleState.HOLDING, BundleState.HELD, BundleState.PAYING):
                    case.bundle.state, case.bundle.reason = BundleState.FAILED, reason
                self._engine.end(case)
            store.save(connection, [case])
            return case

        return deps.database.run(work)
