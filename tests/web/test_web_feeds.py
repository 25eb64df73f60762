"""The publishers' console in a real Chromium: from a spreadsheet to a published feed, by keyboard alone."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import httpx
import pytest
from feeds_world import FILES, packed
from fixtures_people import Person, SignIn
from openpyxl import Workbook
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from web_visitor import DESK, PHONE, Visitor, barriers

from maas.identity.model import Role

pytestmark = pytest.mark.browser

ORGANISATION = "clerks"
ABOUT = {"title": {"ja": "ベイバス", "en": "Bay Bus"}, "profile": "gtfs"}
_NUMBER = count(1)
LOST = FILES["stops.txt"] + "S9,沖合,35.3,140.0,\n" + "S8,,35.64,140.03,\n"


@pytest.fixture(scope="module")
def clerk(sign_in: SignIn) -> Person:
    return sign_in(Role.PUBLISHER, organisation=ORGANISATION)


@pytest.fixture
def http(server: str, clerk: Person) -> Iterator[httpx.Client]:
    with httpx.Client(
        base_url=server, cookies=clerk.cookies, headers={"Origin": server}, timeout=60
    ) as client:
        yield client


def made_feed(http: httpx.Client, **changed: str) -> str:
    """A feed of the clerk's own with one version, published."""
    feed = f"baybus-{next(_NUMBER)}"
    http.post("/v1/feeds", json={"id": feed, "organisation": ORGANISATION, "about": ABOUT}).raise_for_status()
    http.post(f"/v1/feeds/{feed}/versions", content=packed(**changed)).raise_for_status()  # type: ignore[arg-type]
    if not changed:
        http.post(f"/v1/feeds/{feed}/releases", json={"version": 1}).raise_for_status()
    return feed


def made_draft(http: httpx.Client, feed: str) -> str:
    made = http.post(f"/v1/feeds/{feed}/drafts", json={"title": "winter"})
    return str(made.raise_for_status().json()["id"])


Opened = Callable[..., Page]


@pytest.fixture
def opened(visitor: Visitor, server: str, clerk: Person) -> Opened:
    def open_page(query: str, size: tuple[int, int] = DESK, *, dark: bool = False) -> Page:
        page = visitor.open(query, size, dark=dark)
        page.context.add_cookies(clerk.browser_cookies(server))  # type: ignore[arg-type]
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.goto(f"{server}/feeds?{query}")
        return page

    return open_page


def tab_to(page: Page, what: str) -> None:
    """Press Tab until `what` (a selector) has the focus, as somebody without a mouse does."""
    target = page.locator(what).first
    expect(target).to_be_visible()
    for _ in range(150):
        if target.evaluate("e => e === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{what} cannot be reached with the Tab key")


def choose_tab(page: Page, panel: str, name: str) -> None:
    """Go to a tab of a row of tabs with the arrow keys."""
    tab_to(page, f"[role=tab][aria-controls={panel}][aria-selected=true]")
    for _ in range(8):
        if page.locator(":focus").get_attribute("data-tab") == name:
            return
        page.keyboard.press("ArrowRight")
    raise AssertionError(f"no tab {name}")


def hand_over(page: Page, field: str, path: Path) -> None:
    """Choose a file with the keyboard."""
    page.wait_for_load_state("networkidle")  # a panel that is still drawn anew would lose the focus
    for patience_ms in (4_000, 8_000, 30_000):
        tab_to(page, field)
        try:
            with page.expect_file_chooser(timeout=patience_ms) as chooser:
                page.keyboard.press("Space")
        except PlaywrightTimeout:
            continue  # the key met a panel that was just drawn anew; a person presses it again
        chooser.value.set_files(path)
        return
    raise AssertionError(f"no key opens the chooser of {field}")


def spreadsheet(folder: Path) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "平日"
    for row in (
        ["停留所", "1便", "2便"],
        ["海浜幕張駅", "6:45", 1015],
        ["幕張メッセ", "6:50", "レ"],
        ["豊砂", "6:57", "10:24"],
    ):
        sheet.append(row)
    book.save(folder / "winter.xlsx")
    return folder / "winter.xlsx"


def departures(server: str, feed: str) -> list[str]:
    data = httpx.get(f"{server}/feeds/{feed}/gtfs.zip").raise_for_status().content
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read("stop_times.txt").decode().splitlines()


def test_machines_find_the_list_where_browsers_find_the_console(server: str) -> None:
    assert isinstance(httpx.get(f"{server}/feeds").json(), list)
    page = httpx.get(f"{server}/feeds", headers={"Accept": "text/html,*/*;q=0.8"})
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["vary"] == "Accept"


