"""A world for bundles: partners that lose requests and answers, a process that dies, a clock that jumps.

Everything random comes from one seed. What is outside keeps its own books, which the checks compare.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from maas.booking.adapters.stock import Stock
from maas.booking.adapters.transit import Transit, one_price
from maas.booking.draft import Draft, DraftPart
from maas.booking.engine import Deps, Rules, kind_of
from maas.booking.errors import OutcomeUnknown, PartRefused
from maas.booking.model import Bundle, CaptureRule, Held, Part, PartState
from maas.booking.ports import Ask, PartProvider, Standing
from maas.booking.pricing import CombinedPrices, NoTickets
from maas.booking.schema import create_schema
from maas.booking.service import Booking
from maas.booking.wishes import (
    CycleWish,
    DeviceWish,
    OutsideWish,
    ServiceWish,
    ShuttleWish,
    Spot,
    TransitWish,
)
from maas.services.catalogue import Catalogue
from maas.services.exchange import Horizon, save_offer
from maas.services.model import Offer, Provider
from maas.services.schema import create_schema as create_services
from maas.services.store import put_provider
from payments.adapters.faults import NO_FAULTS, Faults
from payments.adapters.sandbox import SandboxProcessor
from payments.hold import OPEN
from payments.ledger import audit as book
from payments.schema import create_schema as create_payments
from payments.service import Payments, holds_of
from storage.database import Database

TOKYO = ZoneInfo("Asia/Tokyo")
FARES = {"shuttle": 300, "device": 550, "cycle": 165, "outside": 1200}
RULES = {
    "shuttle": CaptureRule.ON_USE, "device": CaptureRule.ON_COMPLETION, "cycle": CaptureRule.ON_COMPLETION,
    "outside": CaptureRule.NOW,
}  # fmt: skip
STANDS = (PartState.CONFIRMED, PartState.USED, PartState.COMPLETED, PartState.NO_SHOW)


class Killed(BaseException):
    """The process dies here: nothing after this line runs, and no transaction that is open commits."""


@dataclass
class Partner:
    """An outside system with a book of its own. Lost requests did not happen; lost answers did."""

    kind: str
    lost_request: float = 0.0
    lost_answer: float = 0.0
    refuses: float = 0.0
    rng: random.Random = field(default_factory=random.Random)
    book: dict[str, Standing] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)

    def hold(self, ask: Ask, *, now: datetime) -> Held:
        self._before(ask.key)
        if self.book.get(ask.key, Standing.NONE) is Standing.NONE:
            if self.rng.random() < self.refuses:
                raise PartRefused("full", reason="full")
            self.book[ask.key] = Standing.HELD
        self._after()
        start = int(now.timestamp() * 1000) + 3_600_000
        return Held(
            ref=f"{self.kind}-{ask.key}", price_minor=FARES[self.kind], starts_ms=start,
            ends_ms=start + 600_000, account=f"operator:{self.kind}", category=self.kind,
            capture=RULES[self.kind],
            terms={"steps": [{"before_h": 2, "percent": 50}], "no_show_percent": 100},
        )  # fmt: skip

    def confirm(self, key: str, part: Part, bundle: Bundle, *, now: datetime) -> Held:
        del bundle, now
        self._before(key)
        if self.book.get(key) in (None, Standing.CANCELLED) or self.rng.random() < self.refuses:
            raise PartRefused("gone", reason="hold_lost")
        self.book[key] = Standing.CONFIRMED
        self._after()
        assert part.held is not None
        return part.held

    def cancel(self, key: str, part: Part, *, now: datetime) -> None:
        del part, now
        self._before(key)
        if key in self.book:
            self.book[key] = Standing.CANCELLED
        self._after()

    def standing(self, key: str, part: Part, *, now: datetime) -> Standing:
        del part, now
        self._before(key)
        return self.book.get(key, Standing.NONE)

    def _before(self, key: str) -> None:
        self.calls[key] = self.calls.get(key, 0) + 1
        if self.rng.random() < self.lost_request:
            raise OutcomeUnknown("no answer: the request was lost")

    def _after(self) -> None:
        if self.rng.random() < self.lost_answer:
            raise OutcomeUnknown("no answer: it was lost on the way back")


@dataclass
class World:
    """A database, what is outside of it, and the process that books."""

    database: Database
    seed: int = 0
    faults: Faults = NO_FAULTS
    shaky: float = 0.0
    dies: float = 0.0
    jumps: float = 0.0
    rules: Rules = field(
        default_factory=lambda: Rules(lease_s=0.0, retry_s=0.0, poll_s=0.0, tries_max=10_000)
    )
    partners: dict[str, Partner] = field(default_factory=dict)
    deaths: int = 0

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        for kind in FARES:
            share = self.shaky
            self.partners.setdefault(
                kind, Partner(kind, share, share, share / 4, random.Random(f"{self.seed}{kind}"))
            )
        self.offset = timedelta()
        self.sandbox = SandboxProcessor(self.database, clock=self.now, faults=self.faults)
        self.payments = Payments(self.database, self.sandbox)
        self.mortal = True
        self.restart()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def restart(self) -> None:
        """Another process, that knows nothing but what is written."""
        outside: dict[str, PartProvider] = dict(self.partners)
        self.booking = Booking(
            Deps(
                self.database, self.payments, outside,
                {"transit": Transit(one_price(570)), "service": Stock(Catalogue())},
                CombinedPrices((), TOKYO), NoTickets(), self.now, f"p{self.rng.randrange(10**9)}", self.rules,
                self._probe,
            )
        )  # fmt: skip

    def _probe(self, _point: str) -> None:
        if self.mortal and self.rng.random() < self.dies:
            raise Killed
        if self.mortal and self.rng.random() < self.jumps:
            self.offset += timedelta(hours=self.rng.choice([-30, -1, 1, 5, 26]))

    def surviving(self, act: Callable[[], Any]) -> Any:
        """Do something that may be the process's death; then a new one begins."""
        try:
            return act()
        except Killed:
            self.deaths += 1
            self.restart()
            return None

    def draft(self, key: str, subject: str, slots: list[str], kinds: list[str]) -> Draft:
        parts = []
        for n, kind in enumerate(kinds):
            now_s = int(self.now().timestamp())
            wish = {
                "shuttle": ShuttleWish(Spot(name="a"), Spot(name="b"), now_s + 600),
                "device": DeviceWish(Spot(), at_s=now_s + 600),
                "cycle": CycleWish("dock", now_s),
                "outside": OutsideWish("yoga"),
                "transit": TransitWish(Spot(), Spot(), now_s + 200_000, now_s + 203_000, agency_name="JR"),
                "service": ServiceWish(slots[n % len(slots)]),
            }[kind]
            parts.append(DraftPart(f"p{n}", wish))
        return Draft(subject, "", key, "digest", tuple(parts))

    def settle(self) -> None:
        """Let a healthy process go on until nothing is left to do."""
        self.mortal = False
        for partner in self.partners.values():
            partner.lost_request = partner.lost_answer = partner.refuses = 0.0
        self.sandbox.faults = NO_FAULTS
        self.restart()
        for round_ in range(60):
            if not self.booking.work() and not self.open_sagas():
                return
            with self.database.write() as connection:  # whoever waits for a bank's answer waits no longer
                connection.execute(text("UPDATE booking_saga SET wake_ms = 0 WHERE state = 'open'"))
            self.answer_challenges(passed=True)
            # Later by days: the clock may have been set back by several, and the sandbox's slow cards are
            # decided by it.
            self.offset += timedelta(hours=1 if round_ < 10 else 24)
        raise AssertionError(f"never quiet: {self.open_sagas()}")

    def answer_challenges(self, *, passed: bool) -> None:
        with self.database.read() as connection:
            found = connection.execute(
                text("SELECT id FROM sandbox_authorisation WHERE state = 'challenge'")
            ).scalars().all()  # fmt: skip
        for one in found:
            self.sandbox.answer_challenge(one, passed=passed)

    def open_sagas(self) -> list[tuple[str, str, str]]:
        with self.database.read() as connection:
            rows = connection.execute(
                text("SELECT id, phase, error FROM booking_saga WHERE state <> 'done' AND phase <> 'held'")
            )
            return [tuple(row) for row in rows]

    def all_bundles(self) -> list[Bundle]:
        with self.database.read() as connection:
            ids = connection.execute(text("SELECT id FROM booking_bundle")).scalars().all()
        return [self.booking.get(one) for one in ids]


