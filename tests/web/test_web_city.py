"""The city's page in a real Chromium: key figures, what a wheelchair reaches, the disaster switch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect
from web_visitor import DESK, PHONE, Visitor, barriers, press, walk_to

from maas.identity import accounts, roles, sessions
from maas.identity.compose import open_identity
from maas.identity.model import AccountKind, Role
from storage.database import Database

pytestmark = pytest.mark.browser
OPERATOR = {"Authorization": "Bearer the-tests-operator"}


@dataclass(frozen=True, slots=True)
class Town:
    """A server of its own: a disaster is nothing to share."""

    url: str
    cookies: dict[str, str]
    home: Path

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, cookies=self.cookies, headers={"Origin": self.url}, timeout=60)


@pytest.fixture(scope="module")
def town(makuhari: Path, tmp_path_factory: pytest.TempPathFactory, start_server: Any) -> Iterator[Town]:
    home = tmp_path_factory.mktemp("town")
    with start_server(makuhari, home) as (url, _):
        database = Database.open(f"sqlite:///{home / 'makuhari.sqlite'}")
        identity = open_identity(database, issuer=url)

        def administrator(w: Any) -> str:
            account = accounts.create(w, AccountKind.PERSON, language="ja", email="mayor@example.jp")
            roles.grant(w, account.id, Role.ADMINISTRATOR, "")
            return sessions.open_session(w, account.id, "passkey").cookie

        cookie = identity.write(administrator, actor="test")
        database.engine.dispose()
        yield Town(url, {"maas": cookie}, home)


@pytest.fixture
def guest(chromium: Browser, town: Town) -> Iterator[Visitor]:
    yield Visitor(chromium, town.url)
    for context in chromium.contexts:
        context.close()


def city(guest: Visitor, town: Town, query: str, size: tuple[int, int] = DESK) -> Page:
    page = guest.open(query, size, path="/city")
    cookie = {"name": "maas", "value": town.cookies["maas"], "url": town.url, "httpOnly": True}
    page.context.add_cookies([{**cookie, "sameSite": "Lax"}])  # type: ignore[list-item]
    page.goto(f"{town.url}/city?{query}")
    return page


def modes(town: Town) -> set[str]:
    listed = httpx.get(f"{town.url}/v1/fleet/vehicles", headers=OPERATOR).json()
    return {vehicle["mode"] for vehicle in listed}


def test_only_administrators_see_the_citys_page(guest: Visitor, town: Town) -> None:
    assert httpx.get(f"{town.url}/v1/city/disaster").status_code == 401
    assert httpx.post(f"{town.url}/v1/city/disaster", headers=OPERATOR, json={}).status_code == 401
    page = guest.open("lang=en", path="/city")
    expect(page.get_by_role("main")).to_contain_text("Sign in")


def test_key_figures_are_of_days_and_say_what_is_left_out(guest: Visitor, town: Town) -> None:
    with town.client() as http:
        asked = http.get("/v1/city/figures", params={"from": "2026-11-01", "to": "2026-12-31"})
        assert asked.status_code == 400
    page = city(guest, town, "lang=en", PHONE)
    expect(page.get_by_text("fewer than 5 rides")).to_be_visible()
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_a_wheelchair_reaches_is_on_the_map_and_in_the_table(guest: Visitor, town: Town) -> None:
    page = city(guest, town, "lang=ja&tab=reach")
    expect(page.locator("tbody tr").nth(3)).to_be_visible(timeout=60_000)
    expect(page.locator(".canvas[data-drawn=true]")).to_be_visible()
    said = page.locator("#city-panel [role=status]").first.inner_text()
    assert "車いす" in said
    assert barriers(page) == []


def test_the_switch_asks_first_then_draws_in_closes_and_tells_and_is_undone(
    guest: Visitor, town: Town
) -> None:
    page = city(guest, town, "lang=en&tab=disaster", (320, 720))
    page.get_by_label("What has happened").select_option("tsunami")
    warning = "Tsunami danger: leave the shore and go to high ground. The shuttles have stopped."
    expect(page.get_by_label("English")).to_have_value(warning)
    page.get_by_label("Where").press_sequentially("kaihin-makuhari")
    page.locator("li[role=option]").first.click()
    page.get_by_role("button", name="Add").click()
    assert barriers(page) == []
    page.get_by_role("button", name="Switch disaster mode on").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("go to the depot")
    sure = dialog.get_by_role("button", name="Switch disaster mode on")
    expect(sure).to_be_disabled()
    assert barriers(page) == []
    with town.client() as http:
        assert http.get("/v1/city/disaster").json()["on"] is False  # nothing happens by opening the question
    dialog.get_by_role("textbox").fill("switch on")
    sure.click()
    expect(page.get_by_text("The disaster switch is on")).to_be_visible(timeout=30_000)
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    assert "service" not in modes(town)
    with town.client() as http:
        conditions = httpx.get(f"{town.url}/v1/fleet/conditions", headers=OPERATOR).json()
        assert [c["id"] for c in conditions["closures"]] == ["disaster: tsunami 1"]
        act = {"kind": "fire", "message": {"ja": "火事"}}
        assert http.post("/v1/city/disaster", json=act).status_code == 409
        assert http.post("/v1/city/disaster", json={"kind": "fire", "message": {}}).status_code == 400
        if http.get("/v1/city/disaster").json()["history"][0]["told"]:
            resident = guest.open("lang=en", PHONE)
            expect(resident.get_by_text("Tsunami danger")).to_be_visible()
            assert barriers(resident) == []

        page.get_by_role("button", name="End disaster mode").click()
        page.get_by_role("dialog").get_by_role("button", name="End disaster mode").click()
        expect(page.get_by_text("The disaster switch is off")).to_be_visible(timeout=30_000)
        assert "service" in modes(town)
        assert httpx.get(f"{town.url}/v1/fleet/conditions", headers=OPERATOR).json()["closures"] == []
        assert [s["on"] for s in http.get("/v1/city/disaster").json()["history"]] == [False, True]
        assert http.delete("/v1/city/disaster").status_code == 409
        trail = http.get("/v1/admin/audit", params={"subject": "city"}).json()
        assert [entry["action"] for entry in trail] == ["disaster.on", "disaster.off"]
    assert guest.outside == []


def test_closing_alone_leaves_the_vehicles_in_service(town: Town) -> None:
    corner = [[140.03, 35.64], [140.031, 35.64], [140.031, 35.641]]
    act = {"kind": "flood", "draw_in": False, "message": {"ja": "浸水"}, "closures": [corner]}
    with town.client() as http:
        on = http.post("/v1/city/disaster", json=act)
        assert (on.status_code, on.json()["history"][0]["drawn_in"]) == (201, [])
        assert "service" in modes(town)
        assert http.delete("/v1/city/disaster").json()["on"] is False


def test_the_switch_is_thrown_and_ended_by_keys_alone(guest: Visitor, town: Town) -> None:
    page = city(guest, town, "lang=en&tab=disaster")
    kind = page.get_by_label("What has happened")
    walk_to(page, kind)
    page.keyboard.type("Fl")
    expect(kind).to_have_value("flood")
    press(page, "Switch disaster mode on")
    dialog = page.get_by_role("dialog")
    walk_to(page, dialog.get_by_role("textbox"))
    page.keyboard.type("switch on")
    press(page, "Switch disaster mode on", dialog)
    expect(page.get_by_text("The disaster switch is on")).to_be_visible(timeout=30_000)
    with town.client() as http:
        assert http.get("/v1/city/disaster").json()["on"] is True
        press(page, "End disaster mode")
        press(page, "End disaster mode", dialog)
        expect(page.get_by_text("The disaster switch is off")).to_be_visible(timeout=30_000)
        assert http.get("/v1/city/disaster").json()["on"] is False
    assert guest.complaints == []
