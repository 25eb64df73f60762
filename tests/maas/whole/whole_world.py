"""The whole server of the sample area in this process, and people of every role who are signed in to it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import uvicorn

from maas.app import create_app
from maas.area.open import open_area
from maas.identity import accounts, roles, sessions
from maas.identity.model import AccountKind, Role
from maas.settings import Settings
from maas.wiring.system import System, open_system

TOKYO = ZoneInfo("Asia/Tokyo")


@dataclass
class Person:
    """Somebody at a browser."""

    account: str
    http: httpx.Client
    cookie: str

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.http.get(path, **more)

    def send(self, method: str, path: str, body: Any = None, **more: Any) -> httpx.Response:
        return self.http.request(method, path, json=body, **more)

    def done(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """The answer's JSON; the request must succeed."""
        answer = self.send(method, path, body, **more)
        assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def save_card(self, method: str = "pm_sandbox_visa") -> str:
        begun = self.done("POST", "/v1/me/payment-methods", {"then": "/"})
        assert self.http.post(begun["url"], data={"method": method}).status_code == 303
        return str(self.get(f"/v1/me/payment-methods/savings/{begun['id']}").json()["method"]["id"])


@dataclass
class Whole:
    """The server, what runs in it, and who came."""

    url: str
    system: System
    people: list[Person] = field(default_factory=list)

    def person(self, *granted: tuple[Role, str], name: str | None = None) -> Person:
        """A resident with these roles besides, freshly signed in."""
        identity = self.system.identity
        made = identity.write(
            lambda work: accounts.create(work, AccountKind.PERSON, language="en", name=name), actor="test"
        )
        for role, organisation in granted:
            identity.write(
                lambda work, r=role, o=organisation: roles.grant(work, made.id, r, o), actor="test"
            )
        opened = identity.write(lambda work: sessions.open_session(work, made.id, "passkey"), actor="test")
        http = httpx.Client(
            base_url=self.url, headers={"Origin": self.url}, cookies={"maas": opened.cookie}, timeout=300
        )
        self.people.append(Person(made.id, http, opened.cookie))
        return self.people[-1]

    def slot(self, offer: str, days: int = 2, free: int = 1) -> dict[str, Any]:
        """A slot of a service that can be booked."""
        start = datetime.now(TOKYO).replace(hour=0, minute=0) + timedelta(days=days)
        params = {"from": start.isoformat(), "to": (start + timedelta(days=7)).isoformat()}
        found = httpx.get(f"{self.url}/v1/services/{offer}/availability", params=params, timeout=300).json()
        return dict(next(s for s in found["slots"] if s["free"] is None or s["free"] >= free))


@contextmanager
def open_whole(folder: Path, cache: Path) -> Iterator[Whole]:
    """Serve a built area until the block ends; its vehicles stand still."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://localhost:{port}"
    area = open_area(folder)
    with open_system(area, Settings(cache=cache, issuer=url, operator_token="the-tests-operator")) as system:
        config = uvicorn.Config(create_app(area, system), host="127.0.0.1", port=port, log_level="warning")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive(), "the server ended before it answered"
            time.sleep(0.02)
        whole = Whole(url, system)
        try:
            yield whole
        finally:
            for person in whole.people:
                person.http.close()
            server.should_exit = True
            thread.join(20)
