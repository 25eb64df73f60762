"""A whole outing on the page: asked, booked with a service, paid, changed, ridden, and its receipt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import numpy as np
import pypdfium2
import pytest
import zxingcpp
from fixtures_clock import MovedClock
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect
from web_booker import SOON_MS, chosen_journey, held, pay
from web_visitor import ARGUMENTS, DESK, PHONE, Visitor, barriers

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WORDS = {
    "en": {
        "change": "Change", "look": "See what it costs", "make": "Change on these terms", "people": "People",
        "more": "You pay", "live": "Now", "ride": re.compile("Change: Self-driving shuttle"),
        "cancel": "Cancel", "give": "Cancel on these terms",
    },
    "ja": {
        "change": "変更する", "look": "いくらになるか見る", "make": "この内容で変える", "people": "人数",
        "more": "払います", "live": "いまの様子", "ride": re.compile("変更する: 自動運転シャトル"),
        "cancel": "取り消す", "give": "この内容で取り消す",
    },
}  # fmt: skip


def read_code(picture: Locator, folder: Path) -> str:
    """What a decoder that is not ours reads from the ticket as it is drawn on the screen."""
    file = folder / "ticket.png"
    picture.screenshot(path=file)
    (found,) = zxingcpp.read_barcodes(np.asarray(Image.open(file).convert("L")))
    return str(found.text)


def ask_for_two(page: Page, lang: str) -> str:
    """Change the ride to one for two people; what the page says it costs more."""
    words = WORDS[lang]
    page.get_by_role("button", name=words["ride"]).click()
    page.locator("#change-adult").fill("2")
    page.get_by_role("button", name=words["look"]).click()
    sum_ = page.locator("dialog [data-difference]")
    expect(sum_).to_contain_text(str(words["more"]), timeout=SOON_MS)
    assert barriers(page) == []
    return str(sum_.get_attribute("data-difference"))


@pytest.mark.parametrize(("lang", "size"), [("en", DESK), ("ja", PHONE)], ids=["en-desk", "ja-phone"])
def test_from_a_question_to_the_receipt(
    chromium: Browser, moved_server: tuple[str, MovedClock], tmp_path: Path, lang: str, size: tuple[int, int]
) -> None:
    url, clock = moved_server
    visitor = Visitor(chromium, url)
    page = visitor.open(f"lang={lang}&means=shuttle&when=now", size, named=True)
    chosen_journey(page)
    page.locator("section.card summary").click()
    page.locator("section.card form button[type=submit]").click()
    page.locator("section.card ul button").first.click(timeout=SOON_MS)
    held(page, lang)
    pay(page, lang, "3220")
    page.wait_for_url("**/sandbox/challenges/**")
    page.locator("form button").first.click()
    expect(page.locator("[data-state=confirmed]")).to_be_visible(timeout=SOON_MS)

    # The ticket is a code that a stranger's decoder reads, and it is the very ticket.
    pictures = page.locator("main li img")
    expect(pictures.first).to_be_visible(timeout=SOON_MS)
    issued = page.request.get(f"{visitor.named}/v1/tickets").json()
    assert read_code(pictures.first, tmp_path) in {ticket["code"] for ticket in issued}

    # One more person comes along: what that costs is said first, then it is so.
    assert int(ask_for_two(page, lang)) > 0
    page.get_by_role("button", name=str(WORDS[lang]["make"])).click()
    page.wait_for_url("**/sandbox/challenges/**")  # the bank asks about the difference, too
    page.locator("form button").first.click()
    expect(page.get_by_role("button", name=WORDS[lang]["ride"])).to_be_visible(timeout=SOON_MS)
    expect(page.locator("[data-state=confirmed]")).to_be_visible(timeout=SOON_MS)
    assert barriers(page) == []

    # The vehicle comes, rides and arrives; the page follows by itself.
    live = page.get_by_role("region", name=str(WORDS[lang]["live"]))
    clock.on(lambda: live.filter(has_text=re.compile("on board|乗車中")).count() > 0, gently=True)
    call = "What is happening?" if lang == "en" else "何が起きていますか。"
    live.get_by_role("button", name=call).click()
    expect(live.get_by_role("log").get_by_text(call)).to_be_visible()
    assert barriers(page) == []
    clock.on(lambda: live.filter(has_text=re.compile("arrived|着きました")).count() > 0)

    # It was paid with the ride: the receipt is there, in the page and on paper.
    paper = page.locator("a[href$='paper.pdf']")
    clock.on(lambda: (page.reload(), paper.count() > 0)[1] or not page.wait_for_timeout(1500))
    document = pypdfium2.PdfDocument(page.request.get(f"{visitor.named}{paper.get_attribute('href')}").body())
    text = document[0].get_textpage().get_text_range()
    assert "600" in text
    assert visitor.outside == []
    for context in chromium.contexts:
        context.close()


VOICE = {
    "en": {
        "call": "Speak by voice", "accept": "Accept", "end": "Hang up", "ring": "Call by voice",
        "asks": "Nobody hears you until you accept", "over": "The call is over", "decline": "Decline",
    },
    "ja": {
        "call": "声で話す", "accept": "受ける", "end": "切る", "ring": "声で呼びかける",
        "asks": "受けるまで、あなたの声は聞こえません", "over": "話が終わりました", "decline": "断る",
    },
}  # fmt: skip
PEERS = """(() => { const made = RTCPeerConnection; window.peers = []
  window.RTCPeerConnection = class extends made {
    constructor(...how) { super(...how); window.peers.push(this) } } })()"""
HEARD = """async () => { let bytes = 0
  const all = await window.peers.at(-1).getStats()
  for (const one of all.values()) if (one.type === 'inbound-rtp') bytes += one.bytesReceived
  return bytes }"""


@pytest.fixture
def speaking(chromium: Browser) -> Iterator[Browser]:
    """A Chromium whose microphone is a tone and may be used; the shell hides addresses behind names here."""
    fakes = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    browser = chromium.browser_type.launch(executable_path="/usr/bin/chromium", args=[*ARGUMENTS, *fakes])
    yield browser
    browser.close()


def hears(page: Page) -> None:
    """Sound arrives, and goes on arriving."""
    first = 0
    for _ in range(150):
        now = int(page.evaluate(HEARD))
        if first and now > first + 1000:
            return
        first = first or now
        page.wait_for_timeout(200)
    raise AssertionError(f"{first} bytes were heard, and then no more")


def ride_that_stands(page: Page, fleet: httpx.Client, clock: MovedClock) -> str:
    """The vehicle in which the page's owner sits: stopped on its way, so that the ride lasts."""
    (bundle,) = parse_qs(urlsplit(page.url).query)["bundle"]
    asked = page.request.get(f"{page.url.split('/?')[0]}/v1/bundles/{bundle}").json()
    (ref,) = [part["ref"] for part in asked["parts"] if part["kind"] == "shuttle"]
    clock.on(lambda: fleet.get(f"/v1/rides/{ref}").json()["state"] == "on_board", gently=True)
    vehicle = str(fleet.get(f"/v1/rides/{ref}").json()["vehicle_id"])
    fleet.post(f"/v1/fleet/vehicles/{vehicle}/stop", json={"cause": "obstacle"}).raise_for_status()
    return vehicle


