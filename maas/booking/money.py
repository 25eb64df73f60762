"""The money of a bundle, brought to what its parts owe: one capture, refund or void after the other.

`next_step` compares what the parts owe (`charge_minor`), may still owe (`may_minor`) and what was taken, and
names the one step that brings them nearer; nothing is left to do when it says None. So a confirmation, a use,
a missed ride and a cancellation are all the same for the money, and a saga that died at any point carries on
by asking again. `allocate` hands what was taken to its receivers, and takes it back, in the ledger.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection

from maas.booking.model import OPEN_PARTS, Bundle, CaptureRule, Part, PartState, Pay, Split
from payments.allocation import Part as Share
from payments.allocation import Receiver, Subsidy, legs_of
from payments.hold import Authorise, Capture, Hold, HoldState, Outcome, Refund, Step, Void
from payments.ledger import Account, Entry, Ledger, Leg

__all__ = ["Uncollected", "allocate", "booked", "next_step", "step_from", "step_to"]

_KINDS: dict[str, type[Any]] = {
    "authorise": Authorise, "capture": Capture, "refund": Refund, "void": Void,
}  # fmt: skip
# msgspec learns a type when it is first used, which two threads at once must not do (it crashes): learn now.
_LEARNT = [msgspec.json.Decoder(kind) for kind in _KINDS.values()]


class Uncollected(Exception):
    """What is owed cannot be taken: every authorisation is used up or gone."""


def next_step(bundle: Bundle) -> Step | None:
    """What to ask of the processor next; None: the money is where it belongs. Raises Uncollected."""
    if bundle.on_site:
        return None
    due = sum(part.charge_minor for part in bundle.parts)
    may = sum(part.may_minor for part in bundle.parts)
    net = bundle.net_minor
    key = f"{bundle.id}:m{bundle.steps}"
    for pay in bundle.pays:
        if not pay.open:
            continue
        left = pay.amount_minor - pay.captured_minor
        wanted = due + may - net if pay.single and due > net else due - net
        amount = min(left, wanted)
        if amount > 0:
            return Capture(key, pay.id, amount, final=pay.single or amount == left or not may)
        if not may:
            return Void(key, pay.id)
    if net < due:
        raise Uncollected(f"bundle {bundle.id}: {due - net} {bundle.currency} are owed and cannot be taken")
    kept = may if any(pay.single for pay in bundle.pays) else 0
    for pay in reversed(bundle.pays):
        amount = min(pay.captured_minor - pay.refunded_minor, net - due - kept)
        if amount > 0:
            return Refund(key, pay.id, amount)
    return None


def booked(bundle: Bundle, step: Step, hold: Hold, outcome: Outcome) -> None:
    """Keep the bundle's count of a payment in step with what `payments` booked."""
    pay = _pay(bundle, step.key if isinstance(step, Authorise) else step.hold_id)
    pay.captured_minor, pay.refunded_minor = hold.captured_minor, hold.refunded_minor
    pay.single = not hold.captures_many
    pay.open = hold.state is HoldState.HELD or (hold.state is HoldState.ASKED and not outcome.done)


def allocate(connection: Connection, ledger: Ledger, bundles: Sequence[Bundle], *, now: datetime) -> None:
    """Hand each part's money to its receivers, or take it back where it is no longer owed.

    Nothing is handed on before it was taken. Changes the parts' counts; the caller writes them.
    """
    entries: list[Entry] = []
    for bundle in bundles:
        if bundle.on_site or bundle.net_minor < sum(part.charge_minor for part in bundle.parts):
            continue
        for part in bundle.parts:
            entries += _entries(bundle, part)
    if not entries:
        return
    currency = bundles[0].currency
    codes = {leg.account for entry in entries for leg in entry.legs if not leg.account.startswith("bundle:")}
    ledger.open(connection, [Account(code, currency) for code in sorted(codes)], now=now)
    free = [
        Account(f"bundle:{bundle.id}", currency, 0) for bundle in bundles if not bundle.pays
    ]  # a bundle that cost its rider nothing never had an account, but may have been paid for by others
    if free:
        ledger.open(connection, free, now=now)
    ledger.post(connection, entries, now=now)


def _entries(bundle: Bundle, part: Part) -> list[Entry]:
    """What undoes the last allocation of a part, if it no longer fits, and the one that does."""
    wanted, split = part.charge_minor, _split(part)
    if (wanted, split) == (part.allocated_minor, part.allocated_with):
        return []
    made: list[Entry] = []
    for sign, amount, by, kind in (
        (-1, part.allocated_minor, part.allocated_with, "take-back"),
        (1, wanted, split, "allocate"),
    ):
        legs = _legs(bundle, part, amount, by)
        if legs:
            part.allocations += 1
            key = f"{bundle.id}:{part.no}:a{part.allocations}"
            signed = tuple(Leg(leg.account, sign * leg.amount_minor, leg.part) for leg in legs)
            made.append(Entry(key, kind, signed, bundle.id))
    part.allocated_minor, part.allocated_with = wanted, split
    return made


def _legs(bundle: Bundle, part: Part, amount_minor: int, split: Split) -> list[Leg]:
    if not split.receivers or (not amount_minor and not split.subsidies):
        return []
    share = Share(
        f"{bundle.id}:{part.no}", amount_minor, tuple(Receiver(*one) for one in split.receivers),
        tuple(Subsidy(*one) for one in split.subsidies), split.fee_per_mille,
    )  # fmt: skip
    summed: dict[str, int] = {}
    for leg in legs_of(bundle.id, share):
        summed[leg.account] = summed.get(leg.account, 0) + leg.amount_minor
    return [Leg(account, amount, share.name) for account, amount in summed.items() if amount]


def _split(part: Part) -> Split:
    """How what is owed now is shared; nobody subsidises what was given back or missed."""
    if part.state in OPEN_PARTS | {PartState.COMPLETED}:
        rule = CaptureRule.NOW if part.held is None else part.held.capture
        owed = (
            part.state is PartState.COMPLETED
            or (part.state is PartState.USED and rule is not CaptureRule.ON_COMPLETION)
            or (part.state is PartState.CONFIRMED and rule is CaptureRule.NOW)
        )
        return part.split if owed else Split()
    if not part.charge_minor:
        return Split()
    return Split(part.split.receivers, (), part.split.fee_per_mille)


def _pay(bundle: Bundle, pay_id: str) -> Pay:
    return next(pay for pay in bundle.pays if pay.id == pay_id)


def step_to(step: Step) -> dict[str, Any]:
    """A step as a saga keeps it."""
    made: dict[str, Any] = msgspec.to_builtins(step)
    return {"kind": type(step).__name__.lower(), **made}


def step_from(kept: dict[str, Any]) -> Step:
    """As it was."""
    content = {name: value for name, value in kept.items() if name != "kind"}
    step: Step = msgspec.convert(content, type=_KINDS[kept["kind"]])
    return step