@pytest.mark.parametrize(("lang", "size"), [("ja", DESK), ("en", PHONE)])
def test_a_clerk_turns_a_spreadsheet_into_a_published_feed_by_keyboard_alone(
    opened: Opened, visitor: Visitor, server: str, http: httpx.Client, tmp_path: Path, lang: str,
    size: tuple[int, int],
) -> None:  # fmt: skip
    feed = f"winter-{lang}-{next(_NUMBER)}"
    page = opened(f"lang={lang}", size)
    tab_to(page, "button:has-text('新しいフィード'), button:has-text('New feed')")
    page.keyboard.press("Enter")
    for k, text in enumerate((feed, ORGANISATION, "冬ダイヤ", "Winter")):
        tab_to(page, f"dialog input >> nth={k}")
        page.keyboard.type(text)
    tab_to(page, "dialog select")
    page.keyboard.press("End")
    tab_to(page, "dialog button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)

    base = tmp_path / "base.zip"
    base.write_bytes(packed())
    hand_over(page, "#feed-panel input[type=file]", base)
    expect(page.locator("#feed-panel-report")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#feed-panel [role=status]").first).to_contain_text(re.compile("エラー0件|0 errors"))

    choose_tab(page, "feed-panel", "edit")
    tab_to(page, "#feed-panel form input")
    page.keyboard.type("winter")
    page.keyboard.press("Enter")
    choose_tab(page, "part-panel", "sheet")
    hand_over(page, "#part-panel input[type=file]", spreadsheet(tmp_path))
    tab_to(page, "#part-panel select >> nth=1")  # pattern: the one that is there
    page.keyboard.press("ArrowDown")
    tab_to(page, "fieldset select")
    page.keyboard.press("W")
    tab_to(page, "#part-panel button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.locator("#part-panel section li")).to_contain_text("6:45, 10:15")
    tab_to(page, "#part-panel section ~ .row button")
    page.keyboard.press("Enter")
    expect(page.locator("#part-panel section li")).to_have_count(0)

    choose_tab(page, "part-panel", "changes")
    expect(page.locator("#part-panel li").first).to_be_visible()
    tab_to(page, "#part-panel form button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.locator("#feed-panel-publish")).to_have_attribute("aria-selected", "true")
    publish = page.locator("#feed-panel form button[type=submit]")
    expect(publish).to_be_enabled()
    tab_to(page, "#feed-panel form input.input")
    page.keyboard.type("winter timetable")
    tab_to(page, "#feed-panel form button[type=submit]")
    page.keyboard.press("Enter")
    tab_to(page, "dialog .row button")
    page.keyboard.press("Enter")
    expect(page.locator("#feed-panel tbody .pill.good")).to_have_text(re.compile("公開中|published"))
    assert [line for line in departures(server, feed) if "06:45:00" in line]
    assert [r["state"] for r in http.get(f"/v1/feeds/{feed}/releases").json()] == ["live"]
    assert visitor.complaints == []
    assert visitor.outside == []


def test_a_range_is_pasted_mended_and_a_colleagues_edit_is_told_not_lost(
    opened: Opened, http: httpx.Client
) -> None:
    feed = made_feed(http)
    draft = made_draft(http, feed)
    page = opened(f"lang=en&feed={feed}&tab=edit&part=times&draft={draft}")
    tab_to(page, "[data-cell='0,0']")
    page.evaluate(
        "navigator.clipboard.writeText('停留所\\tA\\tB\\n豊砂\\t8:20\\t９時４０分\\n海浜幕張駅\\t8:01\\t930')"
    )
    page.keyboard.press("Control+V")
    expect(page.locator("[data-cell='2,1']")).to_have_text("9:40")
    expect(page.locator("[data-cell='0,0']")).to_have_text("8:01")
    expect(page.locator("[aria-invalid=true]")).to_have_count(1)  # the second trip still has 21:05 between
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.type("later")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")
    expect(page.locator(".fault")).to_contain_text("“later” is no time")
    page.keyboard.press("Control+z")
    page.keyboard.type("935")
    page.keyboard.press("Enter")
    expect(page.locator("[aria-invalid=true]")).to_have_count(0)

    url = f"/v1/feeds/{feed}/drafts/{draft}/documents/timetable"
    key = next(k for k in http.get(url).json() if k.endswith("@W"))
    theirs = http.get(f"{url}/{key}").json()
    theirs["content"]["trips"] = theirs["content"]["trips"][:1]
    http.put(
        f"{url}/{key}", json=theirs["content"], headers={"If-Match": f'"{theirs["tag"]}"'}
    ).raise_for_status()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_contain_text("Somebody else was quicker")
    assert barriers(page) == []
    with page.expect_response(lambda answer: answer.request.method == "PUT" and answer.ok):
        page.get_by_role("button", name="Put mine over it").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="Save")).to_be_disabled()
    trips = http.get(f"{url}/{key}").json()["content"]["trips"]
    assert [t["times"] for t in trips] == [["8:01", "8:05", "8:20"], ["9:30", "9:35", "9:40"]]


def test_a_stop_is_moved_on_the_map_and_by_the_keys(opened: Opened, http: httpx.Client) -> None:
    feed = made_feed(http)
    draft = made_draft(http, feed)
    page = opened(f"lang=en&feed={feed}&tab=edit&part=stops&draft={draft}", (1280, 1400))
    page.get_by_role("button", name="幕張メッセ").click()
    canvas = page.locator(".canvas[data-drawn=true]")
    expect(canvas).to_be_visible()
    lat = page.get_by_label("Latitude")
    lat.focus()
    page.keyboard.press("ArrowUp")
    expect(lat).to_have_value("35.64801")
    page.get_by_label("Reading").fill("まくはりめっせ")
    box = canvas.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2  # what was chosen is in the middle
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y, steps=4)
    page.mouse.move(x + 60, y, steps=4)
    page.mouse.up()
    longitude = float(page.get_by_label("Longitude").input_value())
    assert 140.0346 < longitude < 140.05
    page.get_by_role("button", name="Save").click()
    expect(page.locator("tbody tr.chosen")).to_contain_text(str(longitude))
    held = http.get(f"/v1/feeds/{feed}/drafts/{draft}/documents/stop/S2").json()["content"]
    assert (held["lon"], held["kana"]) == (longitude, "まくはりめっせ")
    assert held["lat"] == pytest.approx(35.64801, abs=2e-4)


def test_findings_say_why_and_how_and_where(opened: Opened, http: httpx.Client) -> None:
    feed = made_feed(http, stops=LOST)
    page = opened(f"lang=en&feed={feed}&tab=report")
    row = page.get_by_role("row").filter(has_text="stop_without_stop_time").first
    expect(row).to_be_visible()
    row.get_by_role("button").click()
    page.get_by_role("button", name="On the map").first.click()
    expect(page.locator(".canvas[data-drawn=true]")).to_be_visible()
    expect(page.locator("section.map p")).to_contain_text("places with findings")
    report = http.get(f"/v1/feeds/{feed}/versions/1/report", params={"lang": "en"}).json()
    assert all(f["why"] and f["mend"] for f in report["findings"])
    assert barriers(page) == []


@pytest.mark.parametrize("dark", [False, True])
def test_every_view_is_free_of_barriers_and_fits_a_small_phone(
    opened: Opened, visitor: Visitor, http: httpx.Client, dark: bool
) -> None:
    feed = made_feed(http)
    draft = made_draft(http, feed)
    edited = [f"edit&part={part}" for part in ("stops", "times", "sheet", "other", "changes")]
    views = ["versions", "report", "publish", "history", *edited]
    page = opened(f"lang={'en' if dark else 'ja'}&feed={feed}&text=large", (320, 720), dark=dark)
    for view in views:
        page.goto(page.url.split("?")[0] + f"?feed={feed}&draft={draft}&tab={view}")
        expect(page.locator("[role=tabpanel]").last).to_be_visible()
        page.wait_for_load_state("networkidle")
        assert barriers(page) == [], view
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), view
    assert visitor.complaints == []


def test_how_good_the_realtime_is_can_be_looked_at(opened: Opened, server: str, sign_in: SignIn) -> None:
    administrator = sign_in(Role.ADMINISTRATOR)
    page = opened("lang=en")
    page.context.clear_cookies()
    page.context.add_cookies(administrator.browser_cookies(server))  # type: ignore[arg-type]
    published = f"{server}/feeds/makuhari"
    for _ in range(60):  # the worker publishes the area's own feed soon after the start
        if httpx.get(published).status_code == 200:
            break
        page.wait_for_timeout(500)
    page.goto(f"{server}/feeds?lang=en&feed=makuhari&tab=live")
    expect(page.locator("dl")).to_contain_text("Buses that should be under way")
    seen = httpx.get(f"{server}/v1/feeds/makuhari/realtime", cookies=administrator.cookies).json()
    assert 0 <= seen["told"] <= seen["under_way"]
    assert seen["errors"] == 0
    assert barriers(page) == []
