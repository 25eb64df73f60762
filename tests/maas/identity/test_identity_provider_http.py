"""The OpenID provider over HTTP, with an app that keeps to the rules and one that does not."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from identity_server import CALLBACK, App, Served, Web, plain
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from maas.identity import consents, keys
from maas.identity.provider import clients
from maas.identity.provider.client_auth import ASSERTION_TYPE
from maas.identity.sealing import b64
from maas.identity.sweep import sweep


def person_and_app(served: Served, **changed: object) -> tuple[Web, App]:
    app = App(served, served.register(**changed))
    web = served.browser()
    web.sign_in("hanako@example.jp")
    return web, app


def error_of(location: str) -> str:
    return parse_qs(urlsplit(location).query)["error"][0]


def claims_of(token: str) -> dict[str, object]:
    return dict(json.loads(urlsafe_b64decode(token.split(".")[1] + "==")))


def test_a_code_becomes_tokens_that_tell_what_was_consented_to(served_anywhere: Served) -> None:
    web, app = person_and_app(served_anywhere)
    account = web.send("PATCH", "/v1/me", {"name": "渡辺 花子"}).json()
    tokens = app.redeem(app.code(web)).json()
    told = app.userinfo(tokens["access_token"]).json()
    assert told == {
        "sub": told["sub"], "name": "渡辺 花子", "locale": "en", "email": "hanako@example.jp",
        "email_verified": True,
    }  # fmt: skip
    assert account["id"] not in (told["sub"], tokens["access_token"])
    assert claims_of(tokens["id_token"])["nonce"] == "the-nonce"
    shown = web.get("/v1/disclosures").json()
    left = [(each["recipient"], each["data"]) for each in shown]
    assert left == [("client:app", ["email", "language", "name"])]


def test_what_is_not_ticked_does_not_leave(served: Served) -> None:
    web, app = person_and_app(served)
    page = web.get(web.get(app.request()).headers["location"])
    at = web.submit(page, decision="allow", data=["email"])
    code = parse_qs(urlsplit(at.headers["location"]).query)["code"][0]
    tokens = app.redeem(code).json()
    assert tokens["scope"] == "openid email"
    assert "refresh_token" not in tokens
    assert set(app.userinfo(tokens["access_token"]).json()) == {"sub", "email", "email_verified"}
    taken = {"purpose": "sign_in", "recipient": "client:app"}
    assert web.send("POST", "/v1/consents/revoke", taken).status_code == 201
    assert set(app.userinfo(tokens["access_token"]).json()) == {"sub"}  # at once, with the same token


def test_who_says_no_goes_back_with_nothing(served: Served) -> None:
    web, app = person_and_app(served)
    page = web.get(web.get(app.request()).headers["location"])
    at = web.submit(page, decision="deny").headers["location"]
    assert at.startswith(CALLBACK)
    assert error_of(at) == "access_denied"
    assert web.get("/v1/consents").json() == []


def test_consent_is_asked_once_and_again_when_the_app_wants_it(served: Served) -> None:
    web, app = person_and_app(served)
    app.code(web)
    assert web.get(app.request()).headers["location"].startswith(CALLBACK)
    assert web.get(app.request(prompt="none")).headers["location"].startswith(f"{CALLBACK}?code=")
    assert web.get(app.request(prompt="consent")).headers["location"].startswith("/consent?")


def test_without_a_person_an_app_gets_the_sign_in_page_or_login_required(served: Served) -> None:
    app, web = App(served, served.register()), served.browser()
    at = web.get(app.request()).headers["location"]
    assert at.startswith("/signin?then=%2Foidc%2Fauthorize")
    assert error_of(web.get(app.request(prompt="none")).headers["location"]) == "login_required"
    web.sign_in("hanako@example.jp")
    assert error_of(web.get(app.request(prompt="none")).headers["location"]) == "consent_required"


def test_a_guest_cannot_sign_in_to_apps(served: Served) -> None:
    app, web = App(served, served.register()), served.browser()
    web.send("POST", "/v1/signin/guest", {})
    assert web.get(app.request()).headers["location"].startswith("/signin?")


def test_an_app_can_demand_a_new_sign_in(served: Served) -> None:
    web, app = person_and_app(served)
    app.code(web)
    for demand in ({"prompt": "login"}, {"max_age": "60"}):
        served.house.clock.forward(seconds=120)
        at = web.get(app.request(**demand)).headers["location"]
        assert at.startswith("/signin?")
        then = parse_qs(urlsplit(at).query)["then"][0]
        assert web.get(then).headers["location"].startswith("/signin?")  # going round it does not help
        served.house.clock.forward(seconds=1)
        web.sign_in("hanako@example.jp", then)
        assert web.get(then).headers["location"].startswith(f"{CALLBACK}?code=")


WRONG: list[tuple[dict[str, str | None], str]] = [
    ({"code_challenge": None}, "invalid_request"),
    ({"code_challenge_method": "plain"}, "invalid_request"),
    ({"code_challenge_method": None}, "invalid_request"),
    ({"code_challenge": "short"}, "invalid_request"),
    ({"response_type": "token"}, "unsupported_response_type"),
    ({"response_mode": "fragment"}, "invalid_request"),
    ({"scope": "profile"}, "invalid_scope"),
    ({"scope": "openid phone"}, "invalid_scope"),
    ({"scope": "openid telemetry:write"}, "invalid_scope"),
    ({"request": "e30.e30."}, "request_not_supported"),
    ({"request_uri": "https://app.example/r"}, "request_uri_not_supported"),
    ({"prompt": "none login"}, "invalid_request"),
    ({"max_age": "soon"}, "invalid_request"),
]


def test_a_wrong_request_goes_back_with_an_error(served: Served) -> None:
    web, app = person_and_app(served)
    for changed, error in WRONG:
        at = web.get(app.request(**changed)).headers["location"]
        answer = parse_qs(urlsplit(at).query)
        assert at.startswith(CALLBACK)
        assert (answer["error"], answer["state"], answer["iss"]) == (
            [error], ["the-state"], [served.url],
        ), changed  # fmt: skip


FORGED: list[dict[str, str | None]] = [
    {"redirect_uri": "https://app.example/callback/"},
    {"redirect_uri": "https://app.example/callback?x=1"},
    {"redirect_uri": "https://evil.example/callback"},
    {"redirect_uri": None},
    {"client_id": "nobody"},
    {"client_id": None},
]


def test_an_error_is_never_sent_to_an_address_that_was_not_registered(served: Served) -> None:
    web, app = person_and_app(served)
    for changed in FORGED:
        shown = web.get(app.request(**changed))
        assert shown.status_code == 400, changed
        assert "location" not in shown.headers
        assert "evil.example" not in shown.text


def test_a_parameter_given_twice_is_refused(served: Served) -> None:
    web, app = person_and_app(served)
    assert web.get(app.request() + "&client_id=app").status_code == 400
    assert app.token(grant_type="refresh_token").status_code == 400
    body = "grant_type=refresh_token&refresh_token=a&refresh_token=b"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = plain("POST", f"{served.url}/oidc/token", content=body, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_a_consent_form_that_another_site_submits_is_refused(served: Served) -> None:
    web, app = person_and_app(served)
    at = web.get(app.request()).headers["location"]
    request = at.partition("?")[2]
    form = {"request": request, "decision": "allow", "text_version": "2026-11", "language": "en"}
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}):
        refused = web.http.post("/consent", data=form, headers=headers)
        assert refused.status_code == 403
    assert web.get("/v1/consents").json() == []


def test_pages_cannot_be_framed_and_run_no_script_of_others(served: Served) -> None:
    web, app = person_and_app(served)
    for page in (web.get("/signin"), web.get(web.get(app.request()).headers["location"]), web.get("/device")):
        policy = page.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-inline" not in policy
        assert "<script>" not in page.text
        assert page.headers["cache-control"] == "no-store"


def test_what_an_app_is_called_is_shown_and_never_run(served: Served) -> None:
    web, app = person_and_app(served, name="<script>alert(1)</script>", organisation='"><img src=x>')
    page = web.get(web.get(app.request()).headers["location"]).text
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page


def test_a_code_that_comes_twice_takes_its_tokens_back(served_anywhere: Served) -> None:
    web, app = person_and_app(served_anywhere)
    code = app.code(web)
    tokens = app.redeem(code).json()
    assert app.userinfo(tokens["access_token"]).status_code == 200
    again = app.redeem(code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert app.userinfo(tokens["access_token"]).status_code == 401
    assert app.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"


def test_of_ten_that_redeem_a_code_at_once_none_keeps_tokens(served_anywhere: Served) -> None:
    web, app = person_and_app(served_anywhere)
    code = app.code(web)
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: app.redeem(code), range(10)))
    got = [answer.json() for answer in answers if answer.status_code == 200]
    assert len(got) == 1
    assert app.userinfo(got[0]["access_token"]).status_code == 401


STOLEN: list[dict[str, str]] = [
    {"code_verifier": "x" * 43},
    {"code_verifier": ""},
    {"redirect_uri": "https://app.example/other"},
    {"grant_type": "password"},
]


def test_a_code_without_its_verifier_and_address_is_worth_nothing(served: Served) -> None:
    web, app = person_and_app(served)
    for changed in STOLEN:
        refused = app.redeem(app.code(web), **changed)
        assert refused.status_code == 400, changed
        assert refused.json()["error"] in ("invalid_grant", "unsupported_grant_type")
    assert app.redeem("unknown").json()["error"] == "invalid_grant"


def test_a_code_is_short_lived_and_for_one_client(served: Served) -> None:
    web, app = person_and_app(served)
    other = App(served, served.register("other"), app.verifier)
    assert other.redeem(app.code(web)).json()["error"] == "invalid_grant"
    late = app.code(web)
    served.house.clock.forward(seconds=61)
    assert app.redeem(late).json()["error"] == "invalid_grant"


def test_a_refresh_token_is_used_once_and_a_second_use_ends_the_family(served_anywhere: Served) -> None:
    web, app = person_and_app(served_anywhere)
    first = app.redeem(app.code(web)).json()
    second = app.refresh(first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert app.userinfo(second["access_token"]).status_code == 200
    assert app.refresh(first["refresh_token"]).json()["error"] == "invalid_grant"  # stolen, by one of both
    assert app.refresh(second["refresh_token"]).json()["error"] == "invalid_grant"
    assert app.userinfo(second["access_token"]).status_code == 401
    assert "refresh.reused" in {entry["action"] for entry in web.get("/v1/me/audit").json()}


def test_of_ten_that_refresh_at_once_none_is_left_with_access(served_anywhere: Served) -> None:
    web, app = person_and_app(served_anywhere)
    first = app.redeem(app.code(web)).json()
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: app.refresh(first["refresh_token"]), range(10)))
    got = [answer.json() for answer in answers if answer.status_code == 200]
    assert len(got) == 1
    assert app.userinfo(got[0]["access_token"]).status_code == 401


def test_refreshing_narrows_and_never_widens_and_ends_with_the_family(served: Served) -> None:
    web, app = person_and_app(served)
    tokens = app.redeem(app.code(web)).json()
    narrow = app.refresh(tokens["refresh_token"], scope="openid email").json()
    assert narrow["scope"] == "openid email"
    assert set(app.userinfo(narrow["access_token"]).json()) == {"sub", "email", "email_verified"}
    wide = app.refresh(narrow["refresh_token"], scope="openid phone")
    assert wide.json()["error"] == "invalid_scope"
    other = app.redeem(app.code(web)).json()
    served.house.clock.forward(days=30)
    assert app.refresh(other["refresh_token"]).json()["error"] == "invalid_grant"


def test_a_rider_takes_an_app_s_access_away(served: Served) -> None:
    web, app = person_and_app(served)
    tokens = app.redeem(app.code(web)).json()
    assert [each["client_id"] for each in web.get("/v1/me/applications").json()] == ["app"]
    assert web.send("DELETE", "/v1/me/applications/app").status_code == 200
    assert app.userinfo(tokens["access_token"]).status_code == 401
    assert app.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"


def test_access_tokens_are_short_lived(served: Served) -> None:
    web, app = person_and_app(served)
    token = app.redeem(app.code(web)).json()["access_token"]
    served.house.clock.forward(seconds=299)
    assert app.userinfo(token).status_code == 200
    served.house.clock.forward(seconds=2)
    refused = app.userinfo(token)
    assert refused.status_code == 401
    assert "invalid_token" in refused.headers["www-authenticate"]


def forged(token: str, key: ECKey, **changed: object) -> str:
    claims = claims_of(token) | changed
    return jwt.encode({"alg": "ES256", "typ": "at+jwt", "kid": key.kid}, claims, key, algorithms=["ES256"])


def test_forged_tokens_are_refused(served: Served) -> None:
    web, app = person_and_app(served)
    tokens = app.redeem(app.code(web)).json()
    good, id_token = tokens["access_token"], tokens["id_token"]
    head, body, signature = good.split(".")
    none = b64(b'{"alg":"none","typ":"at+jwt"}')
    ours = served.house.identity.write(keys.signing)
    public = json.dumps(plain("GET", f"{served.url}/oidc/jwks").json()["keys"][0]).encode()
    hmac_head = b64(b'{"alg":"HS256","typ":"at+jwt"}')
    for token in (
        f"{none}.{body}.",
        f"{none}.{body}.{signature}",
        f"{hmac_head}.{body}.{b64(public)}",
        f"{head}.{b64(json.dumps(claims_of(good) | {'scope': 'openid email'}).encode())}.{signature}",
        forged(good, ECKey.generate_key("P-256", auto_kid=True)),
        forged(good, ours, aud="https://other.example"),
        forged(good, ours, iss="https://other.example"),
        forged(good, ours, exp=1),
        forged(good, ours, grant="grt_unknown"),
        id_token,
        "x" * 9_000,
    ):
        assert app.userinfo(token).status_code == 401, token
        answer = plain("GET", f"{served.url}/v1/session", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401
    assert app.userinfo(forged(good, ours)).status_code == 200  # the forgery is in the changes alone


def test_keys_rotate_without_a_gap(served: Served) -> None:
    web, app = person_and_app(served)
    before = plain("GET", f"{served.url}/oidc/jwks").json()["keys"]
    old = app.redeem(app.code(web)).json()
    served.house.clock.forward(seconds=1)
    served.house.identity.write(keys.rotate)
    new = app.redeem(app.code(web)).json()
    after = plain("GET", f"{served.url}/oidc/jwks").json()["keys"]
    assert {key["kid"] for key in before} <= {key["kid"] for key in after}  # the next was known before
    assert app.userinfo(old["access_token"]).status_code == 200
    assert app.userinfo(new["access_token"]).status_code == 200
    for token in (old["id_token"], new["id_token"]):
        jwt.decode(token, KeySet.import_key_set({"keys": after}), algorithms=["ES256"])
    assert jwt.decode(new["id_token"], KeySet.import_key_set({"keys": before}), algorithms=["ES256"])
    assert all("d" not in key for key in after)


def test_keys_take_turns_by_themselves(served: Served) -> None:
    first = served.house.identity.write(keys.signing).kid
    served.house.clock.forward(days=29)
    served.house.identity.write(sweep)
    assert served.house.identity.write(keys.signing).kid == first
    served.house.clock.forward(days=2)
    served.house.identity.write(sweep)
    assert served.house.identity.write(keys.signing).kid != first
    served.house.clock.forward(days=31)
    served.house.identity.write(sweep)
    assert first not in {key["kid"] for key in plain("GET", f"{served.url}/oidc/jwks").json()["keys"]}


def test_two_operators_cannot_find_out_that_they_have_the_same_rider(served: Served) -> None:
    web, app = person_and_app(served)
    others = [App(served, served.register(name, sector="rail")) for name in ("rail-app", "rail-web")]
    subjects = [
        app_.userinfo(app_.redeem(app_.code(web)).json()["access_token"]).json()["sub"]
        for app_ in (app, *others)
    ]
    assert subjects[0] != subjects[1] == subjects[2]


@pytest.mark.parametrize("method", ["none", "client_secret_basic", "client_secret_post"])
def test_a_client_is_who_it_proves_to_be(served: Served, method: str) -> None:
    web, app = person_and_app(served, auth_method=method)
    code = app.code(web)
    form = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK,
        "code_verifier": app.verifier,
    }  # fmt: skip
    url, secret = f"{served.url}/oidc/token", app.registered.secret or "guess"
    wrong = [
        plain("POST", url, data=form, auth=("app", "wrong")),
        plain("POST", url, data=form | {"client_id": "app", "client_secret": "wrong"}),
        plain("POST", url, data=form | {"client_id": "app", "client_secret": secret}, auth=("app", secret)),
        plain("POST", url, data=form),
    ]
    if method != "none":
        wrong.append(plain("POST", url, data=form | {"client_id": "app"}))
    assert {answer.status_code for answer in wrong} <= {400, 401}
    right = {
        "none": lambda: plain("POST", url, data=form | {"client_id": "app"}),
        "client_secret_basic": lambda: plain("POST", url, data=form, auth=("app", secret)),
        "client_secret_post": lambda: plain(
            "POST", url, data=form | {"client_id": "app", "client_secret": secret}
        ),
    }[method]()
    assert right.status_code == 200


def test_a_machine_gets_what_it_is_registered_for_and_a_signed_assertion_works_once(served: Served) -> None:
    key = ECKey.generate_key("P-256", auto_kid=True)
    served.register(
        "meter", auth_method="private_key_jwt", grant_types=(clients.CREDENTIALS,), redirect_uris=(),
        scopes=("telemetry:write", "fleet:read"), jwks={"keys": [key.as_dict(private=False)]},
    )  # fmt: skip
    now_s = int(served.house.clock.now.timestamp())

    def ask(signer: ECKey = key, scope: str = "telemetry:write", **changed: object) -> httpx.Response:
        claims: dict[str, object] = {
            "iss": "meter", "sub": "meter", "aud": served.url, "jti": "one", "exp": now_s + 60,
        } | changed  # fmt: skip
        assertion = jwt.encode({"alg": "ES256", "kid": signer.kid}, claims, signer, algorithms=["ES256"])
        form = {
            "grant_type": "client_credentials", "scope": scope, "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion,
        }  # fmt: skip
        return plain("POST", f"{served.url}/oidc/token", data=form)

    first = ask()
    assert (first.status_code, first.json()["scope"]) == (200, "telemetry:write")
    assert "refresh_token" not in first.json()
    assert ask().json()["error"] == "invalid_client"  # replayed
    assert ask(jti="two", aud="https://other.example").json()["error"] == "invalid_client"
    assert ask(jti="three", exp=now_s - 60).json()["error"] == "invalid_client"
    assert ask(jti="four", exp=now_s + 86_400).json()["error"] == "invalid_client"
    assert ask(ECKey.generate_key("P-256", auto_kid=True), jti="five").json()["error"] == "invalid_client"
    assert ask(jti="six", scope="admin:all").json()["error"] == "invalid_scope"
    bearer = {"Authorization": f"Bearer {first.json()['access_token']}"}
    me = plain("GET", f"{served.url}/v1/session", headers=bearer).json()
    assert (me["account_id"], me["client"], me["scopes"]) == (None, "meter", ["telemetry:write"])
    assert plain("GET", f"{served.url}/v1/me", headers=bearer).status_code == 403
    assert plain("GET", f"{served.url}/oidc/userinfo", headers=bearer).status_code == 403


def test_a_revoked_token_ends_at_once_and_only_for_its_client(served: Served) -> None:
    web, app = person_and_app(served)
    other = App(served, served.register("other"))
    tokens = app.redeem(app.code(web)).json()

    def revoke(by: App, token: str) -> int:
        auth = (by.registered.client.id, by.registered.secret or "")
        return plain("POST", f"{served.url}/oidc/revoke", data={"token": token}, auth=auth).status_code

    assert revoke(other, tokens["access_token"]) == 200
    assert app.userinfo(tokens["access_token"]).status_code == 200
    assert revoke(app, tokens["access_token"]) == 200
    assert app.userinfo(tokens["access_token"]).status_code == 401
    renewed = app.refresh(tokens["refresh_token"]).json()
    assert revoke(app, renewed["refresh_token"]) == 200
    assert app.userinfo(renewed["access_token"]).status_code == 401
    assert revoke(app, "unknown") == 200


def test_taking_consent_back_ends_offline_access(served: Served) -> None:
    web, app = person_and_app(served)
    account = web.get("/v1/me").json()["id"]
    tokens = app.redeem(app.code(web)).json()
    served.house.identity.write(
        lambda work: consents.revoke(
            work, account, purpose="sign_in", recipient="client:app", data=["offline"]
        )
    )
    assert app.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"
    assert app.userinfo(tokens["access_token"]).status_code == 401
