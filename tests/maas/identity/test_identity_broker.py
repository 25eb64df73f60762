"""We as a client of an identity broker that is not ours (oidc-provider-mock), and of one that is."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from identity_server import TLS, Front, Served, Web, free_port, serving
from identity_world import TestClock
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from sqlalchemy import inspect, text

from maas.identity.adapters.oidc_broker import OidcBroker
from maas.identity.errors import BrokerRefused
from maas.identity.model import BrokerSettings, EntitlementKind, EntitlementRule

CLAIMS_OF_THE_BROKER = ("1950-04-01", "citizen-7", "secret@city.example")
RULES = (
    EntitlementRule("birthdate", EntitlementKind.AGE_65, "age_at_least", "65"),
    EntitlementRule("city_code", EntitlementKind.RESIDENT, "equals", "12106"),
    EntitlementRule("disability", EntitlementKind.DISABILITY, "is_true"),
)
KEY = ECKey.generate_key("P-256", auto_kid=True)


def settings_for(issuer: str, key: ECKey | RSAKey = KEY) -> BrokerSettings:
    return BrokerSettings(
        issuer, "maas", key.as_dict(private=True), ("openid", "profile", "email"), RULES, ("RS256", "ES256")
    )


@pytest.fixture(scope="module")
def broker_url() -> Iterator[str]:
    """The broker in a process of its own."""
    port = free_port()
    script = Path(__file__).with_name("strict_broker.py")
    public = json.dumps(KEY.as_dict(private=False))
    command = [sys.executable, "-W", "ignore", str(script), str(port), public]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            assert process.poll() is None, "the broker ended before it answered"
            try:
                httpx.get(f"{url}/jwks", verify=TLS)
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with httpx.Client(verify=TLS, timeout=20) as client:
        yield client


@pytest.fixture
def city(front: Front, broker_url: str, http: httpx.Client, tmp_path: Path) -> Iterator[Served]:
    """A one ID that knows the broker."""
    settings = settings_for(broker_url)
    by = OidcBroker(settings, http, secrets.token_bytes)
    with serving(front, f"sqlite:///{tmp_path / 'city.sqlite'}", broker=settings, by=by) as one:
        yield one


def to_broker(web: Web, then: str = "/") -> str:
    """Off to the broker; its page."""
    headers = {"Origin": web.served.url}
    return str(web.http.post("/signin/broker", data={"then": then}, headers=headers).headers["location"])


def say_yes(page: str, http: httpx.Client) -> str:
    """The person agrees at the broker; the address that they come back to."""
    return str(http.post(page, data={"sub": "citizen-7"}).headers["location"])


def test_a_citizen_signs_in_and_is_entitled_and_nothing_else_is_kept(
    city: Served, http: httpx.Client
) -> None:
    web = city.browser()
    done = web.get(say_yes(to_broker(web, "/trips"), http))
    assert (done.status_code, done.headers["location"]) == (303, "/trips"), done.text
    proven = {each["kind"]: each["holds"] for each in web.get("/v1/entitlements").json()}
    assert proven == {"65+": True, "resident": True, "disability": False}
    account = web.get("/v1/me").json()["id"]
    db = city.house.identity.db
    with db.read() as connection:
        rows = [
            str(row)
            for table in inspect(db.engine).get_table_names()
            for row in connection.execute(text(f"SELECT * FROM {table}"))
        ]
    assert not [row for row in rows for claim in CLAIMS_OF_THE_BROKER if claim in row]
    again = city.browser()
    again.get(say_yes(to_broker(again), http))
    assert again.get("/v1/me").json()["id"] == account


def test_who_is_signed_in_proves_entitlements_for_their_own_account(city: Served, http: httpx.Client) -> None:
    web, other = city.browser(), city.browser()
    account = web.sign_in("hanako@example.jp")
    web.get(say_yes(to_broker(web), http))
    assert web.get("/v1/me").json()["id"] == account
    assert len(web.get("/v1/entitlements").json()) == 3
    other.sign_in("other@example.jp")
    taken = other.get(say_yes(to_broker(other), http))
    assert taken.status_code == 409
    assert other.get("/v1/entitlements").json() == []


def test_an_answer_counts_once_in_the_browser_that_asked(city: Served, http: httpx.Client) -> None:
    web, thief = city.browser(), city.browser()
    back = say_yes(to_broker(web), http)
    to_broker(thief)
    assert thief.get(back).status_code == 502
    assert web.get(back).status_code == 303
    assert web.get(back).status_code == 502
    late = say_yes(to_broker(web), http)
    city.house.clock.forward(seconds=601)
    assert web.get(late).status_code == 502


def test_a_no_at_the_broker_and_a_mixed_up_one_sign_nobody_in(city: Served, http: httpx.Client) -> None:
    web = city.browser()
    denied = http.post(to_broker(web), data={"action": "deny"}).headers["location"]
    state = parse_qs(urlsplit(to_broker(web)).query)["state"][0]
    for back in (
        denied,
        f"/signin/broker/callback?{urlencode({'state': state, 'error': 'access_denied'})}",
        f"/signin/broker/callback?{urlencode({'state': 'x', 'code': 'y'})}",
    ):
        assert web.get(back).status_code == 502
    mixed_up = say_yes(to_broker(web), http) + "&iss=https%3A%2F%2Fevil.example"
    assert web.get(mixed_up).status_code == 502
    assert web.get("/v1/session").json()["signed_in"] is False


def test_a_code_with_another_flow_s_verifier_or_a_wrong_key_is_refused_by_the_broker(
    broker_url: str, http: httpx.Client
) -> None:
    ours = OidcBroker(settings_for(broker_url), http, secrets.token_bytes)
    there = "http://localhost/signin/broker/callback"

    def code(broker: OidcBroker) -> str:
        page = broker.authorization_url(state="s", nonce="n", verifier="v" * 43, redirect_uri=there)
        return parse_qs(urlsplit(say_yes(page, http)).query)["code"][0]

    now = datetime.now(UTC)
    told = ours.answer(code=code(ours), nonce="n", verifier="v" * 43, redirect_uri=there, now=now)
    assert told.subject == "citizen-7"
    with pytest.raises(BrokerRefused, match="invalid_grant"):
        ours.answer(code=code(ours), nonce="n", verifier="w" * 43, redirect_uri=there, now=now)
    with pytest.raises(BrokerRefused, match="nonce"):
        ours.answer(code=code(ours), nonce="other", verifier="v" * 43, redirect_uri=there, now=now)
    stranger = OidcBroker(
        settings_for(broker_url, ECKey.generate_key("P-256", auto_kid=True)), http, secrets.token_bytes
    )
    with pytest.raises(BrokerRefused, match="invalid_client"):
        stranger.answer(code=code(ours), nonce="n", verifier="v" * 43, redirect_uri=there, now=now)


def test_without_a_broker_there_is_no_way_to_it(served: Served) -> None:
    web = served.browser()
    assert "/signin/broker" not in web.get("/signin").text
    assert web.send("POST", "/v1/signin/broker", {}).status_code == 404
    assert web.get("/signin/broker/callback?state=x&code=y").status_code == 404


class Liar:
    """A broker over httpx's own transport, whose ID token is whatever a test says."""

    issuer = "https://broker.example"

    def __init__(self, sign: Callable[[dict[str, Any]], str], **changed: Any) -> None:
        self.key = RSAKey.generate_key(2048, {"use": "sig"}, auto_kid=True)
        self.sign = sign
        self.changed = changed

    def __call__(self, request: httpx.Request) -> httpx.Response:
        now_s = int(TestClock().now.timestamp())
        claims = {
            "iss": self.issuer, "aud": "maas", "sub": "s", "nonce": "n", "iat": now_s, "exp": now_s + 60,
        } | self.changed.get("claims", {})  # fmt: skip
        kept = {name: value for name, value in claims.items() if value is not None}
        answers: dict[str, Any] = {
            "/.well-known/openid-configuration": {
                "issuer": self.changed.get("issuer", self.issuer),
                "authorization_endpoint": f"{self.issuer}/a", "token_endpoint": f"{self.issuer}/t",
                "jwks_uri": f"{self.issuer}/k", "userinfo_endpoint": f"{self.issuer}/u",
            },
            "/k": {"keys": [self.key.as_dict(private=False)]},
            "/t": {"id_token": self.sign(kept), "access_token": "a"},
            "/u": {"sub": self.changed.get("told", "s"), "birthdate": "1950-04-01"},
        }  # fmt: skip
        return httpx.Response(200, json=answers[request.url.path])


