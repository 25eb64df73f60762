"""Storms of steps in any order: no counter is ever negative, and every unit is always somewhere."""

from __future__ import annotations

import tempfile
from collections import Counter
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from services_world import CONCERT, JST, NOW, add, offer, opened
from sqlalchemy import select, update

from maas.services import stock, waiting
from maas.services.errors import ServiceError
from maas.services.hold import HoldState
from maas.services.tables import hold as hold_table
from maas.services.tables import quota as quota_table
from maas.services.tables import slot as slot_table
from maas.services.tables import waiting as waiting_table
from storage.database import Database

KEYS = st.sampled_from([f"k{n}" for n in range(8)])
LATE = datetime(2026, 11, 27, 22, tzinfo=JST)
PER_PERSON = 4
IN_HAND = (HoldState.HELD, HoldState.CONFIRMED, HoldState.REDEEMED, HoldState.NO_SHOW)


class Storm(RuleBasedStateMachine):
    """A model in words: the counters are what the holds say, and holds only live where units are."""

    database: Database
    version = 1

    @initialize(capacity=st.integers(0, 6))
    def open(self, capacity: int) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="services-storm-")
        path = Path(self.folder.name) / "storm.sqlite"
        self.database = opened(f"sqlite:///{path}", offer(capacity=capacity, per_person_max=PER_PERSON))

    def step(self, work) -> None:  # type: ignore[no-untyped-def]
        with suppress(ServiceError):  # a refusal is an answer; the invariants say if it changed anything
            self.database.run(work)

    @rule(key=KEYS, quantity=st.integers(1, 4), holder=st.sampled_from(["ann", "bob"]))
    def hold(self, key: str, quantity: int, holder: str) -> None:
        self.step(lambda c: stock.hold(c, CONCERT, quantity, key, holder=holder, ttl_s=600, now=NOW))

    @rule(key=KEYS)
    def confirm(self, key: str) -> None:
        self.step(lambda c: stock.confirm(c, key))

    @rule(key=KEYS)
    def release(self, key: str) -> None:
        self.step(lambda c: stock.release(c, key, now=NOW))

    @rule(key=KEYS)
    def cancel(self, key: str) -> None:
        self.step(lambda c: stock.cancel(c, key, now=NOW))

    @rule(key=KEYS, use_key=st.sampled_from(["gate-1", "gate-2"]))
    def redeem(self, key: str, use_key: str) -> None:
        self.step(lambda c: stock.redeem(c, key, use_key))

    @rule(key=KEYS)
    def no_show(self, key: str) -> None:
        self.step(lambda c: stock.no_show(c, key, now=LATE))

    @rule(key=KEYS)
    def time_runs_out(self, key: str) -> None:
        gone = update(hold_table).where(hold_table.c.key == key, hold_table.c.state == "held")
        self.step(lambda c: c.execute(gone.values(expires_at_ms=1)))

    @rule()
    def sweep(self) -> None:
        stock.sweep_all(self.database, now=NOW)

    @rule(key=KEYS, quantity=st.integers(1, 4), holder=st.sampled_from(["ann", "bob", "cho"]))
    def join(self, key: str, quantity: int, holder: str) -> None:
        self.step(lambda c: waiting.join(c, CONCERT, quantity, key, holder=holder, ttl_s=600, now=NOW))

    @rule(key=KEYS)
    def leave(self, key: str) -> None:
        self.step(lambda c: waiting.leave(c, key, now=NOW))

    @rule(capacity=st.integers(0, 8))
    def resize(self, capacity: int) -> None:
        add(self.database, offer(capacity=capacity, per_person_max=PER_PERSON), expected=self.version)
        self.version += 1

    @invariant()
    def every_unit_is_somewhere(self) -> None:
        if not hasattr(self, "database"):
            return
        with self.database.read() as connection:
            slot = connection.execute(select(slot_table)).one()
            holds = connection.execute(select(hold_table)).all()
            queue = connection.execute(
                select(waiting_table).where(waiting_table.c.state == "waiting").order_by(waiting_table.c.id)
            ).all()
            quotas = connection.execute(select(quota_table)).all()
        by_state: Counter[str] = Counter()
        by_holder: Counter[str] = Counter()
        for hold in holds:
            by_state[hold.state] += hold.quantity
            by_holder[hold.holder] += hold.quantity if hold.state in IN_HAND else 0
        assert min(slot.free, slot.held, slot.confirmed, slot.used, slot.waiting) >= 0
        assert slot.free + slot.held + slot.confirmed + slot.used == slot.capacity
        assert (slot.held, slot.confirmed) == (by_state["held"], by_state["confirmed"])
        assert slot.used == by_state["redeemed"] + by_state["no_show"]
        assert slot.waiting == len(queue)
        assert not queue or slot.free < queue[0].quantity  # nobody waits for what is there
        assert {q.holder: q.taken for q in quotas if q.taken} == {h: n for h, n in by_holder.items() if n}
        assert all(taken <= PER_PERSON for taken in by_holder.values())

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.close()
            self.folder.cleanup()


TestStorm = Storm.TestCase
TestStorm.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
