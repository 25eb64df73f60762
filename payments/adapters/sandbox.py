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

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import msgspec
from sqlalchemy import Connection, insert, select, update

from payments.adapters import sandbox_setups
from payments.adapters import sandbox_tables as s
from payments.adapters.faults import NO_FAULTS, Faults
from payments.adapters.sandbox_books import Answer, Books, Call, alone, made_id
from payments.adapters.sandbox_cards import view
from payments.adapters.signature import sign, verify
from payments.errors import Declined, Refused, TryAgain
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
        self._secret = webhook_secret
        self._books = Books(database, clock, faults)

    @property
    def faults(self) -> Faults:
        """What goes wrong, by seed."""
        return self._books.faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        self._books.faults = faults

    def create_customer(self, key: str, reference: str) -> Customer:
        """See the port."""
        return Customer(self._create_party(key, "customer", "cus", reference), reference)

    def start_setup(self, key: str, customer_id: str) -> Setup:
        """See the port; the page is the server's own (`sandbox_setups.choose` is its button)."""

        def work(connection: Connection) -> Answer:
            return {"id": sandbox_setups.start(connection, made_id("seti", key), customer_id)}

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
        asked = Call(key, "authorise", msgspec.to_builtins(request))
        answer = self._books.once(asked, self._books.authorise)
        if answer["decline_code"]:
            code = str(answer["decline_code"])
            raise Declined(f"the card was declined ({code})", code=code)
        return self._seen(SimpleNamespace(**answer))

    def authorisation(self, authorisation_id: str) -> Authorisation:
        """See the port."""
        with self._database.read() as connection:
            row = self._row(connection, authorisation_id)
        return self._seen(row)

    def find_authorisation(self, key: str, since: datetime) -> Authorisation | None:
        """See the port; the sandbox looks through all it has, whatever `since` says."""
        del since
        with self._database.read() as connection:
            row = connection.execute(select(s.authorisation).where(s.authorisation.c.key == key)).first()
        return None if row is None else self._seen(row)

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
            self._books.tell(
                connection, [("authorisation", authorisation_id, f"answered:{authorisation_id}")]
            )

    def capture(self, key: str, authorisation_id: str, amount_minor: int, *, final: bool = True) -> Receipt:
        """See the port."""
        params = {"id": authorisation_id, "amount": amount_minor, "final": final}
        answer = self._books.once(Call(key, "capture", params), self._books.capture)
        return Receipt(str(answer["id"]), amount_minor)

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
            self._books.tell(connection, [("authorisation", authorisation_id, key)])
            return {"id": authorisation_id}

        self._once(key, "void", {"id": authorisation_id}, work)
        return self.authorisation(authorisation_id)

    def refund(self, key: str, authorisation_id: str, amount_minor: int) -> Receipt:
        """See the port."""

        def work(connection: Connection) -> Answer:
            row = self._row(connection, authorisation_id)
            a = s.authorisation.c
            units = amount_minor if amount_minor > 0 else row.captured_minor + 1  # which never fits
            done = connection.execute(
                update(s.authorisation)
                .where(a.id == authorisation_id, a.refunded_minor + units <= a.captured_minor)
                .values(refunded_minor=a.refunded_minor + amount_minor)
            )
            if done.rowcount != 1:
                raise Refused(
                    f"{amount_minor} cannot be refunded: {row.captured_minor - row.refunded_minor}"
                    f" of the captured {row.captured_minor} is left",
                    code="amount",
                )
            found = made_id("re", key)
            self._books.move(connection, [("refund", found, authorisation_id, -amount_minor, row.reference)])
            self._books.tell(connection, [("refund", found, key)])
            return {"id": found}

        params = {"id": authorisation_id, "amount": amount_minor}
        return Receipt(str(self._once(key, "refund", params, work)["id"]), amount_minor)

    def find_refund(self, key: str, authorisation_id: str) -> Receipt | None:
        """See the port."""
        m = s.movement.c
        with self._database.read() as connection:
            row = connection.execute(
                select(s.movement).where(m.id == made_id("re", key), m.object_id == authorisation_id)
            ).first()
        return None if row is None else Receipt(row.id, -row.amount_minor)

    def transfer(self, key: str, payee_id: str, amount_minor: int, reference: str) -> Receipt:
        """See the port."""

        def work(connection: Connection) -> Answer:
            self._change_balance(connection, payee_id, amount_minor)
            found = made_id("tr", key)
            self._books.move(connection, [("transfer", found, payee_id, -amount_minor, reference)])
            self._books.tell(connection, [("transfer", found, key)])
            return {"id": found}

        params = {"payee": payee_id, "amount": amount_minor, "reference": reference}
        return Receipt(str(self._once(key, "transfer", params, work)["id"]), amount_minor)

    def payout(self, key: str, payee_id: str, amount_minor: int) -> Receipt:
        """See the port."""

        def work(connection: Connection) -> Answer:
            self._change_balance(connection, payee_id, -amount_minor)
            found = made_id("po", key)
            self._books.tell(connection, [("payout", found, key)])
            return {"id": found}

        params = {"payee": payee_id, "amount": amount_minor}
        return Receipt(str(self._once(key, "payout", params, work)["id"]), amount_minor)

    def bank(self, key: str, amount_minor: int) -> Receipt:
        """Pay the platform's own balance to its bank, as a real processor does every few days by itself."""

        def work(connection: Connection) -> Answer:
            found = made_id("po", key)
            self._books.move(connection, [("payout", found, "platform", -amount_minor, "")])
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
            late = 3.5 if self.faults.strikes(self.faults.disorder_webhook, r.id, "disorder") else 0.0
            queue.append((r.seq + late, body))
            if self.faults.strikes(self.faults.duplicate_webhook, r.id, "duplicate"):
                queue.append((r.seq + 5.5, body))
        return [(body, sign(body, self._secret, now)) for _when, body in sorted(queue)]

    def _once(self, key: str, call: str, params: Answer, work: Callable[[Connection], Answer]) -> Answer:
        return self._books.once(Call(key, call, params), alone(work))

    def _create_party(self, key: str, kind: str, prefix: str, reference: str) -> str:
        def work(connection: Connection) -> Answer:
            found = made_id(prefix, key)
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

    def _seen(self, row: Any) -> Authorisation:
        """As it stands now; a decision that was seen stands, even where a clock goes back behind it."""
        seen = self._view(row)
        if row.state == AuthorisationState.PROCESSING.value and seen.state is AuthorisationState.HELD:
            self._books.decided(row.id)
        return seen

    def _view(self, row: Any) -> Authorisation:
        return view(row, self._clock())
