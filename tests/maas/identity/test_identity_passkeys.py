"""Passkeys in a real Chromium, whose virtual authenticator signs as a security key would."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import cbor2
import pytest
from axe_playwright_python.sync_playwright import Axe
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from identity_server import App, Served
from identity_world import ISSUER, House
from playwright.sync_api import Browser, CDPSession, Page, expect
from web_visitor import ARGUMENTS

from maas.identity import passkeys
from maas.identity.errors import PasskeyRefused, PasskeySuspended
from maas.identity.sealing import b64

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def local_chromium(chromium: Browser) -> Iterator[Browser]:
    """One that also reaches `localhost`: passkeys belong to a name, and an address is none."""
    rules = [f"{arg} , EXCLUDE localhost" if "host-resolver" in arg else arg for arg in ARGUMENTS]
    made = chromium.browser_type.launch(executable_path="/usr/bin/chromium", args=rules)
    yield made
    made.close()


class Person:
    """A browser with an authenticator that verifies its user, and what the page complained about."""

    def __init__(self, browser: Browser, served: Served, locale: str = "en") -> None:
        self.served = served
        self.context = browser.new_context(locale=locale, reduced_motion="reduce")
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "console", lambda m: self.complaints.append(m.text) if "Content Security" in m.text else None
        )
        self.cdp: CDPSession = self.context.new_cdp_session(self.page)
        self.cdp.send("WebAuthn.enable")
        self.authenticator = self.cdp.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
                    "hasUserVerification": True, "isUserVerified": True,
                    "automaticPresenceSimulation": True,
                }
            },
        )["authenticatorId"]  # fmt: skip

    def keys(self) -> list[dict[str, Any]]:
        asked = {"authenticatorId": self.authenticator}
        return list(self.cdp.send("WebAuthn.getCredentials", asked)["credentials"])

    def open(self, path: str) -> None:
        self.page.goto(self.served.url + path)

    def arrive(self, path: str) -> None:
        """Wait for a page of this path, whatever its query."""
        self.page.wait_for_url(lambda url: urlsplit(url).path == path)

    def sign_up(self, name: str = "花子の電話") -> None:
        self.open("/signin?then=/v1/session")
        self.page.fill("#name", name)
        self.page.click("#register button")
        self.arrive("/v1/session")

    def sign_in(self, then: str = "/v1/session") -> None:
        self.open(f"/signin?then={then}")
        self.page.click("#passkey button")
        self.arrive(then)

    def api(self, method: str, path: str, body: Any = None) -> Any:
        """As our own page would, with its cookie and Origin."""
        script = """async ([method, path, body]) => {
            const answer = await fetch(path, {
                method, headers: {"Content-Type": "application/json"},
                body: body === null ? undefined : JSON.stringify(body),
            });
            return [answer.status, await answer.json()];
        }"""
        return self.page.evaluate(script, [method, path, body])


@pytest.fixture
def person(local_chromium: Browser, served: Served) -> Iterator[Person]:
    made = Person(local_chromium, served)
    yield made
    made.context.close()
    assert made.complaints == []


def test_one_signs_up_and_in_with_a_passkey_and_nothing_else(person: Person) -> None:
    person.sign_up()
    _, first = person.api("GET", "/v1/me")
    assert (first["kind"], first["email"]) == ("person", None)
    [key] = person.keys()
    assert key["isResidentCredential"]
    person.api("DELETE", "/v1/session")
    assert person.api("GET", "/v1/me")[0] == 401
    person.sign_in()
    _, again = person.api("GET", "/v1/me")
    assert again["id"] == first["id"]
    _, [shown] = person.api("GET", "/v1/me/passkeys")
    assert (shown["label"], shown["suspended"]) == ("花子の電話", False)
    assert shown["used"]
    _, sessions = person.api("GET", "/v1/me/sessions")
    assert {each["method"] for each in sessions} == {"passkey"}
    status, refused = person.api("DELETE", f"/v1/me/passkeys/{shown['id']}")
    assert (status, refused["title"]) == (409, "This is taken already")  # the only way in stays


def test_a_person_without_a_passkey_is_told_so(person: Person) -> None:
    person.cdp.send(
        "WebAuthn.setUserVerified", {"authenticatorId": person.authenticator, "isUserVerified": False}
    )
    person.open("/signin")
    person.page.fill("#name", "x")
    person.page.click("#register button")
    expect(person.page.locator("#trouble")).to_have_text("The passkey was not accepted. Try again.")
    assert person.api("GET", "/v1/session")[1]["signed_in"] is False


def test_a_copied_passkey_is_suspended(person: Person) -> None:
    person.sign_up()
    [copy] = person.keys()
    person.sign_in()
    person.sign_in()
    asked = {"authenticatorId": person.authenticator}
    person.cdp.send("WebAuthn.clearCredentials", asked)
    person.cdp.send("WebAuthn.addCredential", asked | {"credential": copy | {"signCount": 1}})
    person.open("/signin")
    person.page.click("#passkey button")
    expect(person.page.locator("#trouble")).not_to_be_empty()
    person.page.click("#passkey button")
    expect(person.page.locator("#trouble")).not_to_be_empty()
    house = person.served.house
    with house.identity.db.read() as connection:
        suspended = connection.exec_driver_sql("SELECT suspended_ms FROM identity_passkey").scalar()
        trail = list(connection.exec_driver_sql("SELECT action FROM identity_audit").scalars())
    assert suspended is not None
    assert "passkey.suspended" in trail


@pytest.fixture
def callback() -> Iterator[tuple[str, list[str]]]:
    """An app's own address, on another port, and where it was called."""
    called: list[str] = []

    class Callback(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            called.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"the app")

        def log_message(self, *_: object) -> None:
            """Quietly."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Callback)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}/callback", called
    server.shutdown()
    server.server_close()


def test_a_person_signs_in_to_an_app_with_the_keyboard_alone(
    person: Person, callback: tuple[str, list[str]]
) -> None:
    uri, called = callback
    app = App(person.served, person.served.register(redirect_uris=(uri,)))
    person.sign_up()
    person.api("DELETE", "/v1/session")
    person.open(app.request(redirect_uri=uri))
    person.arrive("/signin")
    person.page.keyboard.press("Tab")
    person.page.keyboard.press("Enter")
    person.arrive("/consent")
    expect(person.page.locator("h1")).to_have_text("What app will receive")
    person.page.keyboard.press("Tab")  # the first choice; the identifier cannot be unticked
    person.page.keyboard.press("Space")
    for _ in range(4):
        person.page.keyboard.press("Tab")
    expect(person.page.locator("button.first")).to_be_focused()
    person.page.keyboard.press("Enter")
    person.arrive("/callback")
    answer = parse_qs(urlsplit(called[0]).query)
    assert answer["iss"] == [person.served.url]
    tokens = app.redeem(answer["code"][0], redirect_uri=uri).json()
    assert tokens["scope"] == "openid email offline_access"  # the name was unticked, so there is no profile


@pytest.mark.parametrize(("locale", "scheme"), [("ja", "light"), ("ko", "dark")])
def test_every_page_can_be_used_by_everybody(
    local_chromium: Browser, served: Served, locale: str, scheme: str
) -> None:
    person = Person(local_chromium, served, locale)
    person.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    app = App(served, served.register())
    person.sign_up()
    for path in ("/signin", "/device", app.request(), "/oidc/logout", "/signin/link?token=x"):
        person.open(path)
        found = Axe().run(person.page)
        assert found.violations_count == 0, found.generate_report()
        assert person.page.locator("html").get_attribute("lang") == locale
    person.context.close()
    assert person.complaints == []


ATOMS = st.none() | st.booleans() | st.integers(-5, 70_000) | st.text(max_size=20)
ANSWERS = st.recursive(
    ATOMS | st.sampled_from(["AAAA", "eyJ9", "o2Nm"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["id", "rawId", "type", "response", "clientDataJSON", "attestationObject",
                         "authenticatorData", "signature", "userHandle", "transports"]),
        inner, max_size=6,
    ),
    max_leaves=15,
)  # fmt: skip


@given(answer=st.dictionaries(st.sampled_from(["id", "rawId", "type", "response"]), ANSWERS))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nonsense_is_refused_and_breaks_nothing(cottage: House, answer: dict[str, Any]) -> None:
    cottage.clock.forward(hours=1)  # the attempts of an address are counted by the hour
    run = cottage.identity.write
    begun = run(lambda work: passkeys.begin_sign_up(work, name="x", network="192.0.2.1"))
    with pytest.raises(PasskeyRefused):
        run(lambda work: passkeys.finish_sign_up(work, begun.id, answer, label="", language="ja"))
    begun = run(lambda work: passkeys.begin_sign_in(work, network="192.0.2.1"))
    with pytest.raises(PasskeyRefused) as refused:
        run(lambda work: passkeys.finish_sign_in(work, begun.id, answer))
    assert not isinstance(refused.value, PasskeySuspended)


SCALARS = st.none() | st.booleans() | st.integers(-300, 10)
BYTES = SCALARS | st.binary(max_size=8) | st.lists(st.binary(), max_size=2)
STATEMENT = st.dictionaries(
    st.sampled_from(["alg", "sig", "x5c", "ver", "certInfo", "pubArea", "response"]), BYTES
)
FORMATS = ["none", "packed", "fido-u2f", "android-key", "tpm", "apple", "android-safetynet"]
COSE = st.dictionaries(st.sampled_from([1, 3, -1, -2, -3]), BYTES)


@given(
    form=st.sampled_from(FORMATS), statement=STATEMENT, cose=COSE, flags=st.sampled_from([0x45, 0x41, 0xC5]),
    cut=st.integers(0, 9),
)  # fmt: skip
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_forged_attestation_is_refused_and_breaks_nothing(
    cottage: House, form: str, statement: dict[str, Any], cose: dict[int, Any], flags: int, cut: int
) -> None:
    """Well-formed around what is made up, so that it is parsed to the bottom."""
    cottage.clock.forward(hours=1)
    run = cottage.identity.write
    begun = run(lambda work: passkeys.begin_sign_up(work, name="x", network="192.0.2.1"))
    told = {"type": "webauthn.create", "challenge": begun.options["challenge"], "origin": ISSUER}
    relying_party = hashlib.sha256(urlsplit(ISSUER).netloc.encode()).digest()
    data = relying_party + bytes([flags]) + bytes(4 + 16) + b"\0\x04" + b"cred" + cbor2.dumps(cose)
    made = cbor2.dumps({"fmt": form, "attStmt": statement, "authData": data[: len(data) - cut]})
    response = {"clientDataJSON": b64(json.dumps(told).encode()), "attestationObject": b64(made)}
    answer = {"id": b64(b"cred"), "rawId": b64(b"cred"), "type": "public-key", "response": response}
    with pytest.raises(PasskeyRefused, match="does not verify"):
        run(lambda work: passkeys.finish_sign_up(work, begun.id, answer, label="", language="ja"))
