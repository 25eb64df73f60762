"""Riders see their own tickets only; readers fetch, read and tell over HTTP by the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from identity_server import Front, Served, Web, serving
from tickets_world import PLACE, wanted

from maas.api.fleet.live import Forbidden
from maas.api.tickets import mount
from maas.identity.model import Role
from maas.tickets.service import Seen, Ticket, Tickets
from maas.tickets.tables import create_schema

TOKEN = "the-operators"


class Window:
    """The office behind a server."""

    def __init__(self, served: Served) -> None:
        self.served = served
        identity = served.house.identity
        create_schema(identity.db)
        self.tickets = Tickets(identity.kit.seals)
        self.heard: list[tuple[str, str]] = []

        def operator(_request: object, authorization: str = "") -> None:
            if authorization != f"Bearer {TOKEN}":
                raise Forbidden("show the operator token")

        mount(served.app, self.tickets, identity, served.guards, operator, ZoneInfo("Asia/Tokyo"), self.used)

    def used(self, reader: str, seen: list[Seen], tickets: list[Ticket]) -> list[str]:
        self.heard = [(reader, each.ticket_id) for each in seen]
        return [each.id for each in tickets if each.revoked]

    def issue(self, web: Web, **changed: object) -> Ticket:
        now = self.served.house.clock()
        holder = web.get("/v1/session").json()["account_id"]
        window = {"valid_from": now - timedelta(minutes=5), "valid_until": now + timedelta(hours=1)}
        ask = wanted(**({"holder": holder} | window | changed))
        return self.served.house.identity.db.run(lambda c: self.tickets.issue(c, [ask], now=now))[0]

    def visitor(self, email: str) -> Web:
        web = self.served.browser()
        web.sign_in(email)
        return web


@pytest.fixture
def window(ticket_front: Front, tmp_path: Path) -> Iterator[Window]:
    with serving(ticket_front, f"sqlite:///{tmp_path / 'window.sqlite'}") as served:
        yield Window(served)


def test_a_rider_sees_prints_and_shows_their_tickets_and_nobody_else_does(window: Window) -> None:
    mine, other = window.visitor("me@example.jp"), window.visitor("other@example.jp")
    made = window.issue(mine)
    (shown,) = mine.get("/v1/tickets", params={"lang": "en"}).json()
    assert (shown["id"], shown["code"], shown["kind"], shown["revoked"]) == (
        made.id, made.text, "shuttle", False,
    )  # fmt: skip
    assert {"name": "To", "value": "幕張整形外科"} in shown["facts"]
    assert mine.get(f"/v1/tickets?bundle_id={made.bundle_id}").json()[0]["id"] == made.id
    svg = mine.get(shown["code_url"])
    assert svg.headers["content-type"] == "image/svg+xml"
    assert svg.text.startswith("<svg")
    for url in (shown["paper_url"], f"/v1/tickets/paper.pdf?bundle_id={made.bundle_id}&size=receipt"):
        paper = mine.get(url)
        assert (paper.status_code, paper.content[:5]) == (200, b"%PDF-")
        assert "no-store" in paper.headers["cache-control"]
    assert other.get("/v1/tickets").json() == []
    for path in ("", "/code.svg", "/paper.pdf"):
        assert other.get(f"/v1/tickets/{made.id}{path}").status_code == 404
        assert window.served.browser().get(f"/v1/tickets/{made.id}{path}").status_code == 401
    assert other.get(f"/v1/tickets/paper.pdf?bundle_id={made.bundle_id}").status_code == 404


def test_only_readers_may_tell_of_uses_and_only_a_chief_turns_keys(window: Window) -> None:
    web, shop = window.visitor("me@example.jp"), window.visitor("shop@example.jp")
    account = shop.get("/v1/session").json()["account_id"]
    window.served.appoint(account, Role.SHOP, "aeon")
    body = {"reader": "gate", "uses": []}
    assert web.send("POST", "/v1/ticket-uses", body).status_code == 401
    assert window.served.browser().send("POST", "/v1/ticket-uses", body).status_code == 401
    assert shop.send("POST", "/v1/ticket-uses", body).json() == {"taken": 0, "doubles": [], "refused": []}
    assert web.send("POST", "/v1/admin/ticket-keys/rotate").status_code == 403
    malformed = {"reader": "gate", "uses": [{"ticket": "x", "at": "2026-11-25", "place": ""}]}
    assert shop.send("POST", "/v1/ticket-uses", malformed).status_code == 422


def test_two_vehicles_fetch_read_and_find_the_copy_when_they_sync(
    window: Window, tmp_path: Path, maas_command
) -> None:  # type: ignore[no-untyped-def]
    web = window.visitor("me@example.jp")
    made = window.issue(web)
    now = window.served.house.clock().isoformat()
    url = window.served.url
    for name in ("shuttle-3", "shuttle-4"):
        at = ("--at", tmp_path / name)
        assert "2 keys, 0 revoked" in maas_command("tickets", "fetch", *at, "--url", url).stdout
        place = f"{PLACE[:-1]}{name[-1]}"
        done = maas_command("tickets", "read", made.text, *at, "--place", place, "--now", now)
        assert done.stdout.startswith("yes")  # neither knows of the other

    def sync(name: str, token: str = TOKEN, check: bool = True):  # type: ignore[no-untyped-def]
        return maas_command(
            "tickets", "sync", "--at", tmp_path / name, "--url", url, "--reader", name, "--token", token,
            "--json", check=check,
        )  # fmt: skip

    refused = sync("shuttle-3", "wrong", check=False)
    assert (refused.returncode, "answered 401" in refused.stderr) == (2, True)
    assert json.loads(sync("shuttle-3").stdout) == {"told": 1, "doubles": []}
    found = json.loads(sync("shuttle-4").stdout)
    assert [use["reader"] for use in found["doubles"][0]["uses"]] == ["shuttle-3", "shuttle-4"]
    assert window.heard == [("shuttle-4", made.id)]
    assert json.loads(sync("shuttle-4").stdout)["told"] == 0
    listed = web.http.get("/v1/ticket-uses/doubles", headers={"Authorization": f"Bearer {TOKEN}"})
    assert [double["ticket"] for double in listed.json()] == [made.id]
