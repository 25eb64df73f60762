"""Cards are saved on the processor's page, belong to one account, and a challenge leads back."""

from __future__ import annotations

import json
import re

import pytest
from identity_server import Front
from money_world import Till, decided, open_till

from maas.errors import BadRequest
from maas.payers.personal import PersonalPayers
from maas.settings import Settings
from payments.adapters.signature import sign
from payments.hold import HoldState


def test_a_card_is_saved_on_the_sandbox_page_and_shown_without_its_number(till: Till) -> None:
    web = till.visitor()
    saved = till.save_card(web, "pm_sandbox_visa")
    assert saved == {
        "id": saved["id"], "brand": "visa", "last4": "4242", "expires": "2039-12", "preferred": True,
    }  # fmt: skip
    second = till.save_card(web, "pm_sandbox_3ds")
    assert [card["id"] for card in web.get("/v1/me/payment-methods").json()] == [saved["id"], second["id"]]
    web.send("PUT", f"/v1/me/payment-methods/{second['id']}/preferred")
    assert web.get("/v1/me/payment-methods").json()[0]["id"] == second["id"]
    assert web.send("DELETE", f"/v1/me/payment-methods/{saved['id']}").json() == {"removed": 1}
    assert [card["last4"] for card in web.get("/v1/me/payment-methods").json()] == ["3220"]


def test_nobody_else_sees_prefers_removes_or_charges_a_card(till: Till) -> None:
    mine, other = till.visitor(), till.visitor("other@example.jp")
    card = till.save_card(mine, "pm_sandbox_visa")
    begun = mine.send("POST", "/v1/me/payment-methods", {}).json()
    assert other.get("/v1/me/payment-methods").json() == []
    for method, path in (
        ("DELETE", f"/v1/me/payment-methods/{card['id']}"),
        ("PUT", f"/v1/me/payment-methods/{card['id']}/preferred"),
        ("GET", f"/v1/me/payment-methods/savings/{begun['id']}"),
    ):
        refused = other.send(method, path)
        assert refused.status_code == 404, (method, path)
        assert refused.json()["type"].endswith("/unknown-payment-method")
    assert len(mine.get("/v1/me/payment-methods").json()) == 1
    nobody = till.served.browser().get("/v1/me/payment-methods")
    assert nobody.status_code == 401


def test_a_payment_takes_the_preferred_card_and_a_decline_says_why(till: Till) -> None:
    web = till.visitor()
    account = web.get("/v1/session").json()["account_id"]
    till.save_card(web, "pm_sandbox_visa")
    assert till.authorise(account, "pay-1", 500).state is HoldState.HELD
    card = till.save_card(web, "pm_sandbox_insufficient")
    web.send("PUT", f"/v1/me/payment-methods/{card['id']}/preferred")
    declined = till.authorise(account, "pay-2", 500)
    assert (declined.state, declined.decline_code) == (HoldState.DECLINED, "insufficient_funds")


@pytest.mark.parametrize(("decision", "state"), [("approve", HoldState.HELD), ("deny", HoldState.DECLINED)])
def test_a_challenge_is_answered_on_its_page_and_leads_back(
    till: Till, decision: str, state: HoldState
) -> None:
    web = till.visitor()
    account = web.get("/v1/session").json()["account_id"]
    till.save_card(web, "pm_sandbox_3ds")
    hold = till.authorise(account, "pay-1", 1234, till.served.url + "/bundles/b1?paid=1")
    assert hold.state is HoldState.CHALLENGE
    assert "¥1,234" in web.get(hold.challenge_url).text
    back = decided(web, hold.challenge_url, decision)
    assert (back.status_code, back.headers["location"]) == (303, "/bundles/b1?paid=1")
    assert till.paying.payments.hold("pay-1").state is state
    again = web.get(hold.challenge_url)
    assert 'role="status"' in again.text
    assert "decision" not in again.text


