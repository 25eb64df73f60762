"""The fleet console in a real Chromium against the real server: a dispatcher handles a stopped vehicle."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.sync_api import Page, expect
from web_visitor import DESK, PHONE, Visitor, barriers

pytestmark = pytest.mark.browser

TOKEN = "the-tests-operator"
TABS = ("alarms", "vehicles", "plans", "rides", "conditions", "replay", "figures")


@pytest.fixture
def fleet(server: str, operator: dict[str, str]) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server, headers=operator, timeout=60) as client:
        yield client


def enter(visitor: Visitor, query: str, size: tuple[int, int] = DESK, *, dark: bool = False) -> Page:
    page = visitor.open(query, size, dark=dark, path="/fleet")
    page.locator("input[type=password]").fill(TOKEN)
    page.locator("form button[type=submit]").click()
    expect(page.get_by_role("tablist")).to_be_visible()
    return page


def test_nobody_gets_in_without_a_role_or_the_right_token(visitor: Visitor) -> None:
    page = visitor.open("lang=en", path="/fleet")
    page.locator("input[type=password]").fill("a guess")
    page.get_by_role("button", name="Enter").click()
    expect(page.get_by_role("alert")).to_have_text("That token is not right.")
    expect(page.get_by_role("tablist")).to_have_count(0)


@pytest.mark.parametrize(("lang", "size"), [("en", DESK), ("ja", PHONE)], ids=["en-desk", "ja-phone"])
def test_a_dispatcher_handles_a_stopped_vehicle(
    visitor: Visitor, fleet: httpx.Client, lang: str, size: tuple[int, int]
) -> None:
    en = lang == "en"
    vehicle = "shuttle-7" if en else "shuttle-8"
    page = enter(visitor, f"lang={lang}&tab=vehicles", size)
    page.get_by_role("button", name=vehicle, exact=True).click()
    page.get_by_role("button", name="Stop" if en else "停止させる", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").fill("burnt smell")
    dialog.get_by_role("button", name="Stop" if en else "停止させる", exact=True).click()
    expect(dialog).to_have_count(0)
    assert fleet.get(f"/v1/fleet/vehicles/{vehicle}").json()["mode"] == "stopped"

    page.get_by_role("tab", name=re.compile("Alarms|警報")).click()
    alarm = page.locator("li.card").filter(has_text=vehicle).filter(has_text="burnt smell")
    known = {"reason": "door", "severity": 3}
    fleet.post(f"/v1/fleet/vehicles/{vehicle}/alarms", json=known).raise_for_status()
    said = "A door does not work" if en else "ドアの異常"
    expect(page.locator("li.card").filter(has_text=vehicle).filter(has_text=said)).to_have_count(1)
    watcher = fleet.get(f"/v1/fleet/vehicles/{vehicle}").json()["supervisor"]
    page.get_by_label("I am" if en else "わたしは").select_option(watcher)
    alarm.get_by_role("button", name="Take" if en else "対応する").click()
    expect(alarm).to_contain_text("Taken" if en else "対応中")
    said = "We have stopped for safety." if en else "安全のため停車しました。"
    page.get_by_role("button", name=said).click()
    expect(page.get_by_role("log").get_by_text(said)).to_be_visible()
    alarm.get_by_role("button", name="Resolve" if en else "解決にする").click()
    page.get_by_role("dialog").get_by_role("textbox").fill("burnt rubber, checked on site")
    page.get_by_role("dialog").get_by_role("button", name="Resolve" if en else "解決にする").click()
    expect(alarm).to_have_count(0)
    page.get_by_role("button", name="Resume" if en else "運行を再開").click()
    expect(page.get_by_role("button", name="Draw in" if en else "帰庫させる")).to_be_visible()
    assert fleet.get(f"/v1/fleet/vehicles/{vehicle}").json()["mode"] == "service"
    assert visitor.complaints == []
    assert visitor.outside == []


def test_a_closure_is_tried_in_the_twin_and_then_made(visitor: Visitor, fleet: httpx.Client) -> None:
    page = enter(visitor, "lang=en&tab=conditions")
    page.locator("#close-at").press_sequentially("zozo marine", delay=5)
    expect(page.locator("li[role=option]").first).to_be_visible()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Add a closure").click()
    page.get_by_label("Minutes ahead").fill("10")
    page.get_by_label("Riders a day").fill("100")
    page.get_by_role("button", name="Try in the twin").click()
    expect(page.get_by_role("columnheader", name="With the change")).to_be_visible(timeout=120_000)
    assert fleet.get("/v1/fleet/conditions").json()["closures"] == []
    page.get_by_role("button", name="Apply for real").click()
    expect(page.get_by_text("Weather and closures are changed")).to_be_visible()
    assert len(fleet.get("/v1/fleet/conditions").json()["closures"]) == 1
    page.get_by_role("button", name=re.compile("^Remove")).click()
    page.get_by_role("button", name="Apply for real").click()
    expect(page.get_by_role("button", name=re.compile("^Remove"))).to_have_count(0)
    assert fleet.get("/v1/fleet/conditions").json()["closures"] == []


def test_the_day_can_be_replayed_and_read(visitor: Visitor) -> None:
    page = enter(visitor, "lang=en&tab=replay")
    page.get_by_role("button", name="Load").click()
    slider = page.get_by_role("slider")
    expect(slider).to_be_visible()
    slider.focus()
    page.keyboard.press("Home")
    first = page.locator("output").inner_text()
    page.keyboard.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"\d\d:\d\d"))
    expect(page.get_by_role("cell", name="shuttle-1", exact=True)).to_be_visible()
    assert re.fullmatch(r"\d\d:\d\d", first)
    page.get_by_role("button", name="Back to now").click()
    expect(slider).to_have_count(0)


def test_the_keyboard_goes_through_tabs_and_plans(visitor: Visitor, fleet: httpx.Client) -> None:
    soon = datetime.now(ZoneInfo("Asia/Tokyo")) + timedelta(minutes=20)  # they are not picked up meanwhile
    for _ in range(2):
        asked = {"from": "海浜幕張", "to": "イオンモール", "at": soon.isoformat(timespec="seconds")}
        offer = fleet.post("/v1/rides/quotes", json=asked).json()["offer"]
        fleet.post(f"/v1/rides/{offer['ride_id']}/confirm")
    page = enter(visitor, "lang=en&tab=vehicles")
    page.get_by_role("tab", name="Vehicles").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Plans")).to_be_focused()
    second = page.locator("[data-at$=',1']").first  # of a vehicle with more to do than one thing
    expect(second).to_be_visible()
    row = str(second.get_attribute("data-at")).split(",")[0]
    page.locator(f"[data-at='{row},0']").focus()
    said = page.get_by_role("tabpanel").get_by_role("status")
    expect(said).to_contain_text("shuttle-")
    before = said.inner_text()
    page.keyboard.press("ArrowRight")
    expect(said).not_to_have_text(before)
    page.get_by_role("button", name="Table").click()
    expect(page.get_by_role("cell", name="Pickup").first).to_be_visible()


@pytest.mark.parametrize(
    ("dark", "size", "large"),
    [(False, DESK, False), (True, DESK, False), (False, (320, 700), False), (False, PHONE, True)],
    ids=["light", "dark", "320px", "large-type"],
)
def test_axe_finds_no_barrier_in_any_tab(
    visitor: Visitor, dark: bool, size: tuple[int, int], large: bool
) -> None:
    page = enter(visitor, f"lang=en&tab=alarms{'&text=large' if large else ''}", size, dark=dark)
    for tab in TABS:
        page.locator(f"[data-tab={tab}]").click()
        expect(page.locator("#panel")).not_to_be_empty()
        page.wait_for_timeout(300)
        assert barriers(page) == [], tab
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= size[0], f"{tab}: no sideways scrolling"
