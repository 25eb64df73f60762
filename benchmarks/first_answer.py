"""From pressing search on the residents' page to the first way: part `search` of `benchmarks.pages`."""

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
  const seen = new MutationObserver(() => {
    if (!document.querySelector('ol .card')) return
    seen.disconnect()
    requestAnimationFrame(() => setTimeout(() => {
      const ours = (e) => e.name.endsWith('/v1/journeys')
      const asked = performance.getEntriesByType('resource').filter(ours).at(-1)
      done([performance.now() - begun, asked ? asked.responseEnd - asked.requestStart : NaN])
    }))
  })
  seen.observe(document.body, { childList: true, subtree: true })
  document.querySelector('button[type=submit]').click()
})
"""
"""From the press to the frame in which the first way is drawn."""


def measure_search(url: str) -> list[Row]:
    """Medians over several trips, by public transport alone and with all that moves."""
    from playwright.sync_api import sync_playwright

    rows: list[Row] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(viewport=PHONE, service_workers="block")  # type: ignore[arg-type]
        page = context.new_page()
        for what, means in (("public transport", "&means=transit"), ("all that moves", "")):
            waited, answered = [], []
            for round_ in range(ROUNDS):
                for start, end in TRIPS:
                    page.goto(f"{url}/?lang=en&when=depart{means}")
                    _choose(page, "#from", start)
                    _choose(page, "#to", end)
                    seen, asked = page.evaluate(_PRESSED)
                    if round_:  # the first is the warm-up
                        waited.append(seen)
                        answered.append(asked)
            rows.append(
                (
                    f"from pressing search on `/` to the first way, {what}",
                    "",
                    f"{statistics.median(waited):.0f} ms (longest {max(waited):.0f}); of that the answer "
                    f"{statistics.median(answered):.0f} ms",
                )
            )
        browser.close()
    return rows


def _choose(page: Any, field: str, text: str) -> None:
    page.locator(field).press_sequentially(text, delay=5)
    page.locator("li[role=option]").first.click()
