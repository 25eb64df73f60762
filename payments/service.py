"""Hold, capture, void, refund: each step written down, asked of the processor, then booked in the ledger.

A step has three parts, so that a saga can put the first and the last into its own transactions:

- `begin(connection, step, now)` remembers what will be asked and reserves it (refuses what cannot be);
- `send(step)` asks the processor, outside any transaction; `Unavailable` means: unknown, send again;
- `finish(connection, step, outcome, now)` books the result: ledger entries, the hold's new state.

`do(step, now)` runs all three. Whatever dies in between, `do` with the same step, or `resume`, carries on:
the processor answers a repeated key as it did the first time, and every ledger entry has the step's key.

Ledger: a hold is a pending transfer from `processor:<name>` to `bundle:<reference>`; a capture posts it, a
void releases it; a refund is pending back to the processor until it is accepted. Allocation is
`payments.allocation`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from payments.adapters import sql
from payments.errors import Declined, HoldError, ProcessorError, Refused, Unavailable
from payments.hold import (
    OPEN,
    STATE_OF,
    Authorise,
    Capture,
    Hold,
    HoldState,
    Outcome,
    Refund,
    Step,
    Void,
    begin_capture,
    begin_refund,
    begin_void,
    end_capture,
    end_refund,
    end_void,
)
from payments.ledger import Account, Entry, Ledger, Leg, Resolution
from payments.ledger.model import from_us
from payments.ports import Authorisation, AuthorisationState, Event, Processor
from storage.database import Database

KEYS_KEPT = timedelta(hours=20)
"""Processors forget idempotency keys after a day.

