"""A new user's first three minutes: `python -m benchmarks.trial --area build/makuhari`.

A database and a browser without a past, a phone's size, and only what is written on the page is pressed: from
the server's first answer to an outing that is booked, paid and ridden (by the simulated fleet, on the real
clock). Between 22 and 6 o'clock in Chiba few shuttles are about; try it by day.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

from benchmarks.pages import RESULTS, machine, serving

FLAGS = ["--no-sandbox", "--enable-unsafe-swiftshader"]
RIDE = ("Makuhari Messe Halls 9–11", "Mitsui Outlet Park Makuhari")
SOON_MS = 60_000
RIDE_MS = 900_000


def tried(url: str) -> list[tuple[str, float]]:
    """What was reached, and seconds since the page was asked for."""
    from playwright.sync_api import expect, sync_playwright

    begun, seen = time.monotonic(), []

    def reached(what: str) -> None:
        seen.append((what, time.monotonic() - begun))
        print(f"{seen[-1][1]:6.1f} s  {what}", flush=True)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_page(viewport={"width": 390, "height": 844}, locale="en-GB")
        page.set_default_timeout(SOON_MS)
        page.goto(url)
        page.get_by_label("From", exact=True).wait_for()
        reached("the page is there")
        for label, place in zip(("From", "To"), RIDE, strict=True):
            page.get_by_label(label, exact=True).press_sequentially(place, delay=60)
            page.locator("li[role=option]").filter(has_text=place).first.click()
        page.get_by_role("button", name="Find a way").click()
        way = page.locator("ol button").filter(has_text="shuttle")
        way.first.wait_for()
        reached("ways are shown")
        way.first.click()
        page.get_by_role("button", name="Book the whole way").click()
        page.get_by_text("To be paid").wait_for()
        reached("booked: seats are held")
        _pay(page)
        expect(page.get_by_text("Booked", exact=True).first).to_be_visible(timeout=SOON_MS)
        page.get_by_role("img", name="QR code of the ticket").first.wait_for()
        reached("paid: the ticket is there")
        page.get_by_text("You are on board").wait_for(timeout=RIDE_MS)
        reached("on board")
        page.get_by_text("You have arrived").wait_for(timeout=RIDE_MS)
        reached("arrived")
        browser.close()
    return seen


def _pay(page: Any) -> None:
    page.get_by_role("button", name="Add a card").click()
    page.get_by_label("4242").check()
    page.locator("form button").first.click()
    page.get_by_role("button", name="Pay").click()


def main() -> None:
    """Try, print, and write benchmarks/results/trial.md."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--area", type=Path, required=True, help="a built area, such as build/makuhari")
    asked = parser.parse_args()
    begun = time.monotonic()
    with serving(asked.area) as url:
        started_s = time.monotonic() - begun
        seen = tried(url.replace("127.0.0.1", "localhost"))
    lines = [
        "# A new user's first minutes", "",
        f"`python -m benchmarks.trial --area build/makuhari`; {machine()}", "",
        f"The server answered {started_s:.0f} s after it was started (kernels compiled before; on a fresh "
        "machine two minutes more, while the page says so). Then, from the page being asked for:", "",
        "| reached | after |", "|---|---|", *(f"| {what} | {at:.0f} s |" for what, at in seen),
    ]  # fmt: skip
    (RESULTS / "trial.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