@pytest.fixture
def fleet(moved_server: tuple[str, MovedClock], operator: dict[str, str]) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=moved_server[0], headers=operator, timeout=60) as client:
        yield client


def test_a_rider_and_a_supervisor_hear_each_other(
    speaking: Browser, moved_server: tuple[str, MovedClock], fleet: httpx.Client, operator: dict[str, str]
) -> None:
    url, clock = moved_server
    visitor, ja, en = Visitor(speaking, url), VOICE["ja"], VOICE["en"]
    rider = visitor.open("lang=ja&means=shuttle&when=now", PHONE, named=True)
    rider.context.add_init_script(PEERS)
    chosen_journey(rider)
    held(rider, "ja")
    pay(rider, "ja", "4242")
    expect(rider.locator("[data-state=confirmed]")).to_be_visible(timeout=SOON_MS)
    vehicle = ride_that_stands(rider, fleet, clock)
    room = visitor.open("lang=en&tab=vehicles", DESK, path="/fleet", named=True)
    room.context.add_init_script(PEERS)
    room.reload()
    room.locator("input[type=password]").fill(operator["Authorization"].removeprefix("Bearer "))
    room.locator("form button[type=submit]").click()
    room.get_by_role("button", name=vehicle, exact=True).click(timeout=SOON_MS)
    watched = room.get_by_role("region", name=vehicle)
    expect(watched.locator("[data-voice=idle]")).to_be_visible(timeout=SOON_MS)

    live = rider.get_by_role("region", name=str(WORDS["ja"]["live"]))
    live.get_by_role("button", name=ja["call"]).click(timeout=SOON_MS)
    expect(live.locator("[data-voice=calling]")).to_be_visible(timeout=SOON_MS)
    assert "a rider calls" in {a["reason"] for a in fleet.get("/v1/fleet/alarms").json()}
    watched.get_by_role("button", name=en["accept"]).click(timeout=SOON_MS)
    for page in (rider, room):
        expect(page.locator("[data-voice=speaking][data-connected]")).to_be_visible(timeout=SOON_MS)
        assert barriers(page) == []
    hears(rider)
    hears(room)
    assert rider.evaluate("document.documentElement.scrollWidth <= innerWidth")

    # Who hangs up ends it for both; the supervisor may ask, and hears nothing until the rider accepts.
    live.get_by_role("button", name=ja["end"]).click()
    expect(watched.locator(".voice")).to_contain_text(en["over"], timeout=SOON_MS)
    watched.get_by_role("button", name=en["ring"]).click()
    rider.bring_to_front()  # a page that is put away is rung later
    expect(live.locator(".voice")).to_contain_text(ja["asks"], timeout=SOON_MS)
    assert barriers(rider) == []
    live.get_by_role("button", name=ja["decline"]).click()
    expect(watched.locator(".voice")).to_contain_text(en["over"], timeout=SOON_MS)
    watcher = fleet.get(f"/v1/fleet/vehicles/{vehicle}").json()["supervisor"]
    fleet.post(f"/v1/fleet/vehicles/{vehicle}/resume", json={"supervisor": watcher}).raise_for_status()
    assert visitor.complaints == []
    assert visitor.outside == []
