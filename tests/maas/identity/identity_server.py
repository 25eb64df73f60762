"""The one ID behind a real server, and browsers and apps that talk to it over HTTP."""

from __future__ import annotations

import hashlib
import re
import secrets
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import uvicorn
from fastapi import FastAPI
from identity_world import House, Postbox, TestClock

from maas.api import problems
from maas.api.identity import Guards, mount
from maas.identity import roles
from maas.identity.compose import build_identity
from maas.identity.model import BrokerSettings, IdentitySettings, Role
from maas.identity.ports import Broker
from maas.identity.provider import clients
from maas.identity.provider.clients import NewClient, Registered
from maas.identity.sealing import b64
from storage.database import Database

CALLBACK = "https://app.example/callback"
TLS = ssl.create_default_context()  # once: making it takes longer than a request
PERSONAL = ("openid", "profile", "email", "offline_access")


@dataclass
class Served:
    """A running server with its house: clock and post are the test's."""

    url: str
    house: House
    app: FastAPI
    guards: Guards
    browsers: list[Web] = field(default_factory=list)

    def browser(self) -> Web:
        self.browsers.append(Web(self))
        return self.browsers[-1]

    def register(self, client_id: str = "app", **changed: Any) -> Registered:
        asked: dict[str, Any] = {
            "name": client_id, "organisation": "shuttles", "auth_method": "client_secret_basic",
            "grant_types": (clients.CODE, clients.REFRESH), "scopes": PERSONAL, "redirect_uris": (CALLBACK,),
        } | changed  # fmt: skip
        return self.house.identity.write(
            lambda work: clients.register(work, NewClient(**asked), client_id=client_id)
        )

    def appoint(self, account_id: str, role: Role, organisation: str = "") -> None:
        self.house.identity.write(lambda work: roles.grant(work, account_id, role, organisation))

    def link(self) -> str:
        """The link of the last mail."""
        return re.findall(r"http\S+", self.house.mail.sent[-1].text)[0]


class Web:
    """A browser with its cookies: goes where it is sent only when told to."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.http = httpx.Client(
            base_url=served.url, headers={"Accept-Language": "en"}, timeout=20, verify=TLS
        )

    def get(self, url: str, **more: Any) -> httpx.Response:
        return self.http.get(url, **more)

    def send(self, method: str, url: str, body: Any = None, **more: Any) -> httpx.Response:
        """A write from our own page."""
        return self.http.request(method, url, json=body, headers={"Origin": self.served.url}, **more)

    def submit(self, page: httpx.Response, **chosen: str | list[str]) -> httpx.Response:
        """Submit the only form of a page, with its hidden fields."""
        action = re.findall(r'<form method="post" action="([^"]+)"', page.text)
        assert len(action) == 1, page.text
        hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
        fields = {name: _unescape(value) for name, value in hidden.items()} | chosen
        return self.http.post(action[0], data=fields, headers={"Origin": self.served.url})

    def sign_in(self, email: str, then: str = "/") -> str:
        """By a link in a mail; the account's id."""
        form = {"email": email, "then": then}
        asked = self.http.post("/signin/email", data=form, headers={"Origin": self.served.url})
        assert asked.status_code == 200, asked.text
        done = self.submit(self.get(self.served.link()))
        assert (done.status_code, done.headers["location"]) == (303, then), done.text
        return str(self.get("/v1/session").json()["account_id"])


@dataclass
class App:
    """An app of an operator, written by hand so that it can misbehave."""

    served: Served
    registered: Registered
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(40))

    def request(self, **changed: str | None) -> str:
        """The address to send a browser to; None leaves a parameter out."""
        params: dict[str, str | None] = {
            "client_id": self.registered.client.id, "redirect_uri": CALLBACK, "response_type": "code",
            "scope": "openid profile email offline_access", "state": "the-state", "nonce": "the-nonce",
            "code_challenge": b64(hashlib.sha256(self.verifier.encode()).digest()),
            "code_challenge_method": "S256",
        } | changed  # fmt: skip
        kept = {name: value for name, value in params.items() if value is not None}
        return f"/oidc/authorize?{urlencode(kept)}"

    def code(self, web: Web, **changed: str | None) -> str:
        """A code, by a browser that is signed in and consents to everything."""
        at = web.get(self.request(**changed))
        if at.headers["location"].startswith("/consent"):
            page = web.get(at.headers["location"])
            at = web.submit(page, decision="allow", data=["name", "language", "email", "offline"])
        answer = parse_qs(urlsplit(at.headers["location"]).query)
        assert answer["iss"] == [self.served.url], answer
        assert answer["state"] == ["the-state"]
        return answer["code"][0]

    def token(self, **form: str) -> httpx.Response:
        """Ask the token endpoint."""
        secret = self.registered.secret
        client_id = self.registered.client.id
        auth = None if secret is None else (client_id, secret)
        if secret is None:
            form = {"client_id": client_id, **form}
        return httpx.post(f"{self.served.url}/oidc/token", data=form, auth=auth, verify=TLS)

    def redeem(self, code: str, **changed: str) -> httpx.Response:
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK,
            "code_verifier": self.verifier,
        } | changed  # fmt: skip
        return self.token(**form)

    def refresh(self, refresh_token: str, **more: str) -> httpx.Response:
        return self.token(grant_type="refresh_token", refresh_token=refresh_token, **more)

    def userinfo(self, access_token: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {access_token}"}
        return httpx.get(f"{self.served.url}/oidc/userinfo", headers=headers, verify=TLS)


def plain(method: str, url: str, *, cookies: dict[str, str] | None = None, **more: Any) -> httpx.Response:
    """A request from nowhere, with no cookies but those that are given."""
    with httpx.Client(verify=TLS, timeout=20, cookies=cookies) as client:
        return client.request(method, url, **more)


def _unescape(text: str) -> str:
    for entity, letter in (("&quot;", '"'), ("&#x27;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(entity, letter)
    return text


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Front:
    """A real server on a free port of localhost; which application answers is changed from test to test."""

    def __init__(self, port: int) -> None:
        self.url = f"http://localhost:{port}"
        self.app: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)


@contextmanager
def open_front() -> Iterator[Front]:
    """Serve in a thread until the block ends."""
    port = free_port()
    front = Front(port)
    config = uvicorn.Config(
        front, host="127.0.0.1", port=port, log_level="warning", ws="none", lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server ended before it answered"
        time.sleep(0.01)
    try:
        yield front
    finally:
        server.should_exit = True
        thread.join(20)


@contextmanager
def serving(
    front: Front, url: str, *, broker: BrokerSettings | None = None, by: Broker | None = None, **changed: Any
) -> Iterator[Served]:
    """A one ID in an empty database, behind the server until the block ends."""
    settings = IdentitySettings(front.url, b"k" * 32, broker=broker, **changed)
    clock, mail = TestClock(datetime.now(UTC)), Postbox()
    identity = build_identity(Database.open(url), settings, mailer=mail, clock=clock, broker=by)
    app = FastAPI(title="one ID")
    problems.install(app)
    served = Served(front.url, House(identity, clock, mail), app, mount(app, identity))
    front.app = app
    try:
        yield served
    finally:
        for browser in served.browsers:
            browser.http.close()
        identity.db.close()
