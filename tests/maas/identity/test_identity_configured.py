"""The environment's settings of the one ID, the daily round, and apps in browsers of other origins."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from identity_server import Front, serving

from maas.errors import BadRequest
from maas.identity.model import EntitlementKind
from maas.wiring.identity import read_broker, read_key, read_smtp


def test_a_server_key_is_read_and_a_weak_one_refused_without_showing_it() -> None:
    key = bytes(range(32))
    assert read_key(base64.b64encode(key).decode()) == key
    for wrong in ("not base64 !", base64.b64encode(key[:31]).decode()):
        with pytest.raises(BadRequest) as error:
            read_key(wrong)
        assert wrong not in str(error.value)


def test_a_mail_server_is_read_from_its_address() -> None:
    found = read_smtp("smtp://post:p%40ss@mail.example?from=maas@city.example")
    assert (found.host, found.port, found.security, found.user, found.password, found.sender) == (
        "mail.example", 587, "starttls", "post", "p@ss", "maas@city.example",
    )  # fmt: skip
    assert read_smtp("smtps://mail.example:4650?from=a@b.c").security == "tls"
    assert read_smtp("smtp+plain://127.0.0.1:2525?from=a@b.c").port == 2525
    for wrong in (
        "http://mail.example?from=a@b.c",
        "smtp://mail.example",
        "smtp://:25?from=a@b",
        "smtp://h:x?from=a@b",
    ):
        with pytest.raises(BadRequest, match="MAAS_SMTP"):
            read_smtp(wrong)


def test_a_broker_is_read_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "broker.json"
    rule = {"attribute": "birthdate", "kind": "65+", "test": "age_at_least", "value": "65"}
    whole = {"issuer": "https://b.example", "client_id": "maas", "private_jwk": {"kty": "EC"}}
    path.write_text(json.dumps(whole | {"scopes": ["openid", "birthdate"], "rules": [rule]}))
    found = read_broker(path)
    assert (found.client_id, found.scopes, found.rules[0].kind) == (
        "maas", ("openid", "birthdate"), EntitlementKind.AGE_65,
    )  # fmt: skip
    for wrong in ("{}", "[]", "no json", json.dumps({"rules": [{"kind": "old"}]})):
        path.write_text(wrong)
        with pytest.raises(BadRequest, match="MAAS_BROKER"):
            read_broker(path)
    with pytest.raises(BadRequest, match="MAAS_BROKER"):
        read_broker(tmp_path / "missing.json")


def test_a_script_of_another_origin_may_ask_for_tokens_and_no_cookie_helps_it(
    front: Front, tmp_path: Path
) -> None:
    with serving(front, f"sqlite:///{tmp_path / 'cors.sqlite'}") as served:
        web = served.browser()
        web.sign_in("who@example.jp")
        origin = {"Origin": "https://app.example"}
        for path in ("/oidc/token", "/oidc/revoke", "/oidc/userinfo"):
            preflight = web.http.options(path, headers=origin | {"Access-Control-Request-Method": "POST"})
            assert (preflight.status_code, preflight.headers["access-control-allow-origin"]) == (204, "*")
            answer = web.http.post(path, data={"grant_type": "authorization_code"}, headers=origin)
            assert answer.status_code in (400, 401), answer.text
            assert answer.headers["access-control-allow-origin"] == "*"
            assert "access-control-allow-credentials" not in answer.headers
        assert "access-control-allow-origin" not in web.http.get("/v1/me", headers=origin).headers