def open_world(url: str, **more: Any) -> World:
    """Create the tables, a shop with two offers, and a world."""
    database = Database.open(url)
    create_payments(database)
    create_services(database)
    create_schema(database)
    return World(database, **more)


def add_offer(world: World, offer_id: str, *, capacity: int, days: int, price: int = 800) -> list[str]:
    """An offer with a slot on each of the coming days; the slots' ids."""
    now = datetime.now(UTC)
    name = {"ja": offer_id}
    provider = Provider.model_validate({"id": "shop", "name": name, "account": "shop:shop"})
    offer = Offer.model_validate(
        {
            "id": offer_id, "provider_id": "shop", "category": "sight", "kind": "days", "name": name,
            "price_minor": price, "capacity": capacity, "lat": 35.6, "lon": 140.0,
            "cancellation": {"steps": [{"before_h": 24, "percent": 50}], "no_show_percent": 100},
        }
    )  # fmt: skip

    def work(connection: Any) -> None:
        known = connection.execute(text("SELECT count(*) FROM service_provider")).scalar_one()
        if not known:
            put_provider(connection, provider, expected=0, now=now, actor="test")
        horizon = Horizon(TOKYO, days + 1)
        save_offer(connection, offer, expected=0, horizon=horizon, now=now, actor="test")

    world.database.run(work)
    with world.database.read() as connection:
        rows = connection.execute(
            text("SELECT id FROM service_slot WHERE offer_id = :o ORDER BY id"), {"o": offer_id}
        )
        return list(rows.scalars())[1:]


