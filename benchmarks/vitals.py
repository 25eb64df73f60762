"""The residents' page as a phone feels it: Lighthouse, interactions, bytes before the map, being installable.

Parts of `python -m benchmarks.pages`. Lighthouse comes from npm (`npx --yes lighthouse`), throttled as it
does for phones; interactions are those of the Event Timing API, with the processor slowed four times besides.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

__all__ = ["Row", "measure_bytes", "measure_inp", "measure_lighthouse"]

Row = tuple[str, str, str]
CHROMIUM = "/usr/bin/chromium"
# As Chromium runs where there is no GPU: pages composed by the processor, WebGL by SwiftShader. (With
# `--use-angle=swiftshader` every frame of the page is composed in software GL as well, which no user has.)
FLAGS = ["--no-sandbox", "--enable-unsafe-swiftshader"]
PHONE = {"width": 390, "height": 844}
SLOWER = 4
LIGHTHOUSE = "lighthouse@12.8.2"
_OBSERVED = """
window.__felt = []
new PerformanceObserver((list) => {
  for (const e of list.getEntries()) {
    if (e.interactionId) window.__felt.push([e.duration, e.processingEnd - e.startTime])
  }
}).observe({ type: 'event', durationThreshold: 16, buffered: true })
"""


def measure_lighthouse(url: str, runs: int = 3) -> list[Row]:
    """Scores of the median run, and whether Chromium finds the page installable."""
    found = sorted((_lighthouse(url) for _ in range(runs)), key=lambda one: float(one["performance"]))
    middle = found[len(found) // 2]
    audits = middle["audits"]
    told = ", ".join(
        f"{short} {audits[name]['displayValue']}"
        for short, name in (
            ("first paint", "first-contentful-paint"), ("largest", "largest-contentful-paint"),
            ("blocked", "total-blocking-time"), ("shift", "cumulative-layout-shift"),
            ("speed", "speed-index"),
        )
    )  # fmt: skip
    scores = ", ".join(str(round(100 * one["performance"])) for one in found)
    best = round(100 * middle["performance"])
    others = ", ".join(
        f"{name} {round(100 * middle[name])}" for name in ("accessibility", "best-practices", "seo")
    )
    return [
        (
            "Lighthouse, phone, performance of `/`",
            "90",
            f"{best} (runs: {scores}; {told})",
        ),
        ("Lighthouse, the rest", "", others),
        ("Chromium's reasons against installing `/`", "none", _installable(url)),
    ]


def _lighthouse(url: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "report.json"
        flags = " ".join(["--headless=new", *FLAGS])
        command = [
            "npx", "--yes", LIGHTHOUSE, url, "--quiet", "--output=json", f"--output-path={out}",
            f"--chrome-flags={flags}",
        ]  # fmt: skip
        subprocess.run(command, check=True, env={**os.environ, "CHROME_PATH": CHROMIUM}, timeout=300)
        report = json.loads(out.read_text())
    scores = {name: one["score"] for name, one in report["categories"].items()}
    return {**scores, "audits": report["audits"]}


def _installable(url: str) -> str:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        context = playwright.chromium.launch_persistent_context(
            folder, executable_path=CHROMIUM, args=FLAGS, headless=True
        )
        page = context.pages[0]
        page.goto(url)
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        session = context.new_cdp_session(page)
        errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
        context.close()
    return ", ".join(str(one["errorId"]) for one in errors) or "none"


def measure_inp(url: str) -> list[Row]:
    """The slowest interaction of each kind that a rider has with `/`, at a processor four times slower."""
    from playwright.sync_api import sync_playwright

    rows: list[Row] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for rate in (1, SLOWER):
            page = browser.new_page(viewport=PHONE, locale="ja-JP")  # type: ignore[arg-type]
            page.add_init_script(_OBSERVED)
            page.goto(f"{url}/?lang=en&means=transit&when=depart&at=2026-11-26T10:00")
            page.locator("#from").wait_for()
            page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": rate})
            felt = dict(_acts(page))
            page.close()
            whole, own = (max(each[k] for each in felt.values()) for k in (0, 1))
            each = ", ".join(f"{name} {frame:.0f}/{ours:.0f}" for name, (frame, ours) in felt.items())
            slow = "" if rate == 1 else f", processor {rate} times slower"
            told = f"{whole:.0f} ms, of them {own:.0f} until our handlers were through ({each})"
            rows.append((f"slowest interaction with `/` (INP){slow}", "200 ms", told))
        browser.close()
    return rows


def _acts(page: Any) -> list[tuple[str, tuple[float, float]]]:
    """What was done, ms to the next frame, and ms of these until our own handlers were through."""
    felt = []

    def lasted(name: str) -> None:
        page.wait_for_timeout(600)
        seen = page.evaluate("window.__felt.splice(0)")
        # Below 16 ms nothing is reported. The frame itself is drawn by software GL here.
        felt.append((name, (max([16.0, *(x for x, _ in seen)]), max([0.0, *(x for _, x in seen)]))))

    for field, text in (("#from", "kaihin-makuhari"), ("#to", "bay-town core")):
        page.locator(field).click()
        page.keyboard.type(text, delay=80)
        page.locator("li[role=option]").first.wait_for()
        lasted("typing" if field == "#from" else "typing again")
        page.locator("li[role=option]").first.click()
        lasted("choosing a place" if field == "#from" else "choosing another")
    page.locator("button[type=submit]").click()
    lasted("search")
    page.locator("ol .card").first.wait_for(timeout=60_000)
    lasted("answers")
    page.locator("ol .card").first.click()
    lasted("opening a way")
    page.locator(".canvas[data-drawn=true]").wait_for(timeout=60_000)
    page.locator("main li button.small").first.click()
    lasted("a leg on the map")
    page.locator("nav button").nth(3).click()
    lasted("trips")
    return felt


def measure_bytes(url: str) -> list[Row]:
    """What travels before the first way can be seen, without the map."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(viewport=PHONE, service_workers="block")  # type: ignore[arg-type]
        page = context.new_page()
        page.route("**/*maplibre*", lambda route: route.abort())
        sizes: dict[str, int] = {}
        page.on("requestfinished", lambda request: sizes.update({request.url: _size(request)}))
        page.goto(
            f"{url}/?lang=en&means=transit&when=depart&at=2026-11-26T10:00"
            "&from=35.6482,140.0417,,a&to=35.6579,140.0272,,b"
        )
        page.locator("ol .card").first.wait_for(timeout=60_000)
        browser.close()
    ours = (".js", ".css", ",,b")  # the page itself ends with its question
    code = sum(size for path, size in sizes.items() if path.endswith(ours))
    fonts = sum(size for path, size in sizes.items() if path.endswith(".woff2"))
    told = f"{code / 1000:.0f} kB in {len(sizes)} requests (fonts besides: {fonts / 1000:.0f} kB)"
    return [("script, styles and page before the first way, compressed, no map", "120 kB", told)]


def _size(request: Any) -> int:
    sizes = request.sizes()
    return int(sizes["responseBodySize"]) + int(sizes["responseHeadersSize"])
