"""The sandbox's own books: every call is answered once for its key; calls that come together share a commit.

Authorisations and captures, of which there are many, are written as sets of rows; other calls one by one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, TypeAlias

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from payments.adapters import sandbox_tables as s
from payments.adapters.faults import NO_FAULTS, Faults
from payments.adapters.sandbox_cards import DECLINES, FEE_PER_MILLE, HOLD_DAYS, METHODS, SLOW_S, view
from payments.errors import ProcessorError, Refused, TryAgain, Unavailable
from payments.ledger.model import to_us
from payments.ports import AuthorisationState
from storage.database import Database
from storage.group import Groups
from storage.rows import insert_rows, update_rows

__all__ = ["Answer", "Books", "Call", "alone", "made_id"]

Answer: TypeAlias = dict[str, Any]
Work: TypeAlias = "Callable[[Connection, Sequence[Call]], Sequence[Answer | ProcessorError]]"


@dataclass(frozen=True, slots=True)
class Call:
    """What is asked of the processor under an idempotency key."""

    key: str
    kind: str
    params: Answer

    def digest(self) -> str:
        """Tells a repeat from another request under the same key."""
        return hashlib.sha256(json.dumps([self.kind, self.params], sort_keys=True).encode()).hexdigest()


class Books:
    """Answers kept by key, authorisations, movements and events, over one database. Thread-safe."""

    def __init__(self, database: Database, clock: Callable[[], datetime], faults: Faults) -> None:
        self.clock = clock
        self.faults = faults
        self._database = database
        self._groups = Groups(database)

    def once(self, call: Call, work: Work) -> Answer:
        """Do `work` once per key and answer every repeat alike; faults are injected around it."""
        attempt = self._count(call.key) if self.faults != NO_FAULTS else 0
        if self.faults.strikes(self.faults.lost_request, call.key, attempt, "request"):
            raise Unavailable(f"{call.kind} {call.key!r}: the request was lost", code="timeout")
        answer: Answer = self._groups.run(self._answers, (call, work))
        if self.faults.strikes(self.faults.lost_answer, call.key, attempt, "answer"):
            raise Unavailable(f"{call.kind} {call.key!r}: no answer came in time", code="timeout")
        return answer

    def authorise(self, connection: Connection, calls: Sequence[Call]) -> list[Answer | ProcessorError]:
        """Reserve money on cards; what each answers is its row."""
        now = self.clock()
        answers = [self._authorised(call, now) for call in calls]
        rows = [answer for answer in answers if isinstance(answer, dict)]
        insert_rows(connection, s.authorisation, rows)
        self.tell(connection, [("authorisation", row["id"], row["key"]) for row in rows])
        return answers

    def capture(self, connection: Connection, calls: Sequence[Call]) -> list[Answer | ProcessorError]:
        """Take what was reserved."""
        now = self.clock()
        ids = {"ids": [call.params["id"] for call in calls]}
        rows = {row.id: SimpleNamespace(**row._mapping) for row in connection.execute(s.LOCKED, ids)}
        answers: list[Answer | ProcessorError] = []
        for call in calls:
            refusal = _captured(rows.get(call.params["id"]), call.params, now)
            answers.append(refusal or {"id": made_id("ch", call.key)})
        good = [call for call, answer in zip(calls, answers, strict=True) if isinstance(answer, dict)]
        touched = [rows[one] for one in dict.fromkeys(call.params["id"] for call in good)]
        changed = [{"id": r.id, "captured_minor": r.captured_minor, "state": r.state} for r in touched]
        update_rows(connection, s.authorisation, ["id"], changed)
        self.move(
            connection,
            [
                ("capture", made_id("ch", c.key), c.params["id"], c.params["amount"],
                 rows[c.params["id"]].reference)
                for c in good
            ],
        )  # fmt: skip
        self.tell(connection, [("authorisation", c.params["id"], c.key) for c in good])
        return answers

    def decided(self, authorisation_id: str) -> None:
        """A slow decision was made and somebody has seen it."""
        a = s.authorisation.c
        found = (a.id == authorisation_id, a.state == AuthorisationState.PROCESSING.value)
        made = update(s.authorisation).where(*found).values(state=AuthorisationState.HELD.value)
        self._database.run(lambda connection: connection.execute(made))

    def move(self, connection: Connection, moved: Sequence[tuple[str, str, str, int, str]]) -> None:
        """Write movements of money: (kind, id, object, amount, reference)."""
        at_us = to_us(self.clock())
        rows = [
            {
                "id": found, "kind": kind, "object_id": of, "amount_minor": amount_minor,
                "fee_minor": amount_minor * FEE_PER_MILLE // 1000 if kind == "capture" else 0,
                "currency": "JPY", "reference": reference, "at_us": at_us,
            }
            for kind, found, of, amount_minor, reference in moved
        ]  # fmt: skip
        insert_rows(connection, s.movement, rows)

    def tell(self, connection: Connection, told: Sequence[tuple[str, str, str]]) -> None:
        """Write events for webhooks: (kind, object, what it came from)."""
        at_us = to_us(self.clock())
        rows = [
            {"id": made_id("evt", cause), "kind": kind, "object_id": of, "at_us": at_us}
            for kind, of, cause in told
        ]
        insert_rows(connection, s.event, rows)

    def _answers(
        self, connection: Connection, asked: Sequence[tuple[Call, Work]]
    ) -> list[Answer | ProcessorError]:
        found = connection.execute(s.FIND_ANSWERS, {"keys": [call.key for call, _ in asked]})
        known: dict[str, tuple[str, Answer | ProcessorError]] = {
            row.key: (row.digest, json.loads(row.body)) for row in found
        }
        fresh = {call.key: (call, work) for call, work in reversed(asked) if call.key not in known}
        works: dict[Work, list[Call]] = {}
        for call, work in fresh.values():
            works.setdefault(work, []).append(call)
        rows: list[dict[str, str]] = []
        try:
            for work, calls in works.items():
                for call, answer in zip(calls, work(connection, calls), strict=True):
                    known[call.key] = (call.digest(), answer)
                    if isinstance(answer, dict):
                        rows.append({"key": call.key, "digest": call.digest(), "body": json.dumps(answer)})
            insert_rows(connection, s.answer, rows)
        except IntegrityError as error:
            raise TryAgain("the same call to the sandbox is under way; repeat") from error
        return [_again(call, *known[call.key]) for call, _ in asked]

    def _authorised(self, call: Call, now: datetime) -> Answer | ProcessorError:
        asked = call.params
        method = asked["method"]
        if method not in METHODS:
            known = ", ".join(sorted(METHODS))
            return Refused(f"the sandbox knows no method {method!r}; use one of {known}", code="method")
        ready, state, decline = now, AuthorisationState.HELD, DECLINES.get(method, "")
        faults, key = self.faults, call.key
        if decline:
            state = AuthorisationState.DECLINED
        elif method == "pm_sandbox_3ds" or faults.strikes(faults.challenge, key, "3ds"):
            state = AuthorisationState.CHALLENGE
            if asked["off_session"]:
                state, decline = AuthorisationState.DECLINED, "authentication_required"
        elif method == "pm_sandbox_slow" or faults.strikes(faults.slow_decision, key, "slow"):
            state, ready = AuthorisationState.PROCESSING, now + timedelta(seconds=SLOW_S)
        return {
            "id": made_id("auth", key), "key": key, "customer_id": asked["customer_id"], "method": method,
            "amount_minor": asked["amount_minor"], "captured_minor": 0, "refunded_minor": 0,
            "currency": asked["currency"], "reference": asked["reference"],
            "destination": asked["destination"], "state": state.value, "decline_code": decline,
            "ready_at_us": to_us(ready), "expires_at_us": to_us(now + timedelta(days=HOLD_DAYS)),
        }  # fmt: skip

    def _count(self, key: str) -> int:
        a = s.attempt.c

        def work(connection: Connection) -> int:
            row = connection.execute(select(a.count).where(a.key == key)).first()
            if row is None:
                connection.execute(insert(s.attempt).values(key=key, count=1))
                return 1
            connection.execute(update(s.attempt).where(a.key == key).values(count=row[0] + 1))
            return int(row[0]) + 1

        try:
            return self._database.run(work)
        except IntegrityError:
            return 1  # two first attempts at once: either count will do


def alone(work: Callable[[Connection], Answer]) -> Work:
    """One call's work, which no other shares. It must raise before it writes."""

    def act(connection: Connection, _calls: Sequence[Call]) -> Sequence[Answer | ProcessorError]:
        try:
            return [work(connection)]
        except ProcessorError as error:
            return [error]

    return act


def made_id(prefix: str, key: str) -> str:
    """The id of what is made under a key; the same for every repeat."""
    return f"{prefix}_sb_{hashlib.sha256(key.encode()).hexdigest()[:24]}"


def _again(call: Call, digest: str, answer: Answer | ProcessorError) -> Answer | ProcessorError:
    if digest != call.digest():
        return Refused(f"key {call.key!r} was used before for another request", code="key_reused")
    return answer


def _captured(row: Any | None, params: Answer, now: datetime) -> Refused | None:
    """Take the amount from a locked row in memory, or say why not."""
    if row is None:
        return Refused(f"no authorisation has the id {params['id']!r}", code="unknown")
    seen = view(row, now)
    left = seen.amount_minor - seen.captured_minor
    if seen.state is not AuthorisationState.HELD:
        return Refused(f"{row.id!r} is {seen.state.value}, only a held one can be captured", code="state")
    if not 0 < params["amount"] <= left:
        return Refused(
            f"{params['amount']} cannot be captured: {left} of {seen.amount_minor} is left", code="amount"
        )
    closes = params["final"] or not seen.captures_many
    row.captured_minor += params["amount"]
    row.state = (AuthorisationState.CAPTURED if closes else AuthorisationState.HELD).value
    return None
