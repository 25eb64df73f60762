"""My account, my rights and the desk over HTTP: what browsers may do, and what they may not."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import Depends, FastAPI
from identity_server import App, Front, Served, Web, plain, serving
from sqlalchemy import text

from maas.api import problems
from maas.api.identity import mount
from maas.api.identity.texts import DATA, TEXTS
from maas.identity import keys
from maas.identity.compose import create_administrator, open_identity
from maas.identity.errors import WrongServerKey
from maas.identity.model import Role
from maas.identity.principal import Principal
from maas.identity.provider import clients
from storage.database import Database

NOBODY = "acc_" + "0" * 32


def signed_in(served: Served, email: str = "hanako@example.jp") -> tuple[Web, str]:
    web = served.browser()
    return web, web.sign_in(email)


def test_a_link_signs_in_with_a_cookie_that_scripts_and_other_hosts_cannot_touch(served: Served) -> None:
    web = served.browser()
    web.http.post("/signin/email", data={"email": "a@example.jp"}, headers={"Origin": served.url})
    page = web.get(served.link())
    assert web.get("/v1/session").json()["signed_in"] is False  # looking does not use the link up
    done = web.submit(page)
    cookie = done.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    assert web.get("/v1/session").json()["roles"] == ["resident"]
    assert web.get(served.link()).status_code == 410


def test_over_https_the_cookie_has_the_host_prefix_and_is_secure(front: Front, tmp_path: object) -> None:
    identity = open_identity(Database.open(f"sqlite:///{tmp_path}/a.sqlite"), issuer="https://id.example")
    app = FastAPI()
    problems.install(app)
    mount(app, identity)
    front.app = app
    made = plain("POST", f"{front.url}/v1/signin/guest", json={})
    cookie = made.headers["set-cookie"]
    assert cookie.startswith("__Host-maas=")
    assert "Secure" in cookie
    identity.db.close()


def test_a_write_with_a_cookie_must_come_from_our_page(served: Served) -> None:
    web, _ = signed_in(served)
    for origin in ("https://evil.example", "null", None, "http://localhost"):
        headers = {} if origin is None else {"Origin": origin}
        refused = web.http.patch("/v1/me", json={"name": "evil"}, headers=headers)
        assert (refused.status_code, refused.json()["type"].rsplit("/", 1)[1]) == (403, "cross-site")
        assert web.get("/v1/me", headers=headers).json()["name"] is None


def test_nobody_is_signed_in_from_another_site_s_page(served: Served) -> None:
    web = served.browser()
    for path, body in (("/v1/signin/guest", {}), ("/v1/signin/email/use", {"token": "x"})):
        assert web.http.post(path, json=body, headers={"Origin": "https://evil.example"}).status_code == 403
    form = web.http.post("/signin/link", data={"token": "x"}, headers={"Origin": "https://evil.example"})
    assert form.status_code == 403


def test_signing_in_leads_to_a_page_of_ours_and_nowhere_else(served: Served) -> None:
    web = served.browser()
    for forged in ("https://evil.example", "//evil.example", "/\\evil.example", "/a\nb", "javascript:x"):
        body = {"email": "a@example.jp", "then": forged}
        assert web.send("POST", "/v1/signin/email", body).status_code == 422
        assert 'data-then="/"' in web.get("/signin", params={"then": forged}).text
    assert served.house.mail.sent == []


def test_signing_out_ends_the_session_on_the_server(served: Served) -> None:
    web, _ = signed_in(served)
    kept = dict(web.http.cookies)
    assert web.send("DELETE", "/v1/session").json() == {"was_signed_in": True}
    again = plain("GET", f"{served.url}/v1/me", cookies=kept)
    assert again.status_code == 401
    assert again.headers["www-authenticate"].startswith("Bearer")


def test_one_sees_one_s_browsers_and_signs_them_out(served: Served) -> None:
    (phone, _), (desk, _) = signed_in(served), signed_in(served)
    found = desk.get("/v1/me/sessions").json()
    assert sorted(each["this_one"] for each in found) == [False, True]
    other = next(each["id"] for each in found if not each["this_one"])
    assert desk.send("DELETE", f"/v1/me/sessions/{other}").status_code == 200
    assert phone.get("/v1/me").status_code == 401
    signed_in(served)
    assert desk.send("DELETE", "/v1/me/sessions").json() == {"ended": 2}
    assert desk.get("/v1/me").status_code == 401


def test_an_address_is_proven_in_the_browser_that_asked(served: Served) -> None:
    (web, account), (thief, other) = signed_in(served), signed_in(served, "other@example.jp")
    assert web.send("POST", "/v1/me/email", {"email": "new@example.jp"}).status_code == 202
    link = served.link()
    assert thief.submit(thief.get(link)).status_code == 410
    web.send("POST", "/v1/me/email", {"email": "new@example.jp"})
    assert web.submit(web.get(served.link())).status_code == 303
    me = web.get("/v1/me").json()
    assert (me["id"], me["email"]) == (account, "new@example.jp")
    assert other != account
    web.send("POST", "/v1/me/email", {"email": "other@example.jp"})
    assert web.submit(web.get(served.link())).status_code == 409


def test_a_guest_books_and_the_code_moves_it_to_an_account(served: Served) -> None:
    guest = served.browser()
    made = guest.send("POST", "/v1/signin/guest", {"language": "ko"}).json()
    assert guest.get("/v1/session").json()["roles"] == ["guest"]
    assert guest.get("/v1/me").status_code == 403
    web, _ = signed_in(served)
    claimed = web.send("POST", "/v1/me/claims", {"code": made["claim_code"].lower()})
    assert claimed.json() == {"guest_id": made["account_id"], "records": 0}
    assert guest.get("/v1/session").json()["signed_in"] is False
    assert web.send("POST", "/v1/me/claims", {"code": made["claim_code"]}).status_code == 410


def test_guessing_is_slowed_down(served: Served) -> None:
    web, _ = signed_in(served)
    statuses = [web.send("POST", "/v1/me/claims", {"code": f"AAAA-{n:04}"}).status_code for n in range(31)]
    assert statuses == [410] * 30 + [429]
    last = web.send("POST", "/v1/me/claims", {"code": "AAAA-0000"})
    assert int(last.headers["retry-after"]) > 0


def test_a_consent_is_given_to_what_was_shown_and_taken_back(served: Served) -> None:
    web, account = signed_in(served)
    purpose = next(each for each in web.get("/v1/purposes").json() if each["id"] == "operator_service")
    asked = {
        "purpose": "operator_service", "recipient": "operator:shuttles", "data": ["name"],
        "expires": (served.house.clock.now + timedelta(days=1)).isoformat(),
        "text_version": purpose["version"], "text_language": "ja",
    }  # fmt: skip
    assert web.send("POST", "/v1/consents", asked | {"text_version": "2000-01"}).status_code == 422
    assert web.send("POST", "/v1/consents", asked | {"data": ["position", "trips"]}).status_code == 422
    given = web.send("POST", "/v1/consents", asked).json()
    assert (given["act"], given["actor"]) == ("grant", account)
    taken = {"purpose": "operator_service", "recipient": "operator:shuttles"}
    assert web.send("POST", "/v1/consents/revoke", taken).json()["act"] == "revoke"
    assert [each["act"] for each in web.get("/v1/consents").json()] == ["grant", "revoke"]


def test_family_is_invited_and_acts_within_the_invitation(served: Served) -> None:
    (rider, rider_id), (proxy, proxy_id) = signed_in(served), signed_in(served, "daughter@example.jp")
    invitation = rider.send(
        "POST", "/v1/proxies", {"may_book_for": True, "may_see": False, "label": "娘"}
    ).json()
    accepted = proxy.send("POST", "/v1/proxies/accept", {"code": invitation["code"]}).json()
    assert (accepted["rider_id"], accepted["proxy_id"]) == (rider_id, proxy_id)
    books, sees = (served.guards.rider(book=book, scope="bookings:read") for book in (True, False))
    served.app.post("/test/book")(_shown(books))
    served.app.get("/test/see")(_shown(sees))
    ask = {"Origin": served.url, "X-On-Behalf-Of": rider_id}
    assert proxy.http.post("/test/book", headers=ask).json() == [proxy_id, rider_id]
    assert proxy.http.get("/test/see", headers=ask).status_code == 403
    assert proxy.http.post("/test/book", headers=ask | {"X-On-Behalf-Of": NOBODY}).status_code == 403
    assert rider.http.post("/test/book", headers=ask | {"X-On-Behalf-Of": proxy_id}).status_code == 403
    proxy.send("DELETE", f"/v1/proxies/{accepted['id']}")
    assert proxy.http.post("/test/book", headers=ask).status_code == 403


def test_a_card_is_linked_without_its_number_and_unlinked(served: Served) -> None:
    web, _ = signed_in(served)
    card = {"kind": "ic_card", "operator": "railway", "number": "JE10 0123 4567 8901", "label": "青"}
    made = web.send("POST", "/v1/links", card)
    assert made.status_code == 201
    assert "0123" not in made.text
    other, _ = signed_in(served, "other@example.jp")
    assert other.send("POST", "/v1/links", card).status_code == 409
    assert other.send("DELETE", f"/v1/links/{made.json()['id']}").status_code == 404
    assert web.send("DELETE", f"/v1/links/{made.json()['id']}").status_code == 200
    assert web.get("/v1/links").json() == []


def test_all_my_data_and_its_erasure_take_a_recent_sign_in(served_anywhere: Served) -> None:
    served = served_anywhere
    web, account = signed_in(served)
    web.send("PATCH", "/v1/me", {"name": "渡辺 花子"})
    served.house.clock.forward(seconds=601)
    for path in ("/v1/me/export", "/v1/me/erasure", "/v1/me/passkeys/begin"):
        refused = web.send("POST", path)
        assert (refused.status_code, refused.json()["title"]) == (403, "Sign in again to do this")
    web.sign_in("hanako@example.jp")
    mine = web.send("POST", "/v1/me/export").json()
    assert mine["identity"]["account"]["name"] == "渡辺 花子"
    assert {"passkeys", "sessions", "consents", "disclosures", "audit", "trips"} <= set(mine["identity"])
    assert web.get("/v1/me/erasure").json() == {"kept": []}
    assert web.send("POST", "/v1/me/erasure").status_code == 200
    assert web.get("/v1/me").status_code == 401
    with served.house.identity.db.read() as connection:
        rows = connection.execute(text("SELECT * FROM identity_account")).all()
    assert not any("hanako" in str(row) or "渡辺" in str(row) for row in rows)
    assert web.sign_in("hanako@example.jp") != account


def desk(served: Served) -> tuple[Web, str]:
    create_administrator(served.house.identity, "chief@city.example.jp")
    return signed_in(served, "chief@city.example.jp")


def test_an_administrator_appoints_and_a_call_taker_serves_callers(served_anywhere: Served) -> None:
    chief, _ = desk(served_anywhere)
    taker, taker_id = signed_in(served_anywhere, "taker@city.example.jp")
    assert taker.send("POST", "/v1/callers", {"name": "渡辺"}).status_code == 403
    found = chief.get("/v1/admin/accounts", params={"email": "taker@city.example.jp"}).json()
    assert found["id"] == taker_id
    held = chief.send("POST", f"/v1/admin/accounts/{taker_id}/roles", {"role": "call_taker"}).json()
    caller = taker.send("POST", "/v1/callers", {"name": "渡辺", "phone": "043-000-0000"}).json()
    proven = taker.send(
        "POST",
        f"/v1/admin/accounts/{caller['account_id']}/entitlements",
        {
            "kind": "65+", "holds": True,
            "expires": (served_anywhere.house.clock.now + timedelta(days=365)).isoformat(),
        },
    )  # fmt: skip
    assert (proven.status_code, proven.json()["method"]) == (201, "document")
    trail = chief.get("/v1/admin/audit", params={"subject": caller["account_id"]}).json()
    assert {entry["actor"] for entry in trail} == {taker_id}
    chief.send("DELETE", f"/v1/admin/accounts/{taker_id}/roles/{held['id']}")
    assert taker.send("POST", "/v1/callers", {}).status_code == 403


def test_a_call_taker_finds_callers_by_name_or_number_and_the_trail_says_so(served_anywhere: Served) -> None:
    taker, taker_id = signed_in(served_anywhere, "taker@city.example.jp")
    served_anywhere.appoint(taker_id, Role.CALL_TAKER)
    made = [
        taker.send("POST", "/v1/callers", {"name": name, "phone": phone}).json()["account_id"]
        for name, phone in (("渡辺 ハナ", "043-123-4567"), ("Watanabe %", "(090) 8888 4567"))
    ]

    def found(text: str) -> list[str]:
        answer = taker.http.get("/v1/callers", params={"q": text})
        assert answer.status_code == 200, answer.text
        return [one["account_id"] for one in answer.json()]

    assert found("渡辺") == made[:1]
    assert found("043123") == made[:1]
    assert found("０９０-8888") == made[1:]
    assert set(found("4567")) == set(made)
    assert found("be %") == made[1:]
    assert found("%%") == found("9999") == []
    for little in ("456", "w", "", "%"):
        assert taker.http.get("/v1/callers", params={"q": little}).status_code == 422
    assert httpx.get(f"{served_anywhere.url}/v1/callers?q=watanabe").status_code == 401


def test_a_call_taker_acts_for_callers_and_never_for_who_can_sign_in(served: Served) -> None:
    taker, taker_id = signed_in(served, "taker@city.example.jp")
    served.appoint(taker_id, Role.CALL_TAKER)
    _, resident = signed_in(served)
    caller = taker.send("POST", "/v1/callers", {}).json()["account_id"]
    books = served.guards.rider(book=True, scope="bookings:write")
    served.app.post("/test/book")(_shown(books))
    headers = {"Origin": served.url, "X-On-Behalf-Of": caller}
    assert taker.http.post("/test/book", headers=headers).json() == [taker_id, caller]
    refused = taker.http.post("/test/book", headers=headers | {"X-On-Behalf-Of": resident})
    assert refused.status_code == 403


def _shown(guard: object):  # type: ignore[no-untyped-def]
    def show(who: Principal = Depends(guard)) -> list[str | None]:  # type: ignore[arg-type]  # noqa: B008
        return [who.actor, who.subject]

    return show


def test_the_trail_is_verified_through_an_anchor_kept_elsewhere(served_anywhere: Served) -> None:
    chief, _ = desk(served_anywhere)
    early = chief.send("POST", "/v1/admin/audit/verify").json()
    signed_in(served_anywhere)
    late = chief.send("POST", "/v1/admin/audit/verify", early["anchor"]).json()
    assert late["entries"] > early["entries"]
    before = early["anchor"]
    db = served_anywhere.house.identity.db
    with db.write() as connection:  # everything back to an older state, as only the database's owner can
        if db.is_sqlite:
            for verb in ("update", "delete", "replace"):
                connection.execute(text(f"DROP TRIGGER identity_audit_no_{verb}"))
        else:
            connection.execute(text("ALTER TABLE identity_audit DISABLE TRIGGER ALL"))
        connection.execute(text(f"DELETE FROM identity_audit WHERE seq > {before['seq']}"))
        head = {"seq": before["seq"], "digest": before["digest"]}
        connection.execute(text("UPDATE identity_audit_head SET seq = :seq, digest = :digest"), head)
    assert chief.send("POST", "/v1/admin/audit/verify").status_code == 200  # the chain alone cannot tell
    broken = chief.send("POST", "/v1/admin/audit/verify", late["anchor"])
    assert (broken.status_code, broken.json()["type"].rsplit("/", 1)[1]) == (409, "audit-tampered")


def test_clients_are_registered_shown_without_secrets_and_disabled(served: Served) -> None:
    chief, _ = desk(served)
    asked = {
        "name": "Shuttle app", "organisation": "shuttles", "auth_method": "client_secret_basic",
        "grant_types": ["client_credentials"], "scopes": ["fleet:read"],
    }  # fmt: skip
    for wrong in (
        {"auth_method": "none"}, {"scopes": ["everything"]}, {"redirect_uris": ["https://a.example"]},
        {"grant_types": ["password"]}, {"jwks": {"keys": []}}, {"surprise": 1},
    ):  # fmt: skip
        assert chief.send("POST", "/v1/admin/clients", asked | wrong).status_code == 422, wrong
    made = chief.send("POST", "/v1/admin/clients", asked).json()
    client_id, secret = made["client"]["client_id"], made["client_secret"]
    assert secret not in chief.get("/v1/admin/clients").text

    def token() -> httpx.Response:
        form = {"grant_type": "client_credentials"}
        return plain("POST", f"{served.url}/oidc/token", data=form, auth=(client_id, secret))

    bearer = {"Authorization": f"Bearer {token().json()['access_token']}"}
    assert plain("GET", f"{served.url}/v1/session", headers=bearer).json()["client"] == client_id
    chief.send("DELETE", f"/v1/admin/clients/{client_id}")
    assert token().status_code == 401
    assert plain("GET", f"{served.url}/v1/session", headers=bearer).status_code == 401


def test_a_role_does_not_travel_in_an_app_s_token(served: Served) -> None:
    chief, _ = desk(served)
    app = App(served, served.register())
    token = app.redeem(app.code(chief)).json()["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}
    assert plain("GET", f"{served.url}/v1/session", headers=bearer).json()["roles"] == ["resident"]
    for path in ("/v1/admin/audit", "/v1/admin/clients", "/v1/me"):
        assert plain("GET", f"{served.url}{path}", headers=bearer).status_code == 403


def test_a_guard_takes_a_role_at_a_browser_or_a_scope_in_a_token(served: Served) -> None:
    guard = served.guards.requires(Role.OPERATOR, scope="fleet:write")
    served.app.get("/test/fleet")(_shown(guard))
    web, account = signed_in(served)
    assert web.get("/test/fleet").status_code == 403
    served.appoint(account, Role.OPERATOR, "shuttles")
    assert web.get("/test/fleet").json() == [account, account]
    assert plain("GET", f"{served.url}/test/fleet").status_code == 401
    for scopes, status in ((("fleet:write",), 200), (("fleet:read",), 403)):
        machine = App(
            served,
            served.register(
                scopes[0].replace(":", "-"), grant_types=(clients.CREDENTIALS,), redirect_uris=(),
                scopes=scopes,
            ),
        )  # fmt: skip
        token = machine.token(grant_type="client_credentials").json()["access_token"]
        bearer = {"Authorization": f"Bearer {token}"}
        assert plain("GET", f"{served.url}/test/fleet", headers=bearer).status_code == status


def test_an_app_reaches_bookings_while_consent_lasts_and_it_is_written_down(served: Served) -> None:
    web, account = signed_in(served)
    served.app.get("/test/bookings")(_shown(served.guards.rider(book=False, scope="bookings:read")))
    app = App(served, served.register(scopes=("openid", "bookings:read")))
    page = web.get(web.get(app.request(scope="openid bookings:read")).headers["location"])
    at = web.submit(page, decision="allow", data=["bookings"]).headers["location"]
    token = app.redeem(parse_qs(urlsplit(at).query)["code"][0]).json()["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}
    url = f"{served.url}/test/bookings"
    assert plain("GET", url, headers=bearer).json() == ["client:app", account]
    assert web.get("/v1/disclosures").json()[0]["data"] == ["bookings"]
    other = bearer | {"X-On-Behalf-Of": NOBODY}
    assert plain("GET", url, headers=other).status_code == 403
    taken = {"purpose": "sign_in", "recipient": "client:app", "data": ["bookings"]}
    web.send("POST", "/v1/consents/revoke", taken)
    assert plain("GET", url, headers=bearer).status_code == 403


def test_pages_speak_four_languages(served: Served) -> None:
    web = served.browser()
    for language, words in (("ja", "ログイン"), ("en", "Sign in"), ("zh-Hant", "登录"), ("ko", "로그인")):
        page = web.get("/signin", headers={"Accept-Language": f"{language},fr;q=0.5"}).text
        assert f'<html lang="{language[:2]}">' in page
        assert words in page
    assert {frozenset(words) for words in TEXTS.values()} == {frozenset(TEXTS["ja"])}
    assert {frozenset(words) for words in DATA.values()} == {frozenset(DATA["ja"])}


def operations(served: Served) -> list[tuple[str, str]]:
    paths = plain("GET", f"{served.url}/openapi.json").json()["paths"]
    return [(method.upper(), path) for path, found in paths.items() for method in found]


OPEN = {"/v1/purposes", "/v1/session"}


def test_nobody_reaches_anything_without_signing_in(served: Served) -> None:
    for method, path in operations(served):
        if path in OPEN or path.startswith("/v1/signin/"):
            continue
        answer = plain(method, served.url + _filled(path, NOBODY))
        assert answer.status_code == 401, (method, path, answer.text)


def test_a_resident_reaches_nothing_of_another_and_nothing_of_the_desk(served: Served) -> None:
    (owner, owner_id), (web, _) = signed_in(served), signed_in(served, "other@example.jp")
    card = {"kind": "ic_card", "operator": "railway", "number": "JE100123"}
    things = {
        "session_id": owner.get("/v1/me/sessions").json()[0]["id"],
        "link_id": owner.send("POST", "/v1/links", card).json()["id"],
        "proxy_id": owner.send("POST", "/v1/proxies", {"may_book_for": True, "may_see": True}).json()[
            "proxy"
        ]["id"],
        "passkey_id": "AAAA", "client_id": "app", "account_id": owner_id,
        "role_id": "rol_" + "0" * 32, "entitlement_id": "ent_" + "0" * 32,
    }  # fmt: skip
    before = owner.send("POST", "/v1/me/export").json()["identity"]
    tried = 0
    for method, path in operations(served):
        names = re.findall(r"{(\w+)}", path)
        if names or path.startswith(("/v1/admin", "/v1/callers")):
            answer = web.send(method, path.format(**things), {} if method == "POST" else None)
            assert answer.status_code in (403, 404), (method, path, answer.text)
            tried += 1
    assert tried > 15
    after = owner.send("POST", "/v1/me/export").json()["identity"]
    del before["audit"], after["audit"]
    assert before == after


def _filled(path: str, account_id: str) -> str:
    return re.sub(r"{\w+}", account_id, path)


def test_every_write_over_http_stands_in_the_trail(served: Served) -> None:
    chief, chief_id = desk(served)
    writes = [
        lambda: chief.send("PATCH", "/v1/me", {"phone": "043"}),
        lambda: chief.send("POST", "/v1/proxies", {"may_book_for": True, "may_see": True}),
        lambda: chief.send(
            "POST", "/v1/links", {"kind": "clinic_card", "operator": "clinic", "number": "12345"}
        ),
        lambda: chief.send("POST", "/v1/me/export"),
        lambda: chief.send("POST", "/v1/admin/keys/rotate"),
        lambda: chief.send("DELETE", "/v1/session"),
    ]
    for write in writes:
        before = served.house.identity.read(_entries)
        assert write().is_success
        after = served.house.identity.read(_entries)
        assert len(after) > len(before)
        assert after[-1] == chief_id


def _entries(work: object) -> list[str]:
    query = text("SELECT actor FROM identity_audit ORDER BY seq")
    return list(work.connection.scalars(query))  # type: ignore[attr-defined]


def test_without_any_setting_it_starts_and_keeps_its_key(tmp_path: object) -> None:
    url = f"sqlite:///{tmp_path}/a.sqlite"
    first = open_identity(Database.open(url))
    second = open_identity(Database.open(url))
    assert first.settings.server_key == second.settings.server_key
    with pytest.raises(WrongServerKey):
        open_identity(Database.open(url), server_key=b"x" * 32)


def test_a_given_key_is_not_kept_and_must_be_given_again(sql_url: str) -> None:
    db = Database.open(sql_url)
    open_identity(db, server_key=b"x" * 32)
    with pytest.raises(WrongServerKey):
        open_identity(db)
    open_identity(db, server_key=b"x" * 32)
    with db.read() as connection:
        assert connection.execute(text("SELECT made_here FROM identity_server_key")).scalar() is None
    db.close()


def test_processes_that_start_at_once_agree_on_one_key(sql_url: str) -> None:
    databases = [Database.open(sql_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(open_identity, databases))
    assert len({identity.settings.server_key for identity in opened}) == 1
    published = [identity.read(keys.key_set) for identity in opened]
    assert published == published[:1] * 4
    assert len(published[0]["keys"]) == 2
    for db in databases:
        db.close()


def test_sessions_outlive_the_server(front: Front, tmp_path: object) -> None:
    url = f"sqlite:///{tmp_path}/a.sqlite"
    with serving(front, url) as first:
        web, account = signed_in(first)
        cookies = dict(web.http.cookies)
    with serving(front, url) as second:
        assert plain("GET", f"{second.url}/v1/me", cookies=cookies).json()["id"] == account