def test_a_challenge_never_leads_to_another_site(till: Till) -> None:
    web = till.visitor()
    account = web.get("/v1/session").json()["account_id"]
    till.save_card(web, "pm_sandbox_3ds")
    for number, url in enumerate(
        ("https://evil.example/", "//evil.example", till.served.url + "@evil.example")
    ):
        hold = till.authorise(account, f"pay-{number}", 100, url)
        assert decided(web, hold.challenge_url, "approve").headers["location"] == "/"


def test_other_sites_cannot_pick_a_card_or_answer_a_challenge(till: Till) -> None:
    web = till.visitor()
    account = web.get("/v1/session").json()["account_id"]
    url = web.send("POST", "/v1/me/payment-methods", {}).json()["url"]
    till.save_card(web, "pm_sandbox_3ds")
    hold = till.authorise(account, "pay-1", 100)
    for path, form in ((url, {"method": "pm_sandbox_visa"}), (hold.challenge_url, {"decision": "approve"})):
        refused = web.http.post(path, data=form, headers={"Origin": "https://evil.example"})
        assert refused.status_code == 403
    assert till.paying.payments.refresh("pay-1", now=till.served.house.clock()).state is HoldState.CHALLENGE


@pytest.mark.parametrize("language", ["ja", "en", "zh", "ko"])
def test_the_sandbox_pages_speak_four_languages(till: Till, language: str) -> None:
    web = till.visitor()
    url = web.send("POST", "/v1/me/payment-methods", {}).json()["url"]
    text = web.get(url, headers={"Accept-Language": language}).text
    assert f'<html lang="{language}">' in text
    assert len(re.findall('<input type="radio"', text)) == 7
    assert "<legend>" in text
    missing = web.get("/sandbox/cards/seti_sb_" + "0" * 24, headers={"Accept-Language": language})
    assert missing.status_code == 404


def test_webhooks_are_taken_once_and_only_signed(till: Till) -> None:
    sandbox = till.paying.sandbox
    assert sandbox is not None
    web = till.visitor()
    account = web.get("/v1/session").json()["account_id"]
    till.save_card(web, "pm_sandbox_3ds")
    hold = till.authorise(account, "pay-1", 100)
    sandbox.answer_challenge(hold.authorisation_id, passed=True)
    url = "/v1/payments/webhooks/sandbox"
    outcomes = [
        web.http.post(url, content=body, headers={"Sandbox-Signature": signature})
        for body, signature in sandbox.deliveries() * 2
    ]
    assert [answer.json()["fresh"] for answer in outcomes] == [True, True, False, False]
    order = till.paying.payments.hold("pay-1").request.reference
    assert till.orders_heard_of == [order, order]  # once for each event, and never for a repeat
    assert till.paying.payments.hold("pay-1").state is HoldState.HELD
    now = till.served.house.clock()
    body = json.dumps({"id": "evt_1", "kind": "authorisation", "object_id": "x", "at_us": 1}).encode()
    for signature in ("", "t=1,v1=00", sign(body, "sandbox-webhook-secret", now)):
        refused = web.http.post(url, content=body, headers={"Sandbox-Signature": signature})
        assert (refused.status_code, refused.json()["type"][-13:]) == (400, "bad-signature")
    assert web.http.post("/v1/payments/webhooks/stripe", content=body).status_code == 404


def test_half_a_stripe_configuration_is_refused_at_the_start(money_front: Front, sql_url: str) -> None:
    with (
        pytest.raises(BadRequest, match="MAAS_STRIPE_WEBHOOK_SECRET"),
        open_till(money_front, sql_url, Settings(stripe_key="sk_test_1")),
    ):
        pass


def test_cards_are_exported_without_tokens_and_erased(till: Till) -> None:
    web = till.visitor()
    account = web.get("/v1/session").json()["account_id"]
    till.save_card(web, "pm_sandbox_visa")
    personal = PersonalPayers()
    database = till.served.house.identity.db
    with database.read() as connection:
        shown = personal.export(connection, account)
    assert [(card["brand"], card["last4"]) for card in shown] == [("visa", "4242")]
    assert "pm_sandbox" not in json.dumps(shown)
    with database.write() as connection:
        personal.erase(connection, account, till.served.house.clock())
        assert personal.export(connection, account) == []
