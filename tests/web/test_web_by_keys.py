"""The main work of the staff's pages by keys alone, and what it did on the server.

Those of `/`, `/desk` and `/feeds` have such tests of their own.
"""

from __future__ import annotations

import httpx
import pytest
from fixtures_people import SignIn
from playwright.sync_api import expect
from web_visitor import Visitor, press, walk_to

from maas.identity.model import Role

pytestmark = pytest.mark.browser
SHOP = "ortho"


def test_a_dispatcher_stops_a_vehicle_and_lets_it_go_on(
    visitor: Visitor, server: str, operator: dict[str, str]
) -> None:
    def mode() -> str:
        told = httpx.get(f"{server}/v1/fleet/vehicles/shuttle-4", headers=operator, timeout=30)
        return str(told.json()["mode"])

    page = visitor.open("lang=en&tab=vehicles", path="/fleet")
    walk_to(page, page.locator("input[type=password]"))
    page.keyboard.type(operator["Authorization"].removeprefix("Bearer "))
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    press(page, "shuttle-4")
    press(page, "Stop")
    walk_to(page, dialog.get_by_role("textbox"))
    page.keyboard.type("smoke")
    press(page, "Stop", dialog)
    expect(dialog).to_have_count(0)
    assert mode() == "stopped"
    walk_to(page, page.get_by_role("tab", selected=True))
    page.keyboard.press("Home")  # the alarms come first
    alarm = page.locator("li.card").filter(has_text="shuttle-4").filter(has_text="smoke")
    watcher = httpx.get(f"{server}/v1/fleet/vehicles/shuttle-4", headers=operator).json()["supervisor"]
    walk_to(page, page.get_by_label("I am"))
    page.keyboard.type(watcher)
    press(page, "Take", alarm)
    press(page, "Resolve", alarm)
    walk_to(page, dialog.get_by_role("textbox"))
    page.keyboard.type("burnt rubber, checked on site")
    press(page, "Resolve", dialog)
    expect(alarm).to_have_count(0)
    press(page, "Resume")
    expect(page.get_by_role("button", name="Resume")).to_have_count(0, timeout=30_000)
    assert mode() == "service"
    assert visitor.complaints == []


def test_a_keeper_gives_a_slot_another_size_and_closes_it(
    visitor: Visitor, server: str, sign_in: SignIn
) -> None:
    page = visitor.open("lang=en")
    page.context.add_cookies(sign_in(Role.SHOP, organisation=SHOP).browser_cookies(server))  # type: ignore[arg-type]
    page.goto(f"{server}/shop?lang=en&provider={SHOP}&tab=slots")
    day = page.locator("input[type=date]")
    walk_to(page, day)
    page.keyboard.press("Tab")  # from the month to the day
    for _ in range(8):  # a week ahead there are slots whatever the weekday and hour of the tests
        with page.expect_response(lambda answer: "/slots?" in answer.url):
            page.keyboard.press("ArrowUp")
        page.wait_for_load_state("networkidle")
        if page.locator("tbody tr button").count():
            break
    row = page.locator("tbody tr").first
    press(page, "Change", row, exact=False)
    total = page.get_by_role("dialog").get_by_label("Capacity")
    walk_to(page, total)
    page.keyboard.press("Control+A")
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(row.locator("td").nth(1)).to_have_text("3")
    press(page, "Close", row, exact=False)
    expect(row).to_contain_text("Closed")
    assert visitor.complaints == []
