"""Our OpenID provider and a client that is not ours: openid-client of npm checks every answer of ours."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from identity_server import CALLBACK, Served, Web
from joserfc.jwk import ECKey
from openid_peer import Peer

from maas.identity.provider import clients

SCOPE = "openid profile email offline_access"


@pytest.fixture
def peer() -> Iterator[Peer]:
    made = Peer()
    yield made
    made.close()


def connect(served: Served, peer: Peer, method: str, **changed: object) -> None:
    object.__setattr__(served.house.identity.settings, "device_interval_s", 1)  # the peer keeps to it
    key = ECKey.generate_key("P-256", auto_kid=True)
    jwks = {"keys": [key.as_dict(private=False)]} if method == "private_key_jwt" else None
    made = served.register(auth_method=method, jwks=jwks, logout_uris=("https://app.example/bye",), **changed)
    answer = peer(
        "discover", issuer=served.url, client_id="app", secret=made.secret, method=method,
        key=key.as_dict(private=True),
    )  # fmt: skip
    assert answer == {"pkce": True}


def go_through(served: Served, peer: Peer, **more: str) -> tuple[Web, str]:
    """Sign in and consent in a browser; the address at which the app's callback is called."""
    web = served.browser()
    start = peer("start", redirect_uri=CALLBACK, scope=SCOPE, **more)["url"]
    page = web.get(start).headers["location"]
    then = web.get(page).text.split('data-then="')[1].split('"')[0].replace("&amp;", "&")
    web.sign_in("hanako@example.jp", then)
    consent = web.get(web.get(then).headers["location"])
    data = ["name", "language", "email", "offline"]
    return web, web.submit(consent, decision="allow", data=data).headers["location"]


@pytest.mark.parametrize("method", ["none", "client_secret_basic", "client_secret_post", "private_key_jwt"])
def test_a_foreign_client_goes_through_the_whole_flow(served: Served, peer: Peer, method: str) -> None:
    connect(served, peer, method)
    web, callback = go_through(served, peer, max_age="3600")
    web.send("PATCH", "/v1/me", {"name": "渡辺 花子"})
    tokens = peer("finish", url=callback)
    assert "error" not in tokens, tokens
    assert tokens["claims"]["amr"] == ["email"]
    sub = tokens["claims"]["sub"]
    told = peer("userinfo", access_token=tokens["access_token"], sub=sub)
    assert (told["email"], told["name"]) == ("hanako@example.jp", "渡辺 花子")
    renewed = peer("refresh", refresh_token=tokens["refresh_token"])
    assert "error" not in renewed, renewed
    assert peer("finish", url=callback)["error"] == "invalid_grant"  # a code that comes twice …
    assert peer("refresh", refresh_token=renewed["refresh_token"])["error"] == "invalid_grant"  # … ends all


def test_a_foreign_client_refreshes_revokes_and_signs_out(served: Served, peer: Peer) -> None:
    connect(served, peer, "client_secret_basic")
    web, callback = go_through(served, peer)
    tokens = peer("finish", url=callback)
    first = peer("refresh", refresh_token=tokens["refresh_token"])
    assert peer("refresh", refresh_token=tokens["refresh_token"])["error"] == "invalid_grant"
    assert peer("refresh", refresh_token=first["refresh_token"])["error"] == "invalid_grant"
    again = peer("start", redirect_uri=CALLBACK, scope=SCOPE)["url"]
    tokens = peer("finish", url=web.get(again).headers["location"])
    assert peer("revoke", token=tokens["refresh_token"]) == {}
    assert "error" in peer("userinfo", access_token=tokens["access_token"], sub=tokens["claims"]["sub"])
    bye = web.get(peer("leave", id_token=tokens["id_token"], then="https://app.example/bye")["url"])
    assert bye.headers["location"] == "https://app.example/bye"
    assert web.get("/v1/session").json()["signed_in"] is False


def test_a_foreign_client_notices_an_answer_that_somebody_changed(served: Served, peer: Peer) -> None:
    connect(served, peer, "client_secret_basic")
    _, callback = go_through(served, peer)
    mixed_up = callback.replace("iss=http%3A%2F%2Flocalhost", "iss=http%3A%2F%2Fevil")
    assert mixed_up != callback
    assert "error" in peer("finish", url=mixed_up)
    assert "error" not in peer("finish", url=callback)


def test_a_foreign_kiosk_is_connected_by_its_code_once(served: Served, peer: Peer) -> None:
    connect(
        served, peer, "none", grant_types=(clients.DEVICE,), redirect_uris=(), scopes=("openid", "profile")
    )
    web = served.browser()
    shown = peer("device", scope="openid profile")
    at = web.get(shown["verification_uri_complete"]).headers["location"]
    assert at.startswith("/signin?then=%2Fdevice%3Fuser_code")
    web.sign_in("hanako@example.jp")
    form = web.get(shown["verification_uri_complete"])
    assert shown["user_code"] in form.text
    wrong = web.submit(form, user_code="BBBB-BBBB")
    assert wrong.status_code == 422
    check = web.submit(form, user_code=shown["user_code"].lower().replace("-", " "))
    assert "run by shuttles" in check.text
    done = web.submit(check, decision="allow", data=["name"])
    assert "Connected" in done.text
    served.house.clock.forward(seconds=5)
    tokens = peer("poll")
    assert tokens["claims"]["sub"]
    assert tokens["scope"] == "openid"  # the language was not ticked, so there is no whole profile
    assert peer("poll")["error"] == "invalid_grant"


def test_a_foreign_kiosk_hears_no_and_too_late(served: Served, peer: Peer) -> None:
    connect(served, peer, "none", grant_types=(clients.DEVICE,), redirect_uris=(), scopes=("openid",))
    web = served.browser()
    web.sign_in("hanako@example.jp")
    shown = peer("device", scope="openid")
    web.submit(web.submit(web.get("/device"), user_code=shown["user_code"]), decision="deny")
    assert peer("poll")["error"] == "access_denied"
    shown = peer("device", scope="openid")
    served.house.clock.forward(seconds=601)
    assert web.submit(web.get("/device"), user_code=shown["user_code"]).status_code == 422
    assert peer("poll")["error"] == "expired_token"


def test_a_foreign_kiosk_waits_until_somebody_answers(served: Served, peer: Peer) -> None:
    connect(served, peer, "none", grant_types=(clients.DEVICE,), redirect_uris=(), scopes=("openid",))
    web = served.browser()
    web.sign_in("hanako@example.jp")
    shown = peer("device", scope="openid")
    answers: list[dict[str, object]] = []
    waiting = threading.Thread(target=lambda: answers.append(peer("poll")))
    waiting.start()
    for _ in range(200):
        if _scalar(served, "SELECT polled_ms FROM identity_device") is not None:
            break
        time.sleep(0.05)
    served.house.clock.forward(seconds=2)
    web.submit(web.submit(web.get("/device"), user_code=shown["user_code"]), decision="allow")
    waiting.join(30)
    assert answers
    assert "access_token" in answers[0], answers


def _scalar(served: Served, query: str) -> object:
    with served.house.identity.db.read() as connection:
        return connection.exec_driver_sql(query).scalar()


def test_a_foreign_machine_gets_its_scopes_with_a_signed_assertion(served: Served, peer: Peer) -> None:
    connect(
        served, peer, "private_key_jwt", grant_types=(clients.CREDENTIALS,), redirect_uris=(),
        scopes=("telemetry:write",),
    )  # fmt: skip
    assert peer("machine", scope="telemetry:write")["scope"] == "telemetry:write"
    assert peer("machine", scope="admin:all")["error"] == "invalid_scope"
