"""Any sequence of transfers leaves every rule standing, and a plain model agrees with every balance."""

from __future__ import annotations

import secrets
import tempfile
from datetime import UTC, datetime

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from payments.errors import LedgerError, NotPending, Overdrawn
from payments.ledger import Account, Entry, Ledger, Leg, Resolution
from payments.ledger import audit as book
from payments.schema import create_schema
from storage.database import Database

NOW = datetime(2026, 11, 1, tzinfo=UTC)
LEDGER = Ledger()
ACCOUNTS = ("world", "rider", "bus", "shop")  # the rider and the shop may not go below zero
FLOORED = {"rider": 0, "shop": 0}


class Books(RuleBasedStateMachine):
    """The ledger against two dictionaries."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.database = Database.open(self.url())
        create_schema(self.database)
        with self.database.write() as connection:
            LEDGER.open(connection, [Account(a, floor_minor=FLOORED.get(a)) for a in ACCOUNTS], now=NOW)
        self.posted = dict.fromkeys(ACCOUNTS, 0)
        self.pending: dict[str, dict[str, int]] = {}
        self.keys = 0

    def url(self) -> str:
        return f"sqlite:///{self.folder.name}/books.sqlite"

    def teardown(self) -> None:
        self.database.close()
        self.folder.cleanup()

    def key(self) -> str:
        self.keys += 1
        return f"k{self.keys}"

    def available(self, account: str) -> int:
        reserved = sum(min(0, legs.get(account, 0)) for legs in self.pending.values())
        return self.posted[account] + reserved

    def fits(self, legs: dict[str, int], pending: bool) -> bool:
        return all(
            self.available(a) + (min(0, amount) if pending else amount) >= 0
            for a, amount in legs.items()
            if a in FLOORED
        )

    @rule(
        amounts=st.lists(st.integers(-500, 500).filter(bool), min_size=1, max_size=3),
        order=st.permutations(ACCOUNTS), pending=st.booleans(),
    )  # fmt: skip
    def post(self, amounts: list[int], order: list[str], pending: bool) -> None:
        legs = dict(zip(order, [*amounts, -sum(amounts)], strict=False))
        legs = {a: amount for a, amount in legs.items() if amount}
        if len(legs) < 2:
            return
        key = self.key()
        entry = Entry(key, "x", tuple(Leg(a, amount) for a, amount in legs.items()), pending=pending)
        try:
            self.database.run(lambda c: LEDGER.post(c, [entry, entry], now=NOW))
        except Overdrawn:
            assert not self.fits(legs, pending)
            return
        assert self.fits(legs, pending)
        if pending:
            self.pending[key] = legs
        else:
            for account, amount in legs.items():
                self.posted[account] += amount

    @precondition(lambda self: self.pending)
    @rule(data=st.data(), void=st.booleans(), final=st.booleans(), per_cent=st.integers(1, 120))
    def resolve(self, data: st.DataObject, void: bool, final: bool, per_cent: int) -> None:
        pending_key = data.draw(st.sampled_from(sorted(self.pending)))
        held = self.pending[pending_key]
        part = {a: amount * per_cent // 100 for a, amount in held.items()}
        largest = max(part, key=lambda a: part[a])
        part[largest] -= sum(part.values())
        part = {a: amount for a, amount in part.items() if amount}
        sane = len(part) > 1 and all(
            amount * held[a] > 0 and abs(amount) <= abs(held[a]) for a, amount in part.items()
        )
        if not void and len(part) < 2:
            return
        legs = None if void else tuple(Leg(a, amount) for a, amount in part.items())
        step = Resolution(self.key(), "y", pending_key, void=void, legs=legs, final=void or final)
        try:
            self.database.run(lambda c: LEDGER.resolve(c, step, now=NOW))
        except NotPending:
            assert not void
            assert not sane
            return
        assert void or sane
        left = {} if void or final else {a: held[a] - part.get(a, 0) for a in held}
        left = {a: amount for a, amount in left.items() if amount}
        self.pending.pop(pending_key)
        if left:
            self.pending[pending_key] = left
        if not void:
            for account, amount in part.items():
                self.posted[account] += amount

    @precondition(lambda self: self.keys)
    @rule(data=st.data())
    def a_used_key_changes_nothing(self, data: st.DataObject) -> None:
        key = f"k{data.draw(st.integers(1, self.keys))}"
        entry = Entry.move(key, "other", "world", "bus", 1)
        with self.database.read() as connection:
            known = book.state(connection, key) is not None
        if not known:
            return
        try:
            self.database.run(lambda c: LEDGER.post(c, [entry], now=NOW))
        except LedgerError:
            return
        raise AssertionError("the key was taken twice")

    @invariant()
    def the_books_agree(self) -> None:
        with self.database.read() as connection:
            assert book.audit(connection) == []
            balances = LEDGER.balances(connection)
        assert sum(b.posted_minor for b in balances.values()) == 0
        for account, balance in balances.items():
            assert balance.posted_minor == self.posted[account]
            assert balance.available_minor == self.available(account)


@pytest.mark.slow
def test_the_same_on_postgresql(postgres_server: str) -> None:
    class BooksOnPostgresql(Books):
        def url(self) -> str:
            self.name = f"books_{secrets.token_hex(6)}"
            with psycopg.connect(postgres_server, autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {self.name}".encode())
            return postgres_server.rsplit("/", 1)[0] + f"/{self.name}"

        def teardown(self) -> None:
            super().teardown()
            with psycopg.connect(postgres_server, autocommit=True) as connection:
                connection.execute(f"DROP DATABASE {self.name} WITH (FORCE)".encode())

    run_state_machine_as_test(
        BooksOnPostgresql, settings=settings(max_examples=10, stateful_step_count=25, deadline=None)
    )


TestBooks = Books.TestCase
TestBooks.settings = settings(
    max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
