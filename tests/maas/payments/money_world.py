"""What the tests of money over HTTP share: a server with the one ID and payments, and visitors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx
from identity_server import Front, Served, Web, serving

from maas.api.payments import mount
from maas.settings import Settings
from maas.wiring.payments import Paying, open_payments
from payments.hold import Authorise, Hold
from payments.ports import AuthoriseRequest


@dataclass
class Till:
    """A running server that takes payments."""

    served: Served
    paying: Paying
    orders_heard_of: list[str] = field(default_factory=list)

    def visitor(self, email: str = "rider@example.jp") -> Web:
        web = self.served.browser()
        web.sign_in(email)
        return web

    def save_card(self, web: Web, method: str, then: str = "/trips") -> dict[str, object]:
        """Go through the sandbox's page as a browser does; the saved method."""
        begun = web.send("POST", "/v1/me/payment-methods", {"then": then})
        assert begun.status_code == 201, begun.text
        page = web.get(begun.json()["url"])
        done = web.submit(page, method=method)
        assert (done.status_code, done.headers["location"]) == (303, then)
        saved = web.get(f"/v1/me/payment-methods/savings/{begun.json()['id']}")
        assert saved.json()["state"] == "done", saved.text
        return dict(saved.json()["method"])

    def authorise(self, account_id: str, key: str, amount_minor: int, return_url: str = "") -> Hold:
        """Reserve money on the preferred card."""
        with self.served.house.identity.db.read() as connection:
            with_ = self.paying.payers.instrument(connection, account_id)
        request = AuthoriseRequest(
            with_.customer_id, with_.method, amount_minor, f"bundle-{key}", return_url=return_url
        )
        return self.paying.payments.do(Authorise(key, request), now=self.served.house.clock())


@contextmanager
def open_till(front: Front, url: str, settings: Settings | None = None) -> Iterator[Till]:
    """A one ID in an empty database with payments, behind the server until the block ends."""
    with serving(front, url) as served:
        identity = served.house.identity
        paying = open_payments(identity.db, settings or Settings(), identity)
        till = Till(served, paying)
        mount(served.app, paying, identity, served.guards, till.orders_heard_of.append)
        yield till


def decided(web: Web, url: str, decision: str) -> httpx.Response:
    """Answer a challenge page."""
    page = web.get(url)
    assert re.search('name="decision" value="approve"', page.text), page.text
    return web.submit(page, decision=decision)
