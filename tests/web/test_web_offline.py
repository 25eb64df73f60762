"""The residents' page as an app: installable, open without a network, and nobody's data left behind."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect
from web_visitor import PHONE, Visitor, barriers

pytestmark = pytest.mark.browser

TRIP = """() => localStorage.setItem('maas.trips', JSON.stringify({
  bundles: [{id: 'bun_1', state: 'confirmed', created_at: '2026-11-25T08:00:00+09:00', parts: [
    {label: 'ride', kind: 'shuttle', title: 'シャトル', state: 'confirmed',
     starts_at: '2026-11-25T09:00:00+09:00', ends_at: null, details: {},
     price: {amount: 300, currency: 'JPY'}, discounts: [], reason: ''}],
    total: {amount: 300, currency: 'JPY'}, paid_minor: 300, refunded_minor: 0, reason: ''}],
  tickets: {bun_1: [{id: 'tic_12345678', title: 'シャトル', valid: '09:00', passengers: '1',
    valid_from: '2026-11-25T08:50:00+09:00', valid_until: '2026-11-25T09:30:00+09:00'}]},
  codes: {tic_12345678:
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'},
}))"""


@pytest.fixture
def app_page(visitor: Visitor) -> Page:
    page = visitor.open("lang=en", PHONE, offline_too=True)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    return page


@pytest.mark.parametrize("path", ["/", "/fleet", "/desk", "/shop", "/feeds", "/city"])
def test_every_console_can_be_installed(server: str, path: str) -> None:
    page = httpx.get(server + path, headers={"Accept": "text/html"}).text
    link = page.split('rel="manifest" href="')[1].split('"')[0]
    answer = httpx.get(server + link)
    assert answer.headers["content-type"] == "application/manifest+json"
    manifest: dict[str, Any] = answer.json()
    assert manifest["start_url"] == path
    assert manifest["display"] == "standalone"
    sizes = {icon["sizes"] for icon in manifest["icons"]}
    assert {"192x192", "512x512"} <= sizes
    for icon in manifest["icons"]:
        assert httpx.get(server + icon["src"]).headers["content-type"].startswith("image/")


def test_chromium_finds_nothing_that_keeps_it_from_being_installed(app_page: Page) -> None:
    session = app_page.context.new_cdp_session(app_page)
    assert session.send("Page.getAppManifest")["errors"] == []
    found = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # A context of a test is private, where nothing can be installed; everything else would be ours.
    assert [e["errorId"] for e in found if e["errorId"] != "in-incognito"] == []


def test_the_last_trip_and_its_ticket_open_without_a_network(app_page: Page, server: str) -> None:
    app_page.evaluate(TRIP)
    app_page.reload()
    app_page.context.set_offline(True)
    app_page.goto(f"{server}/?lang=en&view=trips&bundle=bun_1")
    picture = app_page.get_by_role("img", name="シャトル")
    expect(picture).to_be_visible()
    assert picture.evaluate("e => e.complete && e.naturalWidth > 0")
    assert barriers(app_page) == []
    for lang in ("ja", "zh", "ko", "easy"):  # a language that was not used yet
        app_page.goto(f"{server}/?lang={lang}&view=trips")
        expect(app_page.locator("main ul li").first).to_be_visible()
    app_page.context.set_offline(False)


def test_the_worker_keeps_nothing_of_anybody(app_page: Page, server: str) -> None:
    app_page.goto(f"{server}/?lang=en&view=me")
    app_page.wait_for_load_state("networkidle")
    kept = app_page.evaluate(
        """async () => {
          const all = await Promise.all((await caches.keys()).map(async (name) => {
            const held = await (await caches.open(name)).keys()
            return held.map((r) => new URL(r.url).pathname)
          }))
          return all.flat()
        }"""
    )
    assert "/" in kept
    ours = [path for path in kept if path.startswith("/v1/")]
    assert [path for path in ours if path != "/v1/area" and not path.startswith("/v1/tiles/")] == []


def test_a_staff_console_is_never_answered_from_a_cache(app_page: Page, server: str) -> None:
    app_page.goto(f"{server}/fleet?lang=en")
    expect(app_page.get_by_role("heading", level=1)).to_be_visible()
    app_page.context.set_offline(True)
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        app_page.goto(f"{server}/fleet?lang=en")
    app_page.context.set_offline(False)