def ask(liar: Liar) -> str:
    with httpx.Client(transport=httpx.MockTransport(liar)) as client:
        broker = OidcBroker(settings_for(liar.issuer), client, secrets.token_bytes)
        answer = broker.answer(
            code="c", nonce="n", verifier="v" * 43, redirect_uri="https://x.example", now=TestClock().now
        )
    return answer.subject


def liar(**changed: Any) -> Liar:
    made = Liar(json.dumps, **changed)

    def sign(claims: dict[str, Any]) -> str:
        match changed.get("signed"):
            case "none":
                return "eyJhbGciOiJub25lIn0.eyJzdWIiOiJzIn0."
            case "stranger":
                stranger = RSAKey.generate_key(2048, auto_kid=True)
                return jwt.encode({"alg": "RS256"}, claims, stranger, algorithms=["RS256"])
        return jwt.encode({"alg": "RS256", "kid": made.key.kid}, claims, made.key, algorithms=["RS256"])

    made.sign = sign
    return made


def test_an_honest_answer_passes() -> None:
    assert ask(liar()) == "s"


@pytest.mark.parametrize(
    "changed",
    [
        {"signed": "none"},
        {"signed": "stranger"},
        {"claims": {"iss": "https://evil.example"}},
        {"claims": {"aud": "somebody-else"}},
        {"claims": {"aud": ["maas", "somebody-else"]}},
        {"claims": {"nonce": "another-flow"}},
        {"claims": {"nonce": None}},
        {"claims": {"exp": 1}},
        {"claims": {"exp": None}},
        {"claims": {"iat": 99_999_999_999}},
        {"claims": {"sub": ""}},
        {"claims": {"sub": None}},
        {"told": "somebody-else"},
        {"issuer": "https://evil.example"},
    ],
)
def test_a_lie_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(BrokerRefused):
        ask(liar(**changed))
