"""A payment processor for development, demonstrations and tests: durable, idempotent, awkward.

It keeps its own books, apart from the ledger's, so that reconciliation has two sides to compare. It never
captures more than was authorised, captures nothing after a void, and refunds nothing that was not captured
(CHECKs in its tables).

Test methods (tokens, as a browser would bring them):

- `pm_sandbox_visa` is authorised at once;
- `pm_sandbox_declined`, `pm_sandbox_insufficient`, `pm_sandbox_expired` are declined with the usual codes;
- `pm_sandbox_3ds` asks for a 3-D Secure challenge, answered with `answer_challenge`;
- `pm_sandbox_slow` is PROCESSING for five seconds of the clock;
- `pm_sandbox_single` allows one capture only, as most real cards do.

`Faults` adds lost requests, lost answers, duplicate and disordered webhooks from a seed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import msgspec
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from payments.adapters import sandbox_setups
from payments.adapters import sandbox_tables as s
from payments.adapters.faults import NO_FAULTS, Faults
from payments.adapters.sandbox_cards import DECLINES, FEE_PER_MILLE, HOLD_DAYS, METHODS, SLOW_S, view
from payments.adapters.signature import sign, verify
from payments.errors import Declined, Refused, TryAgain, Unavailable
from payments.ledger.model import from_us, to_us
from payments.ports import (
    Authorisation,
    AuthorisationState,
    AuthoriseRequest,
    Customer,
    Event,
    Movement,
    Payee,
    Receipt,
    SavedCard,
    Setup,
)
from storage.database import Database

Answer = dict[str, Any]


def _now() -> datetime:
    return datetime.now(UTC)


class SandboxProcessor:
    """The `Processor` port over tables of its own in `database`."""

    name = "sandbox"

    def __init__(
        self,
        database: Database,
        *,
        clock: Callable[[], datetime] = _now,
        faults: Faults = NO_FAULTS,
        webhook_secret: str = "sandbox-webhook-secret",
    ) -> None:
        self._database = database
        self._clock = clock
        self._faults = faults
        self._secret = webhook_secret

    @staticmethod
    def create_tables(database: Database) -> None:
        """Create what is missing."""
        with database.write() as connection:
            for table in s.TABLES:
                table.create(connection, checkfirst=True)

    def create_customer(self, key: str, reference: str) -> Customer:
        """See the port."""
        return Customer(self._create_party(key, "customer", "cus", reference), reference)

    def start_setup(self, key: str, customer_id: str) -> Setup:
        """See the port; the page is the server's own (`sandbox_setups.choose` is its button)."""

        def work(connection: Connection) -> Answer:
            return {"id": sandbox_setups.start(connection, _id("seti", key), customer_id)}

        found = str(self._once(key, "setup", {"customer": customer_id}, work)["id"])
        return Setup(found, False, f"{found}_secret", f"/sandbox/cards/{found}")

    def saved_card(self, setup_id: str) -> SavedCard | None:
        """See the port."""
        with self._database.read() as connection:
            return sandbox_setups.saved(connection, setup_id)

    def forget_card(self, key: str, method: str) -> None:
        """See the port; the sandbox's cards are everybody's, so there is nothing to let go."""

    def create_payee(self, key: str, reference: str) -> Payee:
        """See the port."""
        return Payee(self._create_party(key, "payee", "acct", reference), reference)

    def authorise(self, key: str, request: AuthoriseRequest) -> Authorisation:
        """See the port."""

        def work(connection: Connection) -> Answer:
            if request.method not in METHODS:
                raise Refused(
                    f"the sandbox knows no method {request.method!r}; use one of "
                    + ", ".join(sorted(METHODS)),
                    code="method",
                )
            now = self._clock()
            found, ready_us, state = _id("auth", key), to_us(now), AuthorisationState.HELD
            decline = DECLINES.get(request.method, "")
            if decline:
                state = AuthorisationState.DECLINED
            elif request.method == "pm_sandbox_3ds" or self._faults.strikes(
                self._faults.challenge, key, "3ds"
            ):
                if request.off_session:
                    state, decline = AuthorisationState.DECLINED, "authentication_required"
                else:
                    state = AuthorisationState.CHALLENGE
            elif request.method == "pm_sandbox_slow" or self._faults.strikes(
                self._faults.slow_decision, key, "slow"
            ):
                state, ready_us = AuthorisationState.PROCESSING, to_us(now + timedelta(seconds=SLOW_S))
            row = {
                    "id": found, "key": key, "customer_id": request.customer_id, "method": request.method,
                    "amount_minor": request.amount_minor, "captured_minor": 0, "refunded_minor": 0,
                    "currency": request.currency, "reference": request.reference,
                    "destination": request.destination, "state": state.value, "decline_code": decline,
                    "ready_at_us": ready_us, "expires_at_us": to_us(now + timedelta(days=HOLD_DAYS)),
            }  # fmt: skip
            connection.execute(s.INSERT_AUTHORISATION, row)
            self._tell(connection, "authorisation", found, key)
            return row

        answer = self._once(key, "authorise", msgspec.to_builtins(request), work)
        if answer["decline_code"]:
            code = str(answer["decline_code"])
            raise Declined(f"the card was declined ({code})", code=code)
        return self._view(SimpleNamespace(**answer))

    def authorisation(self, authorisation_id: str) -> Authorisation:
        """See the port."""
        with self._database.read() as connection:
            return self._view(self._row(connection, authorisation_id))

    def find_authorisation(self, key: str, since: datetime) -> Authorisation | None:
        """See the port; the sandbox looks through all it has, whatever `since` says."""
        del since
        with self._database.read() as connection:
            row = connection.execute(select(s.authorisation).where(s.authorisation.c.key == key)).first()
        return None if row is None else self._view(row)

    def answer_challenge(self, authorisation_id: str, *, passed: bool) -> None:
        """What the rider does on the bank's 3-D Secure page."""
        with self._database.write() as connection:
            a = s.authorisation.c
            done = connection.execute(
                update(s.authorisation)
                .where(a.id == authorisation_id, a.state == AuthorisationState.CHALLENGE.value)
                .values(
                    state=(AuthorisationState.HELD if passed else AuthorisationState.DECLINED).value,
                    decline_code="" if passed else "authentication_failed",
                )
            )
            if done.rowcount != 1:
                raise Refused(f"{authorisation_id!r} has no challenge open", code="state")
            self._tell(connection, "authorisation", authorisation_id, f"answered:{authorisation_id}")

    def capture(self, key: str, authorisation_id: str, amount_minor: int, *, final: bool = True) -> Receipt:
        """See the port."""

        def work(connection: Connection) -> Answer:
            seen = self._view(self._row(connection, authorisation_id))
            left = seen.amount_minor - seen.captured_minor
            if seen.state is not AuthorisationState.HELD:
                raise Refused(f"{authorisation_id!r} is {seen.state.value}, only a held one can be captured",
                              code="state")  # fmt: skip
            if not 0 < amount_minor <= left:
                raise Refused(f"{amount_minor} cannot be captured: {left} of {seen.amount_minor} is left",
                              code="amount")  # fmt: skip
            closes = final or not seen.captures_many
            a = s.authorisation.c
            done = connection.execute(
                update(s.authorisation)
                .where(a.id == authorisation_id, a.captured_minor == seen.captured_minor,
                       a.state.in_((AuthorisationState.HELD.value, AuthorisationState.PROCESSING.value)))
                .values(
                    captured_minor=a.captured_minor + amount_minor,
                    state=(AuthorisationState.CAPTURED if closes else AuthorisationState.HELD).value,
                )
            )  # fmt: skip
            if done.rowcount != 1:
                raise TryAgain(f"another capture of {authorisation_id!r} came between; repeat")
            found = self._move(
                connection, "capture", "ch", key, authorisation_id, amount_minor, seen.reference
            )
            self._tell(connection, "authorisation", authorisation_id, key)
            return {"id": found}

        params = {"id": authorisation_id, "amount": amount_minor, "final": final}
        return Receipt(str(self._once(key, "capture", params, work)["id"]), amount_minor)

    def void(self, key: str, authorisation_id: str) -> Authorisation:
        """See the port."""

        def work(connection: Connection) -> Answer:
            seen = self._view(self._row(connection, authorisation_id))
            if seen.state in (AuthorisationState.CAPTURED, AuthorisationState.VOIDED):
                raise Refused(f"{authorisation_id!r} is already {seen.state.value}", code="state")
            a = s.authorisation.c
            done = connection.execute(
                update(s.authorisation)
                .where(a.id == authorisation_id, a.captured_minor == seen.captured_minor)
                .values(state=AuthorisationState.VOIDED.value)
            )
            if done.rowcount != 1:
                raise TryAgain(f"a capture of {authorisation_id!r} came between; repeat")
            self._tell(connection, "authorisation", authorisation_id, key)
            return {"id": authorisation_id}

        self._once(key, "void", {"id": authorisation_id}, work)
        return self.authorisation(authorisation_id)

    def refund(self, key: str, authorisation_id: str, amount_minor: int) -> Receipt:
        """See the port."""

        def work(connection: Connection) -> Answer:
            row = self._row(connection, authorisation_id)
            a = s.authorisation.c
            done = connection.execute(
                update(s.authorisation)
                .where(a.id == authorisation_id, a.refunded_minor + amount_minor <= a.captured_minor)
                .values(refunded_minor=a.refunded_minor + amount_minor)
            )
            if amount_minor <= 0 or done.rowcount != 1:
                raise Refused(
                    f"{amount_minor} cannot be refunded: {row.captured_minor - row.refunded_minor}"
                    f" of the captured {row.captured_minor} is left",
                    code="amount",
                )
            found = self._move(
                connection, "refund", "re", key, authorisation_id, -amount_minor, row.reference
            )
            self._tell(connection, "refund", found, key)
            return {"id": found}

        params = {"id": authorisation_id, "amount": amount_minor}
        return Receipt(str(self._once(key, "refund", params, work)["id"]), amount_minor)

    def find_refund(self, key: str, authorisation_id: str) -> Receipt | None:
        """See the port."""
        m = s.movement.c
        with self._database.read() as connection:
            row = connection.execute(
                select(s.movement).where(m.id == _id("re", key), m.object_id == authorisation_id)
            ).first()
        return None if row is None else Receipt(row.id, -row.amount_minor)

    def transfer(self, key: str, payee_id: str, amount_minor: int, reference: str) -> Receipt:
        """See the port."""

        def work(connection: Connection) -> Answer:
            self._change_balance(connection, payee_id, amount_minor)
            found = self._move(connection, "transfer", "tr", key, payee_id, -amount_minor, reference)
            self._tell(connection, "transfer", found, key)
            return {"id": found}

        params = {"payee": payee_id, "amount": amount_minor, "reference": reference}
        return Receipt(str(self._once(key, "transfer", params, work)["id"]), amount_minor)

    def payout(self, key: str, payee_id: str, amount_minor: int) -> Receipt:
        """See the port."""

        def work(connection: Connection) -> Answer:
            self._change_balance(connection, payee_id, -amount_minor)
            found = _id("po", key)
            self._tell(connection, "payout", found, key)
            return {"id": found}

        params = {"payee": payee_id, "amount": amount_minor}
        return Receipt(str(self._once(key, "payout", params, work)["id"]), amount_minor)

    def bank(self, key: str, amount_minor: int) -> Receipt:
        """Pay the platform's own balance to its bank, as a real processor does every few days by itself."""

        def work(connection: Connection) -> Answer:
            found = self._move(connection, "payout", "po", key, "platform", -amount_minor, "")
            return {"id": found}

        return Receipt(str(self._once(key, "bank", {"amount": amount_minor}, work)["id"]), amount_minor)

    def receive(self, body: bytes, signature: str, *, now: datetime) -> Event:
        """See the port."""
        verify(body, signature, self._secret, now=now)
        found = json.loads(body)
        return Event(found["id"], found["kind"], found["object_id"], from_us(found["at_us"]))

    def movements(self, since: datetime, until: datetime) -> Sequence[Movement]:
        """See the port."""
        m = s.movement.c
        with self._database.read() as connection:
            rows = connection.execute(
                select(s.movement)
                .where(m.at_us >= to_us(since), m.at_us < to_us(until))
                .order_by(m.at_us, m.id)
            ).all()
        return [
            Movement(r.id, r.kind, r.amount_minor, r.fee_minor, r.currency, from_us(r.at_us), r.reference)
            for r in rows
        ]

    def deliveries(self, *, after_seq: int = 0) -> list[tuple[bytes, str]]:
        """Signed webhooks (body, signature header), some twice and some late if the faults say so."""
        e, now = s.event.c, self._clock()
        with self._database.read() as connection:
            rows = connection.execute(select(s.event).where(e.seq > after_seq).order_by(e.seq)).all()
        queue: list[tuple[float, bytes]] = []
        for r in rows:
            body = json.dumps(
                {"id": r.id, "kind": r.kind, "object_id": r.object_id, "at_us": r.at_us}
            ).encode()
            late = 3.5 if self._faults.strikes(self._faults.disorder_webhook, r.id, "disorder") else 0.0
            queue.append((r.seq + late, body))
            if self._faults.strikes(self._faults.duplicate_webhook, r.id, "duplicate"):
                queue.append((r.seq + 5.5, body))
        return [(body, sign(body, self._secret, now)) for _when, body in sorted(queue)]

    def _once(self, key: str, call: str, params: Answer, work: Callable[[Connection], Answer]) -> Answer:
        """Do `work` once per key and answer every repeat alike; inject faults around it."""
        digest = hashlib.sha256(json.dumps([call, params], sort_keys=True).encode()).hexdigest()
        attempt = self._count(key) if self._faults != NO_FAULTS else 0
        if self._faults.strikes(self._faults.lost_request, key, attempt, "request"):
            raise Unavailable(f"{call} {key!r}: the request was lost", code="timeout")

        def transaction(connection: Connection) -> Answer:
            known = connection.execute(s.FIND_ANSWER, {"answer_key": key}).first()
            if known is not None:
                if known.digest != digest:
                    raise Refused(f"key {key!r} was used before for another request", code="key_reused")
                return dict(json.loads(known.body))
            try:
                found = work(connection)
                body = json.dumps(found)
                connection.execute(s.INSERT_ANSWER, {"key": key, "digest": digest, "body": body})
            except IntegrityError as error:
                raise TryAgain(f"{call} {key!r}: the same call is under way; repeat") from error
            return found

        result = self._database.run(transaction)
        if self._faults.strikes(self._faults.lost_answer, key, attempt, "answer"):
            raise Unavailable(f"{call} {key!r}: no answer came in time", code="timeout")
        return result

    def _count(self, key: str) -> int:
        def work(connection: Connection) -> int:
            row = connection.execute(select(s.attempt.c.count).where(s.attempt.c.key == key)).first()
            if row is None:
                connection.execute(insert(s.attempt).values(key=key, count=1))
                return 1
            connection.execute(update(s.attempt).where(s.attempt.c.key == key).values(count=row[0] + 1))
            return int(row[0]) + 1

        try:
            return self._database.run(work)
        except IntegrityError:
            return 1  # two first attempts at once: either count will do

    def _create_party(self, key: str, kind: str, prefix: str, reference: str) -> str:
        def work(connection: Connection) -> Answer:
            found = _id(prefix, key)
            connection.execute(
                insert(s.party).values(id=found, kind=kind, reference=reference, balance_minor=0)
            )
            return {"id": found}

        return str(self._once(key, kind, {"reference": reference}, work)["id"])

    def _change_balance(self, connection: Connection, payee_id: str, by_minor: int) -> None:
        p = s.party.c
        done = connection.execute(
            update(s.party)
            .where(p.id == payee_id, p.kind == "payee", p.balance_minor + by_minor >= 0)
            .values(balance_minor=p.balance_minor + by_minor)
        )
        if by_minor == 0 or done.rowcount != 1:
            raise Refused(f"payee {payee_id!r} is unknown or their balance cannot change by {by_minor:+d}",
                          code="amount")  # fmt: skip

    def _row(self, connection: Connection, authorisation_id: str) -> Any:
        row = connection.execute(s.FIND_AUTHORISATION, {"authorisation_id": authorisation_id}).first()
        if row is None:
            raise Refused(f"no authorisation has the id {authorisation_id!r}", code="unknown")
        return row

    def _view(self, row: Any) -> Authorisation:
        return view(row, self._clock())

    def _move(
        self,
        connection: Connection,
        kind: str,
        prefix: str,
        key: str,
        object_id: str,
        amount_minor: int,
        ref: str,
    ) -> str:
        found = _id(prefix, key)
        fee = amount_minor * FEE_PER_MILLE // 1000 if kind == "capture" else 0
        connection.execute(
            s.INSERT_MOVEMENT,
            {
                "id": found, "kind": kind, "object_id": object_id, "amount_minor": amount_minor,
                "fee_minor": fee, "currency": "JPY", "reference": ref, "at_us": to_us(self._clock()),
            },
        )  # fmt: skip
        return found

    def _tell(self, connection: Connection, kind: str, object_id: str, key: str) -> None:
        connection.execute(
            s.INSERT_EVENT,
            {"id": _id("evt", key), "kind": kind, "object_id": object_id, "at_us": to_us(self._clock())},
        )


def _id(prefix: str, key: str) -> str:
    return f"{prefix}_sb_{hashlib.sha256(key.encode()).hexdigest()[:24]}"