Older questions are answered by looking, not by repeating.
"""


class Payments:
    """The payment service over one database and one processor. Thread-safe: it keeps no state of its own."""

    def __init__(self, database: Database, processor: Processor) -> None:
        self.database = database
        self.processor = processor
        self.ledger = Ledger()

    def do(self, step: Step, *, now: datetime) -> Hold:
        """The whole step. Raises HoldError.

        Unavailable (try again); a declined card is a Hold that says so.
        """
        hold, asked_at = self.database.run(lambda connection: self._begin(connection, step, now))
        if asked_at is None:
            return hold
        outcome = self._send(step, hold, now, forgotten=now - asked_at >= KEYS_KEPT)
        hold = self.database.run(lambda connection: self.finish(connection, step, outcome, now=now))
        if not outcome.done and not isinstance(step, Authorise):
            raise HoldError(f"{step.key!r} was refused ({outcome.code}): {outcome.message}")
        return hold

    def open_before(self, instant: datetime) -> list[Hold]:
        """Payments asked for before an instant and still open, for whoever owns them to capture or void."""
        with self.database.read() as connection:
            return sql.open_holds(connection, instant)

    def begin(self, connection: Connection, step: Step, *, now: datetime) -> Hold | None:
        """Write down what will be asked; returns the hold when the step already ended (nothing to send)."""
        hold, asked_at = self._begin(connection, step, now)
        return hold if asked_at is None else None

    def _begin(self, connection: Connection, step: Step, now: datetime) -> tuple[Hold, datetime | None]:
        """The hold, and when the step was first asked (None: it already ended)."""
        hold_id = step.key if isinstance(step, Authorise) else step.hold_id
        hold = sql.find_hold(connection, hold_id, lock=True)
        known = sql.find_step(connection, step)
        if known is not None:
            if known.state == "refused" and not isinstance(step, Authorise):
                raise HoldError(f"{step.key!r} was refused ({known.code}): {known.message}")
            if hold is None:
                raise HoldError(
                    f"step {step.key!r} exists without its payment; the tables were changed by hand"
                )
            return hold, from_us(known.at_us) if known.state == "asked" else None
        if isinstance(step, Authorise):
            changed = self._open_hold(connection, step, hold, now)
        else:
            if hold is None:
                raise HoldError(f"{step.key!r}: no payment has the id {hold_id!r}")
            changed = self._reserve(connection, hold, step, now)
            sql.update_hold(connection, changed)
        sql.insert_step(connection, hold_id, step, now)
        return changed, now

    def send(self, step: Step, *, now: datetime) -> Outcome:
        """Ask the processor. Raises Unavailable when the outcome is unknown."""
        with self.database.read() as connection:
            hold = sql.get_hold(connection, step.key if isinstance(step, Authorise) else step.hold_id)
            known = sql.find_step(connection, step)
        if known is None:
            raise HoldError(f"step {step.key!r} was never begun")
        return self._send(step, hold, now, forgotten=now - from_us(known.at_us) >= KEYS_KEPT)

    def _send(self, step: Step, hold: Hold, now: datetime, *, forgotten: bool) -> Outcome:
        try:
            return self._ask(step, hold, now, forgotten=forgotten)
        except Unavailable:
            raise
        except ProcessorError as error:
            return Outcome(False, code=error.code, message=str(error))

    def finish(self, connection: Connection, step: Step, outcome: Outcome, *, now: datetime) -> Hold:
        """Book the outcome; doing it twice is doing it once."""
        hold = sql.get_hold(connection, step.key if isinstance(step, Authorise) else step.hold_id, lock=True)
        known = sql.find_step(connection, step)
        if known is None:
            raise HoldError(f"step {step.key!r} was never begun")
        if known.state != "asked":
            return hold
        changed = self._booked(connection, hold, step, outcome, now)
        sql.update_hold(connection, changed)
        sql.end_step(connection, step.key, outcome)
        return changed

    def hold(self, hold_id: str) -> Hold:
        """The payment as last known; raises HoldError when there is none."""
        with self.database.read() as connection:
            return sql.get_hold(connection, hold_id)

    def find_by_authorisation(self, authorisation_id: str) -> Hold | None:
        """The payment that the processor knows by this id."""
        with self.database.read() as connection:
            return sql.hold_by_authorisation(connection, authorisation_id)

    def outcome(self, step: Step) -> Outcome | None:
        """How a step ended; None while that is unknown."""
        with self.database.read() as connection:
            row = sql.find_step(connection, step)
        if row is None or row.state == "asked":
            return None
        return Outcome(row.state == "done", row.external_id, row.code, row.message)

    def refresh(self, hold_id: str, *, now: datetime) -> Hold:
        """Ask the processor how the authorisation stands (challenge answered, hold expired) and book it."""
        hold = self.hold(hold_id)
        if not hold.authorisation_id or hold.state not in OPEN:
            return hold
        seen = self.processor.authorisation(hold.authorisation_id)

        def work(connection: Connection) -> Hold:
            current = sql.get_hold(connection, hold_id, lock=True)
            if (
                current.closing
                or current.state not in OPEN
                or current.reserved_minor != current.captured_minor
            ):
                return current  # a step is under way and will book what it finds
            changed = self._seen(connection, current, seen, now)
            sql.update_hold(connection, changed)
            return changed

        return self.database.run(work)

    def hear(self, body: bytes, signature: str, *, now: datetime) -> Event | None:
        """Take a webhook; None if it was heard before.

        Order and repetition do not matter: it only says where to look. Raises BadSignature; Unavailable if
        the processor cannot be asked (let it deliver again).
        """
        event = self.processor.receive(body, signature, now=now)
        if event.kind == "authorisation":
            with self.database.read() as connection:
                hold = sql.hold_by_authorisation(connection, event.object_id)
            if hold is not None:
                self.refresh(hold.id, now=now)
        fresh = self.database.run(lambda connection: sql.hear_once(connection, event.id, now))
        return event if fresh else None

    def order_of(self, event: Event) -> str:
        """The reference of the order whose money a webhook is about; empty where it is about no payment."""
        if event.kind != "authorisation":
            return ""
        with self.database.read() as connection:
            hold = sql.hold_by_authorisation(connection, event.object_id)
        return "" if hold is None else hold.request.reference

    def resume(self, *, now: datetime, older_than: timedelta = timedelta(seconds=30)) -> list[str]:
        """Finish steps that died half-way; returns the keys of those that still have no answer."""
        with self.database.read() as connection:
            steps = sql.unfinished_steps(connection, now - older_than)
        waiting: list[str] = []
        for step in steps:
            try:
                self.do(step, now=now)
            except Unavailable:
                waiting.append(step.key)
            except HoldError:
                continue  # refused: booked as such
        return waiting

    def _open_hold(self, connection: Connection, step: Authorise, hold: Hold | None, now: datetime) -> Hold:
        if hold is not None:
            raise HoldError(f"payment {step.key!r} exists without its step; the tables were changed by hand")
        made = Hold(step.key, step.request, self.processor.name, HoldState.ASKED, now)
        currency = step.request.currency
        self.ledger.open(
            connection,
            [Account(made.processor_account, currency), Account(made.bundle_account, currency, 0)],
            now=now,
        )
        sql.insert_hold(connection, made)
        return made

    def _reserve(
        self, connection: Connection, hold: Hold, step: Capture | Void | Refund, now: datetime
    ) -> Hold:
        if isinstance(step, Capture):
            return begin_capture(hold, step)
        if isinstance(step, Void):
            return begin_void(hold, step)
        changed = begin_refund(hold, step)
        sources = step.sources or (Leg(hold.bundle_account, step.amount_minor),)
        legs = tuple(Leg(leg.account, -leg.amount_minor, leg.part) for leg in sources)
        legs += (Leg(hold.processor_account, step.amount_minor),)
        entry = Entry(_pending_key(step), "refund", legs, hold.request.reference, pending=True)
        self.ledger.post(connection, [entry], now=now)
        return changed

    def _ask(self, step: Step, hold: Hold, now: datetime, *, forgotten: bool) -> Outcome:
        if isinstance(step, Authorise):
            return self._ask_authorise(step, hold, now)
        if isinstance(step, Capture):
            return self._ask_capture(step, hold, forgotten=forgotten)
        if isinstance(step, Refund):
            receipt = self.processor.find_refund(step.key, hold.authorisation_id) if forgotten else None
            if receipt is None:
                receipt = self.processor.refund(step.key, hold.authorisation_id, step.amount_minor)
            return Outcome(True, receipt.id)
        return self._ask_void(step, hold, now)

    def _ask_authorise(self, step: Authorise, hold: Hold, now: datetime) -> Outcome:
        try:
            if now - hold.asked_at < KEYS_KEPT:
                seen = self.processor.authorise(step.key, step.request)
                if now > hold.asked_at:  # a repeat is answered as the first time, whatever happened since
                    seen = self.processor.authorisation(seen.id)
            else:
                found = self.processor.find_authorisation(step.key, hold.asked_at - timedelta(hours=1))
                if found is None:
                    return Outcome(False, code="never_arrived", message="the processor never got the request")
                seen = found
        except (Declined, Refused) as error:
            declined = replace(hold, state=HoldState.DECLINED, decline_code=error.code)
            return Outcome(False, code=error.code, message=str(error), hold=declined)
        shown = _shown(hold, seen)
        return Outcome(shown.state is not HoldState.DECLINED, seen.id, seen.decline_code, hold=shown)

    def _ask_capture(self, step: Capture, hold: Hold, *, forgotten: bool) -> Outcome:
        try:
            receipt = self.processor.capture(
                step.key, hold.authorisation_id, step.amount_minor, final=step.final
            )
        except Refused:
            # A forgotten key of a capture that did happen is refused as a second one; what was taken tells.
            if not forgotten or (
                self.processor.authorisation(hold.authorisation_id).captured_minor < hold.reserved_minor
            ):
                raise
            return Outcome(True, hold.authorisation_id)
        return Outcome(True, receipt.id)

    def _ask_void(self, step: Void, hold: Hold, now: datetime) -> Outcome:
        found_id = hold.authorisation_id
        if not found_id:
            # The first question may have been lost with its answer: ask again under its key, then
            # give back what it made.
            outcome = self._ask_authorise(Authorise(hold.id, hold.request), hold, now)
            if not outcome.done or outcome.hold is None:
                return Outcome(True)
            found_id = outcome.external_id
        try:
            self.processor.void(step.key, found_id)
        except Refused:
            if self.processor.authorisation(found_id).state not in (
                AuthorisationState.VOIDED, AuthorisationState.DECLINED,
            ):  # fmt: skip
                raise
        return Outcome(True, found_id)

    def _booked(
        self, connection: Connection, hold: Hold, step: Step, outcome: Outcome, now: datetime
    ) -> Hold:
        if isinstance(step, Authorise):
            return self._book_authorised(connection, hold, outcome, now)
        if isinstance(step, Capture):
            if outcome.done:
                legs = (
                    Leg(hold.processor_account, -step.amount_minor),
                    Leg(hold.bundle_account, step.amount_minor),
                )
                self.ledger.resolve(
                    connection,
                    Resolution(
                        step.key, "capture", _hold_key(hold), legs=legs, final=step.final,
                        external_id=outcome.external_id,
                    ),
                    now=now,
                )  # fmt: skip
            return end_capture(hold, step, done=outcome.done)
        if isinstance(step, Void):
            if outcome.done and hold.booked:
                void = Resolution(
                    step.key, "void", _hold_key(hold), void=True, external_id=outcome.external_id
                )
                self.ledger.resolve(connection, void, now=now)
            return end_void(hold, done=outcome.done)
        resolution = Resolution(
            step.key, "refund" if outcome.done else "refund-refused", _pending_key(step),
            void=not outcome.done, external_id=outcome.external_id,
        )  # fmt: skip
        self.ledger.resolve(connection, resolution, now=now)
        return end_refund(hold, step, done=outcome.done)

    def _book_authorised(self, connection: Connection, hold: Hold, outcome: Outcome, now: datetime) -> Hold:
        if hold.state is not HoldState.ASKED:
            return hold  # voided meanwhile
        if outcome.hold is None:
            return replace(hold, state=HoldState.VOIDED, decline_code=outcome.code)
        shown = replace(outcome.hold, closing=hold.closing)
        return self._held(connection, shown, now)

    def _seen(self, connection: Connection, hold: Hold, seen: Authorisation, now: datetime) -> Hold:
        """Converge on what the processor shows; captures are booked by their own steps."""
        shown = _shown(hold, seen)
        if shown.state is HoldState.CAPTURED:
            return hold
        if shown.state in (HoldState.VOIDED, HoldState.DECLINED) and hold.booked:
            gone = Resolution(f"gone:{hold.id}", "void", _hold_key(hold), void=True, external_id=seen.id)
            self.ledger.resolve(connection, gone, now=now)
            return replace(end_void(hold, done=True), decline_code=shown.decline_code)
        return self._held(connection, shown, now)

    def _held(self, connection: Connection, hold: Hold, now: datetime) -> Hold:
        """Reserve a held payment in the ledger, once."""
        if hold.state is not HoldState.HELD or hold.booked:
            return hold
        entry = Entry.move(
            _hold_key(hold), "hold", hold.processor_account, hold.bundle_account, hold.request.amount_minor,
            reference=hold.request.reference, external_id=hold.authorisation_id, pending=True,
        )  # fmt: skip
        self.ledger.post(connection, [entry], now=now)
        return replace(hold, booked=True)


def holds_of(database: Database, reference: str) -> Sequence[Hold]:
    """Every payment of one order."""
    with database.read() as connection:
        return sql.holds_of(connection, reference)


def _shown(hold: Hold, seen: Authorisation) -> Hold:
    return replace(
        hold,
        state=STATE_OF[seen.state],
        authorisation_id=seen.id,
        captures_many=seen.captures_many,
        challenge_url=seen.challenge_url,
        decline_code=seen.decline_code,
        expires_at=seen.expires_at,
    )


def _hold_key(hold: Hold) -> str:
    return f"hold:{hold.id}"


def _pending_key(step: Refund) -> str:
    return f"asked:{step.key}"
