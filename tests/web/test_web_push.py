"""Told before one asks: a device is asked, told of its trip by a real push service, and shows it."""

from __future__ import annotations

import json

import pytest
from fixtures_clock import MovedClock
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect
from push_service import Browser, push_service
from web_booker import SOON_MS, chosen_journey, held, pay
from web_visitor import DESK, PHONE, Visitor, barriers, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WORDS = {
    "en": {"allow": "Tell this device", "on": "This device is told", "out": "Sign out"},
    "ja": {"allow": "この端末に知らせる", "on": "知らせます", "out": "ログアウト"},
}
SUBSCRIBED = """(at) => {
  const kept = () => sessionStorage.getItem('subscribed') === 'yes'
  const unsubscribe = async () => (sessionStorage.removeItem('subscribed'), true)
  const mine = { endpoint: at.endpoint, toJSON: () => at, unsubscribe }
  PushManager.prototype.subscribe = async function (options) {
    const right = options.userVisibleOnly && options.applicationServerKey.length === 65
    if (!right) throw new TypeError('not asked rightly')
    sessionStorage.setItem('subscribed', 'yes')
    return mine
  }
  PushManager.prototype.getSubscription = async () => (kept() ? mine : null)
}"""
"""The browser maker's half, which a test machine cannot reach: where messages go, and the keys to them."""


def shown_by_worker(page: Page, origin: str, message: dict[str, str]) -> dict[str, object]:
    """Hand the opened message to the page's service worker, as the browser would; what it shows."""
    session = page.context.new_cdp_session(page)
    seen: list[dict[str, object]] = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda told: seen.extend(told["registrations"]))
    session.send("ServiceWorker.enable")
    page.wait_for_timeout(500)
    (registration,) = {str(one["registrationId"]) for one in seen if not one.get("isDeleted")}
    session.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": origin, "registrationId": registration, "data": json.dumps(message, ensure_ascii=False)},
    )
    until(
        page, "navigator.serviceWorker.ready.then((w) => w.getNotifications()).then((all) => all.length > 0)"
    )
    return dict(
        page.evaluate(
            "navigator.serviceWorker.ready.then((w) => w.getNotifications())"
            ".then(([n]) => ({title: n.title, body: n.body, url: n.data.url, tag: n.tag}))"
        )
    )


@pytest.mark.parametrize(("lang", "size"), [("en", PHONE), ("ja", DESK)], ids=["en-phone", "ja-desk"])
def test_the_device_that_its_owner_lets_be_told_shows_that_the_vehicle_comes(
    desktop_chromium: Chromium, moved_server: tuple[str, MovedClock], lang: str, size: tuple[int, int]
) -> None:
    url, clock = moved_server
    words = WORDS[lang]
    with push_service() as service:
        visitor = Visitor(desktop_chromium, url)
        page = visitor.open(f"lang={lang}&means=shuttle&when=now", size, named=True, offline_too=True)
        page.context.grant_permissions(["notifications"], origin=visitor.named)
        browser = Browser(f"{service.url}/of-this-device")
        at = {"endpoint": browser.endpoint, "keys": browser.keys}
        page.add_init_script(f"({SUBSCRIBED})({json.dumps(at)})")
        page.reload()
        chosen_journey(page)
        held(page, lang)
        pay(page, lang, "4242")
        expect(page.locator("[data-state=confirmed]")).to_be_visible(timeout=SOON_MS)
        assert service.posts == [], "nobody is told unasked"
        allow = page.get_by_role("button", name=words["allow"])
        allow.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("status").filter(has_text=words["on"])).to_be_visible(timeout=SOON_MS)
        assert barriers(page) == []
        clock.on(lambda: bool(service.posts), most_s=1200)
        message = browser.opened(service.posts[0][2])
        seen = shown_by_worker(page, visitor.named, message)
        assert seen == message
        assert "/?view=trips&bundle=bdl_" in str(seen["url"])
        # Signing out ends it: the browser gives its address up, the server forgets it.
        page.goto(f"{visitor.named}/?lang={lang}&view=me")
        page.get_by_role("button", name=words["out"]).click()
        expect(page.get_by_role("button", name=words["allow"])).to_have_count(0)
        until(page, "sessionStorage.getItem('subscribed') === null")
        page.context.close()


def test_a_browser_that_blocks_messages_is_told_so(visitor: Visitor) -> None:
    page = visitor.open("lang=en&view=me", PHONE, named=True, offline_too=True)
    page.add_init_script("Notification.requestPermission = async () => 'denied'")
    page.request.post(f"{visitor.named}/v1/signin/guest", data={}, headers={"Origin": visitor.named})
    page.reload()
    page.get_by_role("button", name="Tell this device").click()
    expect(page.get_by_role("alert")).to_contain_text("blocks notifications")
    assert barriers(page) == []
