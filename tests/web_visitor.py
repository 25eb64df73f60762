"""A real Chromium that can reach nothing but this machine."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

PHONE, DESK = (390, 844), (1280, 800)
ARGUMENTS = [
    "--no-sandbox",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
]

# Chromium without its window: the same engine, and half the processor time for each page that a test opens.
SHELL = "/usr/bin/chromium-headless-shell"

# A blocked service worker is as `open` wished; what the driver says of a screenshot is not about our page.
_NOT_OURS = re.compile("Service Worker registration blocked by Playwright|GPU stall due to ReadPixels")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=SHELL, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def desktop_chromium(chromium: Browser) -> Iterator[Browser]:
    """Chromium as people install it: only this one shows the notifications of a service worker."""
    browser = chromium.browser_type.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
    yield browser
    browser.close()


def barriers(page: Page) -> list[dict[str, object]]:
    """What axe finds against WCAG 2.2 AA on the page as it stands."""
    rules = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
    found = Axe().run(page, options=rules).response["violations"]
    return [{"rule": v["id"], "at": [node["html"][:200] for node in v["nodes"]]} for v in found]


def until(page: Page, script: str, most_ms: int = 30_000) -> None:
    """Wait until a script's answer is true (our pages forbid what `wait_for_function` would need)."""
    for _ in range(most_ms // 100):
        if page.evaluate(script):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"it never came about: {script}")


def walk_to(page: Page, target: Locator, key: str = "Tab") -> None:
    """Walk on with a key until the target has the focus; it must then be seen to have it."""
    expect(target).to_be_enabled(timeout=30_000)
    for _ in range(250):
        if target.evaluate("one => one === document.activeElement"):
            assert target.evaluate("one => one.matches(':focus-visible')"), (
                "who looks must see where they are"
            )
            return
        page.keyboard.press(key)
    raise AssertionError(f"{target} is not reached with {key}")


def press(page: Page, name: str, within: Locator | None = None, *, exact: bool = True) -> None:
    """Go to a button and press it."""
    walk_to(page, (within or page).get_by_role("button", name=name, exact=exact).first)
    page.keyboard.press("Enter")


class Visitor:
    """Opens pages and keeps what the console and the network complained about."""

    def __init__(self, browser: Browser, url: str) -> None:
        self._browser, self._url = browser, url
        self.named = url.replace("127.0.0.1", "localhost")
        sockets = (self._url.replace("http", "ws", 1), self.named.replace("http", "ws", 1))
        self._ours = (self._url, self.named, *sockets, "data:", "blob:")
        self.complaints: list[str] = []
        self.outside: list[str] = []

    def open(
        self,
        query: str,
        size: tuple[int, int] = DESK,
        *,
        dark: bool = False,
        locale: str = "ja-JP",
        path: str = "/",
        offline_too: bool = False,
        named: bool = False,
        touch: bool = False,
    ) -> Page:
        """A page in a browser of its own; only with `offline_too` may it keep a service worker.

        `named`: at localhost, which is the issuer's name, as payments and passkeys ask for.
        """
        context = self._browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale=locale, timezone_id="Asia/Tokyo",
            color_scheme="dark" if dark else "light", reduced_motion="reduce",
            service_workers="allow" if offline_too else "block", has_touch=touch,
        )  # fmt: skip
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "console",
            lambda m: (
                self.complaints.append(m.text)
                if m.type in ("error", "warning") and not _NOT_OURS.search(m.text)
                else None
            ),
        )
        page.on(
            "request",
            lambda r: self.outside.append(r.url) if not r.url.startswith(self._ours) else None,
        )
        page.goto(f"{self.named if named else self._url}{path}?{query}")
        return page


@pytest.fixture
def visitor(chromium: Browser, server: str) -> Iterator[Visitor]:
    visitor = Visitor(chromium, server)
    yield visitor
    for context in chromium.contexts:
        context.close()
