"""Hold, capture, void, refund: the service, the sandbox and the ledger agree whatever happens."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from payments.adapters.faults import Faults
from payments.adapters.sandbox import SandboxProcessor
from payments.allocation import (
    PLATFORM_FEES,
    TAX_PAYABLE,
    Part,
    Receiver,
    Subsidy,
    allocate,
    take_back,
    take_back_subsidies,
)
from payments.errors import BadSignature, HoldError, KeyReused, MoneyError, Overdrawn, Unavailable
from payments.hold import Authorise, Capture, HoldState, Refund, Void
from payments.ledger import Account, Leg
from payments.ledger import audit as book
from payments.ports import AuthoriseRequest
from payments.schema import create_schema
from payments.service import Payments
from storage.database import Database

START = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def payments(sql_url: str, clock: Clock) -> Iterator[Payments]:
    database = Database.open(sql_url)
    create_schema(database)
    yield Payments(database, SandboxProcessor(database, clock=clock))
    with database.read() as connection:
        assert book.audit(connection) == []
    database.close()


def ask(amount: int = 3000, method: str = "pm_sandbox_visa", reference: str = "b1") -> AuthoriseRequest:
    return AuthoriseRequest("cus_1", method, amount, reference)


def figures(payments: Payments, account: str) -> tuple[int, int, int]:
    with payments.database.read() as connection:
        b = payments.ledger.balance(connection, account)
    return b.posted_minor, b.outgoing_minor, b.incoming_minor


def test_hold_then_capture_in_parts_then_refund(payments: Payments) -> None:
    hold = payments.do(Authorise("b1:pay", ask()), now=START)
    assert hold.state is HoldState.HELD
    assert figures(payments, "bundle:b1") == (0, 0, 3000)
    payments.do(Capture("b1:cap1", "b1:pay", 1000, final=False), now=START)
    assert figures(payments, "bundle:b1") == (1000, 0, 2000)
    hold = payments.do(Capture("b1:cap2", "b1:pay", 1500), now=START)
    assert (hold.state, hold.captured_minor) == (HoldState.CAPTURED, 2500)
    assert figures(payments, "bundle:b1") == (2500, 0, 0)
    hold = payments.do(Refund("b1:ref", "b1:pay", 400), now=START)
    assert hold.refunded_minor == 400
    assert figures(payments, "processor:sandbox") == (-2100, 0, 0)
    with payments.database.read() as connection:
        kinds = [t.kind for t in book.trace(connection, "b1")]
    assert kinds == ["hold", "capture", "capture", "refund", "refund"]
    moved = payments.processor.movements(START, START + timedelta(days=1))
    assert sorted(m.amount_minor for m in moved) == [-400, 1000, 1500]


def test_every_step_repeats_without_effect_and_a_key_cannot_change_its_meaning(payments: Payments) -> None:
    steps = [
        Authorise("pay", ask()), Capture("cap", "pay", 2000), Refund("ref", "pay", 2000),
    ]  # fmt: skip
    for step in steps:
        first = payments.do(step, now=START)
        assert payments.do(step, now=START) == first
    assert figures(payments, "processor:sandbox") == (0, 0, 0)
    with pytest.raises(KeyReused):
        payments.do(Refund("ref", "pay", 1), now=START)
    with pytest.raises(HoldError, match="0 of 'pay' is left"):
        payments.do(Refund("more", "pay", 1), now=START)


@pytest.mark.parametrize(
    ("method", "code"),
    [
        ("pm_sandbox_declined", "card_declined"),
        ("pm_sandbox_insufficient", "insufficient_funds"),
        ("pm_sandbox_expired", "expired_card"),
        ("pm_unheard_of", "method"),
    ],
)
def test_a_declined_card_leaves_no_money_anywhere(payments: Payments, method: str, code: str) -> None:
    hold = payments.do(Authorise("pay", ask(method=method)), now=START)
    assert (hold.state, hold.decline_code) == (HoldState.DECLINED, code)
    assert payments.do(Authorise("pay", ask(method=method)), now=START) == hold
    assert figures(payments, "bundle:b1") == (0, 0, 0)
    with pytest.raises(HoldError, match="declined"):
        payments.do(Capture("cap", "pay", 1), now=START)
    with pytest.raises(HoldError, match="declined"):
        payments.do(Void("void", "pay"), now=START)


@pytest.mark.parametrize("passed", [True, False])
def test_a_3d_secure_challenge_is_answered_and_heard_by_webhook(
    payments: Payments, clock: Clock, passed: bool
) -> None:
    sandbox = payments.processor
    assert isinstance(sandbox, SandboxProcessor)
    hold = payments.do(Authorise("pay", ask(method="pm_sandbox_3ds")), now=START)
    assert hold.state is HoldState.CHALLENGE
    assert hold.challenge_url
    sandbox.answer_challenge(hold.authorisation_id, passed=passed)
    deliveries = sandbox.deliveries()
    for body, signature in reversed(deliveries):  # last first
        assert payments.hear(body, signature, now=clock.now) is not None
        assert payments.hear(body, signature, now=clock.now) is None
    hold = payments.hold("pay")
    assert hold.state is (HoldState.HELD if passed else HoldState.DECLINED)
    assert figures(payments, "bundle:b1") == (0, 0, 3000 if passed else 0)
    body, signature = deliveries[0]
    for bad, header, now in [
        (body + b" ", signature, clock.now),
        (body, "nonsense", clock.now),
        (body, signature, clock.now + timedelta(minutes=6)),
    ]:
        with pytest.raises(BadSignature):
            payments.hear(bad, header, now=now)


def test_a_slow_decision_and_an_expired_hold_are_found_on_refresh(payments: Payments, clock: Clock) -> None:
    assert (
        payments.do(Authorise("pay", ask(method="pm_sandbox_slow")), now=START).state is HoldState.PROCESSING
    )
    clock.now += timedelta(seconds=5)
    assert payments.refresh("pay", now=clock.now).state is HoldState.HELD
    assert figures(payments, "bundle:b1") == (0, 0, 3000)
    assert [h.id for h in payments.open_before(clock.now)] == ["pay"]
    clock.now += timedelta(days=8)
    assert payments.refresh("pay", now=clock.now).state is HoldState.VOIDED
    assert figures(payments, "bundle:b1") == (0, 0, 0)
    assert payments.open_before(clock.now) == []


def test_void_gives_back_what_is_not_captured(payments: Payments) -> None:
    payments.do(Authorise("pay", ask()), now=START)
    payments.do(Capture("cap", "pay", 500, final=False), now=START)
    hold = payments.do(Void("void", "pay"), now=START)
    assert (hold.state, hold.captured_minor) == (HoldState.CAPTURED, 500)
    assert figures(payments, "bundle:b1") == (500, 0, 0)
    payments.do(Authorise("pay2", ask(reference="b2")), now=START)
    assert payments.do(Void("void2", "pay2"), now=START).state is HoldState.VOIDED
    with pytest.raises(HoldError, match="voided"):
        payments.do(Capture("cap2", "pay2", 500), now=START)


def test_what_a_hold_does_not_allow_is_refused_before_anyone_is_asked(payments: Payments) -> None:
    payments.do(Authorise("pay", ask(method="pm_sandbox_single")), now=START)
    for amount, final, reason in [
        (3001, True, "3000 is left"),
        (0, True, "cannot be captured"),
        (3000, False, "say final=True"),
        (100, False, "allows one capture"),
    ]:
        with pytest.raises(HoldError, match=reason):
            payments.do(Capture("cap", "pay", amount, final), now=START)
    with pytest.raises(HoldError, match="no payment"):
        payments.do(Void("void", "nothing"), now=START)
    payments.do(Capture("cap", "pay", 20), now=START)
    with pytest.raises(HoldError, match="sum to 10"):
        payments.do(Refund("ref", "pay", 10, (Leg("bundle:b1", 9),)), now=START)


def test_a_step_that_died_half_way_is_finished_by_resume(payments: Payments) -> None:
    payments.do(Authorise("pay", ask()), now=START)
    capture = Capture("cap", "pay", 1000)
    payments.database.run(lambda c: payments.begin(c, capture, now=START))
    payments.send(capture, now=START)  # and the process dies here
    assert payments.outcome(capture) is None
    with pytest.raises(HoldError, match="being closed"):
        payments.do(Void("void", "pay"), now=START)
    assert payments.resume(now=START + timedelta(minutes=1)) == []
    assert payments.hold("pay").state is HoldState.CAPTURED
    assert figures(payments, "bundle:b1") == (1000, 0, 0)
    outcome = payments.outcome(capture)
    assert outcome is not None
    assert outcome.external_id.startswith("ch_")


@pytest.mark.parametrize("arrived", [True, False])
def test_an_unknown_authorisation_is_voided_by_asking_again(payments: Payments, arrived: bool) -> None:
    step = Authorise("pay", ask())
    payments.database.run(lambda c: payments.begin(c, step, now=START))
    if arrived:
        payments.send(step, now=START)
    assert payments.do(Void("void", "pay"), now=START).state is HoldState.VOIDED
    found = payments.processor.find_authorisation("pay", START)
    assert found is not None
    assert found.state.value == "voided"
    assert payments.resume(now=START + timedelta(minutes=1)) == []  # the late answer changes nothing
    assert payments.hold("pay").state is HoldState.VOIDED
    assert figures(payments, "bundle:b1") == (0, 0, 0)


def test_after_a_day_the_processor_is_looked_through_instead_of_asked_again(payments: Payments) -> None:
    late = START + timedelta(days=1)
    lost = Authorise("lost", ask(reference="b2"))
    payments.database.run(lambda c: payments.begin(c, lost, now=START))
    assert payments.do(lost, now=late).state is HoldState.VOIDED  # never arrived, and is not sent now
    assert payments.processor.find_authorisation("lost", START) is None
    payments.do(Authorise("pay", ask()), now=START)
    payments.do(Capture("cap", "pay", 3000), now=START)
    refund = Refund("ref", "pay", 1000)
    payments.database.run(lambda c: payments.begin(c, refund, now=START))
    payments.send(refund, now=START)
    assert payments.do(refund, now=late).refunded_minor == 1000
    assert len(payments.processor.movements(START, late)) == 2


class _Deaf(SandboxProcessor):
    """A processor that has forgotten every key but kept its books."""

    def forget(self) -> None:
        from sqlalchemy import delete

        from payments.adapters import sandbox_tables

        with self._database.write() as connection:
            connection.execute(delete(sandbox_tables.answer))


def test_a_capture_whose_key_was_forgotten_is_recognised_by_what_was_taken(sql_url: str) -> None:
    database = Database.open(sql_url)
    create_schema(database)
    processor = _Deaf(database, clock=lambda: START)
    payments = Payments(database, processor)
    payments.do(Authorise("pay", ask()), now=START)
    capture = Capture("cap", "pay", 1000)
    payments.database.run(lambda c: payments.begin(c, capture, now=START))
    payments.send(capture, now=START)
    processor.forget()
    hold = payments.do(capture, now=START + timedelta(days=1))
    assert (hold.state, hold.captured_minor) == (HoldState.CAPTURED, 1000)
    database.close()


def test_a_bundles_price_reaches_everybody_to_the_yen_and_comes_back(payments: Payments) -> None:
    payments.do(Authorise("pay", ask(1500)), now=START)
    payments.do(Capture("cap", "pay", 1500), now=START)
    accounts = ["operator:bus", "operator:loop", "shop:aeon", "city:subsidy", PLATFORM_FEES, TAX_PAYABLE]
    shuttle = Part("shuttle", 500, (Receiver("operator:bus", 2), Receiver("operator:loop")),
                   (Subsidy("city:subsidy", 733),), fee_per_mille=30)  # fmt: skip
    lunch = Part("lunch", 1000, (Receiver("shop:aeon"),), fee_per_mille=50)
    entry = allocate("b1:allocate", "b1", (shuttle, lunch))
    with payments.database.write() as connection:
        payments.ledger.open(connection, [Account(a) for a in accounts], now=START)
        payments.ledger.post(connection, [entry], now=START)
    # shuttle: 1,233 gross, fee 36 (of it 3 tax), 1,197 as 798 + 399; lunch: fee 50 (of it 4 tax), 950
    assert [figures(payments, a)[0] for a in accounts] == [798, 399, 950, -733, 33 + 46, 3 + 4]
    assert figures(payments, "bundle:b1") == (0, 0, 0)
    # the shuttle is cancelled: its receivers give the price back, then the subsidy
    payments.do(Refund("b1:back", "pay", 500, take_back("b1", shuttle, 500)), now=START)
    back = take_back_subsidies("b1:subsidy", "b1", shuttle)
    assert back is not None
    with payments.database.write() as connection:
        payments.ledger.post(connection, [back], now=START)
    assert [figures(payments, a)[0] for a in accounts] == [0, 0, 950, 0, 46, 4]
    assert figures(payments, "processor:sandbox")[0] == -1000
    with pytest.raises(Overdrawn), payments.database.write() as connection:  # nothing is left to give twice
        payments.ledger.post(connection, [allocate("again", "b1", (lunch,))], now=START)
    assert take_back_subsidies("x", "b1", lunch) is None
    with pytest.raises(MoneyError, match="1 to 1000"):
        take_back("b1", lunch, 1001)


def _until_answered(payments: Payments, step: Authorise | Capture | Void | Refund) -> bool:
    for _attempt in range(60):
        try:
            payments.do(step, now=START)
            return True
        except Unavailable:
            continue
        except HoldError:
            return False
    raise AssertionError("60 lost answers in a row")


@pytest.mark.parametrize("seed", range(40))
def test_faults_from_a_seed_never_part_the_processor_from_the_ledger(sql_url_seeded: str, seed: int) -> None:
    """Lost requests and answers, challenges, slow decisions, duplicate and late webhooks."""
    clock = Clock()
    faults = Faults(seed, 0.25, 0.25, 0.2, 0.2, 0.5, 0.5)
    database = Database.open(sql_url_seeded)
    create_schema(database)
    sandbox = SandboxProcessor(database, clock=clock, faults=faults)
    payments = Payments(database, sandbox)
    for n in range(4):
        order, hold_id = f"s{seed}o{n}", f"s{seed}o{n}:pay"
        _until_answered(payments, Authorise(hold_id, ask(1000 + n, reference=order)))
        hold = payments.hold(hold_id)
        if hold.state is HoldState.CHALLENGE:
            sandbox.answer_challenge(hold.authorisation_id, passed=faults.strikes(0.7, hold_id))
        clock.now += timedelta(seconds=6)
        for body, signature in sandbox.deliveries():
            payments.hear(body, signature, now=clock.now)
        if faults.strikes(0.3, order, "void"):
            _until_answered(payments, Void(f"{order}:void", hold_id))
        elif _until_answered(payments, Capture(f"{order}:cap1", hold_id, 300, final=False)):
            _until_answered(payments, Capture(f"{order}:cap2", hold_id, 200 + n))
            _until_answered(payments, Refund(f"{order}:ref", hold_id, 150 + n))
    moved = sandbox.movements(START - timedelta(days=1), clock.now + timedelta(days=1))
    assert -sum(m.amount_minor for m in moved) == figures(payments, "processor:sandbox")[0]
    with database.read() as connection:
        booked = {
            t.external_id: t
            for t in book.between(connection, START, clock.now + timedelta(days=1), ["capture"])
        }
        assert book.audit(connection) == []
        for n in range(4):
            hold = payments.hold(f"s{seed}o{n}:pay")
            seen = sandbox.find_authorisation(hold.id, START)
            assert seen is not None
            assert hold.captured_minor == seen.captured_minor
            assert hold.state.value == seen.state.value or hold.captured_minor
    assert set(booked) == {m.id for m in moved if m.kind == "capture"}
    database.close()


@pytest.fixture
def sql_url_seeded(request: pytest.FixtureRequest, seed: int, tmp_path: object) -> str:
    """Even seeds run on SQLite, odd ones on PostgreSQL."""
    if seed % 2 == 0:
        return f"sqlite:///{tmp_path}/seeded.sqlite"
    return str(request.getfixturevalue("postgres_url"))


def test_threads_capture_one_hold_at_once_and_never_take_too_much(payments: Payments) -> None:
    payments.do(Authorise("pay", ask(1000)), now=START)
    refused: list[str] = []

    def take(n: int) -> None:
        try:
            payments.do(Capture(f"cap{n}", "pay", 90, final=False), now=START)
        except HoldError as error:
            refused.append(str(error))

    threads = [threading.Thread(target=take, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 5
    hold = payments.hold("pay")
    assert (hold.captured_minor, hold.left_minor) == (990, 10)
    seen = payments.processor.find_authorisation("pay", START)
    assert seen is not None
    assert seen.captured_minor == 990
    assert figures(payments, "bundle:b1") == (990, 0, 10)
