"""From pressing search on the residents' page to the first way and to all of them (part `search`)."""

from __future__ import annotations

import statistics
from typing import Any

from benchmarks.vitals import CHROMIUM, FLAGS, PHONE, Row

__all__ = ["measure_search"]

TRIPS = (
    ("kaihin-makuhari", "bay-town core"), ("makuhari messe", "soga"), ("makuharihongo", "kaihin-makuhari"),
    ("bay-town core", "makuhari messe"),
)  # fmt: skip
ROUNDS = 4
_PRESSED = """
() => new Promise((done) => {
  const begun = performance.now()
  let first = null
  const since = (is) => setTimeout(() => is(performance.now() - begun))
  const drawn = () => new Promise((is) => requestAnimationFrame(() => since(is)))
  const look = async () => {
    if (!document.querySelector('ol .card')) return
    first ??= drawn()
    if (!document.querySelector('ol[aria-busy=false]')) return
    seen.disconnect()
    done([await first, await drawn()])
  }
  const seen = new MutationObserver(look)
  seen.observe(document.body, { childList: true, subtree: true, attributes: true })
  document.querySelector('button[type=submit]').click()
})
"""
"""From the press to the frames in which the first way, and all in their order, are drawn."""


def measure_search(url: str) -> list[Row]:
    """Medians over several trips, by public transport alone and with all that moves."""
    from playwright.sync_api import sync_playwright

    rows: list[Row] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(viewport=PHONE, service_workers="block")  # type: ignore[arg-type]
        page = context.new_page()
        for what, means in (("public transport", "&means=transit"), ("all that moves", "")):
            first, last = [], []
            for round_ in range(ROUNDS):
                for start, end in TRIPS:
                    page.goto(f"{url}/?lang=en&when=depart{means}")
                    _choose(page, "#from", start)
                    _choose(page, "#to", end)
                    seen, whole = page.evaluate(_PRESSED)
                    if round_:  # the first is the warm-up
                        first.append(seen)
                        last.append(whole)
            rows.append(
                (
                    f"from pressing search on `/` to the first way, {what}",
                    "",
                    f"{statistics.median(first):.0f} ms (longest {max(first):.0f}); all in their order "
                    f"{statistics.median(last):.0f} ms (longest {max(last):.0f})",
                )
            )
        browser.close()
    return rows


def _choose(page: Any, field: str, text: str) -> None:
    page.locator(field).press_sequentially(text, delay=5)
    page.locator("li[role=option]").first.click()
