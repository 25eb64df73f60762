"""One contract for every processor: the sandbox by behaviour and shape, Stripe by shape against stripe-mock.

stripe-mock is stateless: it validates every request against Stripe's published API and answers with fixed
examples. What Stripe answers in awkward moments (declines, challenges, lost answers) is played by a small
scripted server.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import fixtures_stripe_mock
import pytest

from payments.adapters.sandbox import SandboxProcessor
from payments.adapters.signature import sign
from payments.adapters.stripe import StripeProcessor
from payments.errors import BadSignature, Declined, ProcessorError, Refused, Unavailable
from payments.ports import Authorisation, AuthorisationState, AuthoriseRequest, Processor, refuse_card_data
from payments.schema import create_schema
from storage.database import Database

NOW = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
SECRET = "whsec_test"


@pytest.fixture(scope="session")
def stripe_mock() -> Iterator[str]:
    with fixtures_stripe_mock.serving() as url:
        yield url


@pytest.fixture(params=["sandbox", "stripe"])
def processor(request: pytest.FixtureRequest, tmp_path: Any) -> Iterator[Processor]:
    if request.param == "stripe":
        yield StripeProcessor("sk_test_123", SECRET, base_url=request.getfixturevalue("stripe_mock"))
        return
    database = Database.open(f"sqlite:///{tmp_path}/sandbox.sqlite")
    create_schema(database)
    yield SandboxProcessor(database, clock=lambda: NOW, webhook_secret=SECRET)
    database.close()


def request_for(processor: Processor, **changes: Any) -> AuthoriseRequest:
    customer = processor.create_customer("c1", "rider-7")
    method = "pm_sandbox_visa" if processor.name == "sandbox" else "pm_card_visa"
    return AuthoriseRequest(customer.id, method, 3000, "b1", **changes)


def test_customers_setups_and_payees(processor: Processor) -> None:
    customer = processor.create_customer("c1", "rider-7")
    assert customer.reference == "rider-7"
    setup = processor.start_setup("s1", customer.id)
    saved = processor.saved_card(setup.id)  # nobody has chosen one; stripe-mock answers with its own fixture
    assert saved is None or (processor.name == "stripe" and saved.method.startswith("pm_"))
    processor.forget_card("f1", "pm_1")
    assert setup.id.startswith("seti_")
    assert setup.client_secret
    assert processor.create_payee("p1", "operator:bus").id.startswith("acct_")


@pytest.mark.parametrize("changes", [{}, {"off_session": True}, {"return_url": "https://maas.example/back"},
                                     {"destination": "acct_1"}])  # fmt: skip
def test_authorise_speaks_of_the_amount_and_currency_asked(
    processor: Processor, changes: dict[str, Any]
) -> None:
    held = processor.authorise("a1", request_for(processor, **changes))
    assert isinstance(held, Authorisation)
    assert (held.amount_minor, held.currency, held.captured_minor, held.key) == (3000, "JPY", 0, "a1")
    assert processor.authorisation(held.id).id == held.id


def test_capture_refund_and_void_answer_with_receipts(processor: Processor) -> None:
    held = processor.authorise("a1", request_for(processor))
    part = processor.capture("k1", held.id, 1000, final=False)
    assert part.amount_minor == 1000
    assert processor.capture("k2", held.id, 500).id
    refund = processor.refund("r1", held.id, 200)
    assert refund.id.startswith("re_")
    assert refund.amount_minor == 200
    other = processor.authorise("a2", request_for(processor))
    assert processor.void("v1", other.id).id == other.id


def test_a_repeat_answers_alike(processor: Processor) -> None:
    if processor.name == "stripe":  # the mock forgets; that the key is sent is tested on the scripted server
        assert processor.create_customer("c1", "x").reference == "x"
        return
    request = request_for(processor)
    assert processor.authorise("a1", request) == processor.authorise("a1", request)
    held = processor.authorise("a1", request)
    assert processor.capture("k1", held.id, 10) == processor.capture("k1", held.id, 10)
    assert processor.authorisation(held.id).captured_minor == 10
    with pytest.raises(Refused, match="used before"):
        processor.capture("k1", held.id, 11)


def test_payees_are_paid(processor: Processor) -> None:
    payee = processor.create_payee("p1", "operator:bus")
    assert processor.transfer("t1", payee.id, 700, "2026-10").id.startswith("tr_")
    assert processor.payout("o1", payee.id, 700).id.startswith("po_")
    assert processor.find_refund("nothing", "pi_none") is None


def test_movements_and_finding_by_key(processor: Processor) -> None:
    held = processor.authorise("a1", request_for(processor))
    processor.capture("k1", held.id, 1000)
    for movement in processor.movements(NOW - timedelta(days=1), NOW + timedelta(days=1)):
        assert movement.kind in ("capture", "refund", "transfer", "payout", "other")
        assert type(movement.amount_minor) is int
    assert processor.find_authorisation("never", NOW) is None


def test_webhooks_are_believed_only_when_signed_and_fresh(processor: Processor) -> None:
    if isinstance(processor, SandboxProcessor):
        processor.authorise("a1", request_for(processor))
        body, header = processor.deliveries()[0]
    else:
        event = {"id": "evt_1", "created": int(NOW.timestamp()),
                 "data": {"object": {"object": "payment_intent", "id": "pi_1"}}}  # fmt: skip
        body = json.dumps(event).encode()
        header = sign(body, SECRET, NOW)
    event_ = processor.receive(body, header, now=NOW)
    assert (event_.kind, event_.at) == ("authorisation", NOW)
    for bad, head, now in [
        (body + b"x", header, NOW),
        (body, "t=1", NOW),
        (body, header, NOW + timedelta(hours=1)),
    ]:
        with pytest.raises(BadSignature):
            processor.receive(bad, head, now=now)


@pytest.mark.parametrize("number", ["4242424242424242", "4242 4242 4242 4242", "5555-5555-5555-4444"])
def test_a_card_number_is_turned_away(number: str) -> None:
    with pytest.raises(Refused, match="card number"):
        AuthoriseRequest("cus_1", number, 100, "b1")
    refuse_card_data("4242424242424243")  # not a card number: its check digit is wrong


# The sandbox keeps the rules of cards.


@pytest.fixture
def sandbox(sql_url: str) -> Iterator[SandboxProcessor]:
    database = Database.open(sql_url)
    create_schema(database)
    yield SandboxProcessor(database, clock=lambda: NOW)
    database.close()


def test_a_slow_decision_that_was_seen_stands_where_the_clock_goes_back(sql_url: str) -> None:
    database, moments = Database.open(sql_url), [NOW, NOW + timedelta(seconds=9), NOW - timedelta(hours=30)]
    create_schema(database)
    processor = SandboxProcessor(database, clock=lambda: moments[0])
    asked = processor.authorise("a", AuthoriseRequest("cus_1", "pm_sandbox_slow", 1000, "b"))
    assert asked.state is AuthorisationState.PROCESSING
    moments.pop(0)
    assert processor.authorisation(asked.id).state is AuthorisationState.HELD
    moments.pop(0)
    assert processor.capture("k", asked.id, 1000).done
    database.close()


def test_the_sandbox_never_takes_or_returns_too_much(sandbox: SandboxProcessor) -> None:
    held = sandbox.authorise("a", AuthoriseRequest("cus_1", "pm_sandbox_visa", 1000, "b"))
    with pytest.raises(Refused, match="1000 of 1000 is left"):
        sandbox.capture("k0", held.id, 1001)
    sandbox.capture("k1", held.id, 600)
    with pytest.raises(Refused, match="captured"):
        sandbox.capture("k2", held.id, 1)
    with pytest.raises(Refused, match="already captured"):
        sandbox.void("v", held.id)
    sandbox.refund("r1", held.id, 400)
    with pytest.raises(Refused, match="200 of the captured 600"):
        sandbox.refund("r2", held.id, 201)
    other = sandbox.authorise("a2", AuthoriseRequest("cus_1", "pm_sandbox_visa", 1000, "b"))
    sandbox.void("v2", other.id)
    with pytest.raises(Refused, match="voided"):
        sandbox.capture("k3", other.id, 1)
    with pytest.raises(Refused, match="no authorisation"):
        sandbox.capture("k4", "auth_none", 1)
    with pytest.raises(Refused, match="no challenge"):
        sandbox.answer_challenge(other.id, passed=True)
    payee = sandbox.create_payee("p", "bus")
    sandbox.transfer("t", payee.id, 500, "x")
    with pytest.raises(Refused, match="cannot change"):
        sandbox.payout("o", payee.id, 501)
    with pytest.raises(Declined):
        sandbox.authorise("a3", AuthoriseRequest("cus_1", "pm_sandbox_3ds", 1000, "b", off_session=True))


# Stripe in awkward moments, over real HTTP.


class Script(ThreadingHTTPServer):
    """Answers requests from a list of (status, body); None cuts the connection."""

    def __init__(self, answers: list[tuple[int, dict[str, Any]] | None]) -> None:
        self.answers = answers
        self.seen: list[tuple[str, str, dict[str, list[str]]]] = []
        script = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
                script.seen.append((self.path, self.headers.get("idempotency-key", ""), parse_qs(body)))
                answer = script.answers.pop(0)
                if answer is None:
                    self.connection.close()
                    return
                content = json.dumps(answer[1]).encode()
                self.send_response(answer[0])
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = _answer  # noqa: N815

            def log_message(self, *_args: Any) -> None:
                """Be quiet."""

        super().__init__(("127.0.0.1", 0), Handler)

    def handle_error(self, *_args: Any) -> None:
        """A connection that was cut on purpose is no error."""


def intent(status: str, **more: Any) -> dict[str, Any]:
    return {"id": "pi_1", "object": "payment_intent", "status": status, "amount": 3000, "currency": "jpy",
            "amount_received": 0, "metadata": {"key": "a1", "reference": "b1"}, **more}  # fmt: skip


@pytest.fixture
def script() -> Iterator[Script]:
    server = Script([])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def stripe_at(script: Script, *answers: tuple[int, dict[str, Any]] | None) -> StripeProcessor:
    script.answers.extend(answers)
    return StripeProcessor(
        "sk_test_123", SECRET, base_url=f"http://127.0.0.1:{script.server_address[1]}", timeout_s=5
    )


REQUEST = AuthoriseRequest("cus_1", "pm_card_visa", 3000, "b1")


def test_stripe_requests_carry_the_key_twice_and_hold_without_capturing(script: Script) -> None:
    stripe = stripe_at(script, (200, intent("requires_capture")))
    assert stripe.authorise("a1", REQUEST).state is AuthorisationState.HELD
    path, key, form = script.seen[0]
    assert (path, key) == ("/v1/payment_intents", "a1")
    assert form["metadata[key]"] == ["a1"]
    assert form["capture_method"] == ["manual"]
    assert form["amount"] == ["3000"]  # yen have no minor unit: not 300000


def test_stripe_challenge_and_card_that_captures_many_times(script: Script) -> None:
    action = {"type": "redirect_to_url", "redirect_to_url": {"url": "https://bank.example/3ds"}}
    details = {"card": {"multicapture": {"status": "available"}, "capture_before": 1793000000}}
    charge = {"id": "ch_1", "object": "charge", "payment_method_details": details}
    stripe = stripe_at(
        script,
        (200, intent("requires_action", next_action=action)),
        (200, intent("requires_capture", latest_charge=charge)),
        (200, intent("succeeded", latest_charge="ch_1", amount_received=500)),
    )  # fmt: skip
    asked = stripe.authorise("a1", REQUEST)
    assert (asked.state, asked.challenge_url) == (AuthorisationState.CHALLENGE, "https://bank.example/3ds")
    assert not asked.captures_many
    held = stripe.authorisation("pi_1")
    assert held.captures_many
    assert held.expires_at == datetime.fromtimestamp(1793000000, UTC)
    assert stripe.capture("k", "pi_1", 500, final=False).id == "ch_1"
    assert script.seen[2][2]["final_capture"] == ["false"]


def failure(kind: str, code: str = "", decline_code: str = "") -> dict[str, Any]:
    return {"error": {"type": kind, "code": code, "decline_code": decline_code, "message": "no"}}


@pytest.mark.parametrize(
    ("answer", "error", "code"),
    [
        ((402, failure("card_error", "card_declined", "insufficient_funds")), Declined, "insufficient_funds"),
        ((402, failure("card_error", "expired_card")), Declined, "expired_card"),
        ((400, failure("idempotency_error")), Refused, "key_reused"),
        ((400, failure("invalid_request_error", "amount_too_small")), Refused, "amount_too_small"),
        ((409, failure("invalid_request_error", "idempotency_key_in_use")), Unavailable, "conflict"),
        ((401, failure("invalid_request_error")), Refused, "invalid_request"),
        ((429, failure("rate_limit_error")), Unavailable, "timeout"),
        ((500, failure("api_error")), Unavailable, "server_error"),
        (None, Unavailable, "timeout"),
    ],
)
def test_stripe_errors_say_what_to_do(
    script: Script, answer: tuple[int, dict[str, Any]] | None, error: type[ProcessorError], code: str
) -> None:
    stripe = stripe_at(script, answer)
    with pytest.raises(error) as caught:
        stripe.authorise("a1", REQUEST)
    assert type(caught.value) is error
    assert caught.value.code == code
    assert len(script.seen) == 1  # repeating is the saga's business, not the SDK's


def test_stripe_pages_are_read_to_the_end_when_looking_for_a_key(script: Script) -> None:
    other = intent("canceled", metadata={"key": "other"})
    stripe = stripe_at(
        script,
        (200, {"object": "list", "data": [other], "has_more": True, "url": "/v1/payment_intents"}),
        (200, {"object": "list", "data": [intent("requires_capture")], "has_more": False,
               "url": "/v1/payment_intents"}),
    )  # fmt: skip
    found = stripe.find_authorisation("a1", NOW)
    assert found is not None
    assert found.reference == "b1"
    assert len(script.seen) == 2


def test_stripe_movements_carry_the_ids_the_ledger_keeps(script: Script) -> None:
    rows = [
        {"id": "txn_2", "object": "balance_transaction", "type": "refund", "amount": -200, "fee": 0,
         "currency": "jpy", "created": 1793000001, "source": "re_1"},
        {"id": "txn_1", "object": "balance_transaction", "type": "charge", "amount": 1000, "fee": 36,
         "currency": "jpy", "created": 1793000000,
         "source": {"id": "ch_1", "object": "charge", "metadata": {"reference": "b1"}}},
    ]  # fmt: skip
    stripe = stripe_at(
        script, (200, {"object": "list", "data": rows, "has_more": False, "url": "/v1/balance_transactions"})
    )
    found = [(m.id, m.kind, m.amount_minor, m.fee_minor, m.reference) for m in stripe.movements(NOW, NOW)]
    assert found == [("ch_1", "capture", 1000, 36, "b1"), ("re_1", "refund", -200, 0, "")]


def test_stripe_refund_that_failed_and_refund_found_by_key(script: Script) -> None:
    failed = {
        "id": "re_1",
        "object": "refund",
        "status": "failed",
        "failure_reason": "expired_or_canceled_card",
    }
    listed = {"id": "re_2", "object": "refund", "status": "pending", "amount": 5, "metadata": {"key": "r"}}
    stripe = stripe_at(
        script,
        (200, failed),
        (200, {"object": "list", "data": [listed], "has_more": False, "url": "/v1/refunds"}),
    )
    with pytest.raises(Refused, match="expired_or_canceled_card"):
        stripe.refund("r", "pi_1", 5)
    found = stripe.find_refund("r", "pi_1")
    assert found is not None
    assert (found.id, found.done) == ("re_2", False)


def test_a_signed_body_that_is_no_event_is_refused() -> None:
    stripe = StripeProcessor("sk_test_123", SECRET)
    for body in (b"[]", b"{}", b"not json"):
        with pytest.raises(BadSignature, match="not an event"):
            stripe.receive(body, sign(body, SECRET, NOW), now=NOW)
    charge = {"id": "evt_2", "created": 1, "data": {"object": {"object": "charge", "id": "ch_1",
                                                                "payment_intent": "pi_1"}}}  # fmt: skip
    body = json.dumps(charge).encode()
    assert stripe.receive(body, sign(body, SECRET, NOW), now=NOW).object_id == "pi_1"