def check(world: World, bundles: list[Bundle] | None = None) -> None:
    """Nothing lost, nothing twice, no orphan, the ledger sums to zero and agrees with the processor."""
    payments = world.payments
    with world.database.read() as connection:
        assert book.audit(connection) == []
        balances = payments.ledger.balances(connection)
        rows = connection.execute(text("SELECT key, state FROM service_hold")).all()
        holds: dict[str, str] = {row.key: row.state for row in rows}
        for row in connection.execute(text("SELECT * FROM service_slot")):
            mine = connection.execute(
                text("SELECT state, sum(quantity) FROM service_hold WHERE slot_id = :s GROUP BY state"),
                {"s": row.id},
            )
            counts = {state: int(units) for state, units in mine}
            assert row.held == counts.get("held", 0)
            assert row.confirmed == counts.get("confirmed", 0)
            assert row.capacity is None or row.free >= 0
    keys: set[str] = set()
    for bundle in world.all_bundles() if bundles is None else bundles:
        keys |= _check_parts(world, bundle, holds)
        _check_money(world, bundle, balances)
    if bundles is None:
        for partner in world.partners.values():
            orphans = {k for k, s in partner.book.items() if s is not Standing.CANCELLED} - keys
            assert not orphans, f"{partner.kind} keeps what nobody booked: {orphans}"
        assert {k for k, s in holds.items() if s in ("held", "confirmed")} <= keys
        moved = world.sandbox.movements(datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
        assert balances["processor:sandbox"].posted_minor == -sum(m.amount_minor for m in moved)


def _check_parts(world: World, bundle: Bundle, holds: dict[str, str]) -> set[str]:
    keys = set()
    for part in bundle.parts:
        key, kind = part.key(bundle.id), kind_of(part)
        stands = part.state in STANDS
        if stands or part.state is PartState.HELD:
            keys.add(key)
        told = (bundle.id, bundle.state, part.no, kind, part.state, bundle.reason)
        if kind in world.partners:
            seen = world.partners[kind].book.get(key, Standing.NONE)
            wanted = Standing.CONFIRMED if stands else None
            if part.state is PartState.HELD:
                wanted = Standing.HELD
            assert seen is wanted or (wanted is None and seen in (Standing.NONE, Standing.CANCELLED)), (
                told, seen,
            )  # fmt: skip
        elif kind == "service":
            state = holds.get(key)
            fits = {
                PartState.HELD: ("held", "expired"), PartState.CONFIRMED: ("confirmed",),
                PartState.USED: ("redeemed",), PartState.COMPLETED: ("redeemed", "confirmed"),
                PartState.NO_SHOW: ("no_show",), PartState.CANCELLED: ("cancelled",),
            }.get(part.state, (None, "released", "expired", "cancelled"))  # fmt: skip
            assert state in fits, (told, state)
    return keys


def _check_money(world: World, bundle: Bundle, balances: dict[str, Any]) -> None:
    owed = sum(part.charge_minor for part in bundle.parts)
    holds = holds_of(world.database, bundle.id)
    taken = 0
    for hold in holds:
        seen = world.sandbox.find_authorisation(hold.id, datetime(2000, 1, 1, tzinfo=UTC))
        captured = 0 if seen is None else seen.captured_minor
        assert hold.captured_minor == captured, (bundle.id, hold.id)
        taken += hold.captured_minor - hold.refunded_minor
        standing = any(part.may_minor for part in bundle.parts)
        assert standing or hold.state not in OPEN, (bundle.id, bundle.state, hold)
    assert taken == bundle.net_minor, bundle.id
    single = any(pay.single for pay in bundle.pays)
    may = sum(part.may_minor for part in bundle.parts) if single else 0
    assert owed <= taken <= owed + may, (bundle.id, bundle.state, owed, taken, may)
    account = balances.get(f"bundle:{bundle.id}")
    if account is not None:
        given = sum(part.allocated_minor for part in bundle.parts)
        assert account.posted_minor == taken - given
        assert given == owed, (bundle.id, given, owed)
    changed = any(part.state is PartState.REBOOKED for part in bundle.parts)
    assert changed or len([h for h in holds if h.captured_minor]) <= 1, "two cards paid for one bundle"
