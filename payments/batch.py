"""Steps of many payments in one transaction: `begin` and `finish` of `payments.service` over lists.

A saga engine that commits many orders together writes down, and books, all their authorisations and captures
with a dozen statements instead of a dozen each. The rules are the service's; what is not an authorisation or
a capture, or was begun before, goes through it one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from payments.adapters import sql
from payments.errors import HoldError
from payments.hold import (
    Authorise,
    Capture,
    Hold,
    HoldState,
    Outcome,
    Step,
    begin_capture,
    end_capture,
)
from payments.ledger import Account, Entry, Leg, Resolution
from payments.service import KEYS_KEPT, Payments

__all__ = ["Begun", "ask", "begin_all", "finish_all"]


@dataclass(frozen=True, slots=True)
class Begun:
    """A step that was written down, and its payment then; `asked_at` None: it had ended before."""

    hold: Hold
    asked_at: datetime | None
    fresh: bool = False  # begun just now: the question was never sent


def begin_all(
    payments: Payments, connection: Connection, steps: Sequence[Step], *, now: datetime
) -> list[Begun | HoldError]:
    """Write down what will be asked; for each step what was begun, or why it cannot be."""
    if not steps:
        return []
    holds = sql.find_holds(connection, [_hold_id(step) for step in steps])
    known = sql.find_steps(connection, steps)
    answers: list[Begun | HoldError] = []
    made: list[Hold] = []
    changed: list[Hold] = []
    asked: list[tuple[str, Step]] = []
    for step in steps:
        hold = holds.get(_hold_id(step))
        try:
            if step.key in known or not isinstance(step, Authorise | Capture):
                answers.append(Begun(*payments._begin(connection, step, now)))
                continue
            if isinstance(step, Authorise):
                if hold is not None:
                    raise HoldError(f"payment {step.key!r} exists without its step")
                hold = Hold(step.key, step.request, payments.processor.name, HoldState.ASKED, now)
                made.append(hold)
            elif hold is None:
                raise HoldError(f"{step.key!r}: no payment has the id {step.hold_id!r}")
            else:
                hold = begin_capture(hold, step)
                changed.append(hold)
        except HoldError as error:
            answers.append(error)
            continue
        asked.append((hold.id, step))
        answers.append(Begun(hold, now, fresh=True))
    accounts = {a.code: a for h in made for a in _accounts(h)}
    if accounts:
        payments.ledger.open(connection, list(accounts.values()), now=now)
    sql.insert_holds(connection, made)
    sql.update_holds(connection, changed)
    sql.insert_steps(connection, asked, now)
    return answers


def ask(payments: Payments, step: Step, begun: Begun, *, now: datetime) -> Outcome:
    """Ask the processor, without reading again what was just begun. Raises Unavailable."""
    if begun.asked_at is None:
        return Outcome(True, hold=begun.hold)
    if begun.fresh:
        now = begun.asked_at  # a first answer is the newest; only a repeat's has to be looked up again
    return payments._send(step, begun.hold, now, forgotten=now - begun.asked_at >= KEYS_KEPT)


def finish_all(
    payments: Payments, connection: Connection, ended: Sequence[tuple[Step, Outcome]], *, now: datetime
) -> list[Hold]:
    """Book the outcomes; doing it twice is doing it once. Each payment may be there once."""
    if not ended:
        return []
    holds = sql.find_holds(connection, [_hold_id(step) for step, _ in ended])
    known = sql.find_steps(connection, [step for step, _ in ended])
    answers: list[Hold] = []
    changed: list[Hold] = []
    over: list[tuple[str, Outcome]] = []
    entries: list[Entry] = []
    resolutions: list[Resolution] = []
    for step, outcome in ended:
        hold = holds.get(_hold_id(step))
        plain = isinstance(step, Authorise) or (isinstance(step, Capture) and outcome.done)
        row = known.get(step.key)
        if hold is None or row is None or row.state != "asked" or not plain:
            answers.append(payments.finish(connection, step, outcome, now=now))
            continue
        if isinstance(step, Capture):
            resolutions.append(_captured(hold, step, outcome))
            after = end_capture(hold, step, done=True)
        else:
            after = _authorised(hold, outcome)
            if after.state is HoldState.HELD and not after.booked:
                entries.append(_kept(after))
                after = replace(after, booked=True)
        answers.append(after)
        changed.append(after)
        over.append((step.key, outcome))
    payments.ledger.post(connection, entries, now=now)
    payments.ledger.resolve_all(connection, resolutions, now=now)
    sql.update_holds(connection, changed)
    sql.end_steps(connection, over)
    return answers


def _hold_id(step: Step) -> str:
    return step.key if isinstance(step, Authorise) else step.hold_id


def _accounts(hold: Hold) -> list[Account]:
    currency = hold.request.currency
    return [Account(hold.processor_account, currency), Account(hold.bundle_account, currency, 0)]


def _authorised(hold: Hold, outcome: Outcome) -> Hold:
    if hold.state is not HoldState.ASKED:
        return hold  # voided meanwhile
    if outcome.hold is None:
        return replace(hold, state=HoldState.VOIDED, decline_code=outcome.code)
    return replace(outcome.hold, closing=hold.closing)


def _kept(hold: Hold) -> Entry:
    return Entry.move(
        f"hold:{hold.id}", "hold", hold.processor_account, hold.bundle_account, hold.request.amount_minor,
        reference=hold.request.reference, external_id=hold.authorisation_id, pending=True,
    )  # fmt: skip


def _captured(hold: Hold, step: Capture, outcome: Outcome) -> Resolution:
    legs = (Leg(hold.processor_account, -step.amount_minor), Leg(hold.bundle_account, step.amount_minor))
    return Resolution(
        step.key, "capture", f"hold:{hold.id}", legs=legs, final=step.final, external_id=outcome.external_id
    )
