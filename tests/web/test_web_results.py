"""Ways shown as they are found: the answers are the server's own, each line comes when a test says so."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from web_visitor import DESK, PHONE, Visitor, barriers, until

pytestmark = pytest.mark.browser

WAY = "from=35.64836,140.04186,,Kaihin-Makuhari&to=35.63941,140.046,poi:core,Core"
AT = "when=depart&at=2026-11-25T10:00&means=transit"
SLOWLY = """
const real = window.fetch
window.gates = []
window.fetch = async (...asked) => {
  const answer = await real(...asked)
  if (!answer.url.endsWith('/v1/journeys') || !answer.ok) return answer
  const lines = (await answer.text()).split(/(?<=\\n)/)
  const gate = { left: lines.length, ended: false, next: null, swap: (text) => (lines[0] = text) }
  window.gates.push(gate)
  const signal = asked[0].signal
  return new Response(new ReadableStream({
    start(out) {
      gate.next = () => {
        if (lines.length) out.enqueue(new TextEncoder().encode(lines.shift()))
        gate.left = lines.length
        if (!lines.length) out.close()
      }
      signal.addEventListener('abort', () => { gate.ended = true; out.error(signal.reason) })
    },
  }))
}
"""
"""A slow network: the real answer, line by line."""


def slow(visitor: Visitor, lang: str = "en", size: tuple[int, int] = PHONE, *, touch: bool = False) -> Page:
    """A page that has asked from the station to the houses; nothing of the answer has come."""
    page = visitor.open(f"lang={lang}", size, touch=touch)
    page.add_init_script(SLOWLY)
    page.goto(f"{page.url.split('?')[0]}?lang={lang}&{AT}&{WAY}")
    until(page, "window.gates?.length === 1 && window.gates[0].next !== null")
    return page


def line(page: Page, gate: int = 0) -> int:
    """Let one more line through; how many are left."""
    page.evaluate(f"window.gates[{gate}].next()")
    page.wait_for_timeout(250)  # those that come soon after each other are drawn together
    left = page.evaluate(f"window.gates[{gate}].left")
    assert isinstance(left, int)
    return left


def rest(page: Page, gate: int = 0) -> None:
    while line(page, gate):
        pass


def top(page: Page, card: str) -> float:
    """Where the way with these words stands in the window."""
    box = page.locator(".card").filter(has_text=card).bounding_box()
    assert box is not None
    return float(box["y"])


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("Searching", "Looking for more ways", r"(One|%d) ways? to go")),
        ("ja", ("調べています…", "ほかの行き方も調べています", r"%d件の行き方")),
    ],
)
def test_each_way_is_shown_when_it_is_found_and_in_the_end_what_it_is_best_at(
    visitor: Visitor, lang: str, words: tuple[str, str, str]
) -> None:
    page = slow(visitor, lang)
    told = page.locator("#results [role=status]")
    expect(told).to_contain_text(words[0])
    expect(page.locator(".card")).to_have_count(0)
    line(page)
    some = page.locator(".card").count()
    assert some >= 1
    expect(told).to_contain_text(re.compile(words[2] % some))
    expect(told).to_contain_text(words[1])
    expect(page.locator("ol[aria-busy=true]")).to_be_attached()
    expect(page.locator(".card .labels")).to_have_count(0)
    assert barriers(page) == []
    rest(page)
    expect(page.locator("ol[aria-busy=false]")).to_be_attached()
    every = page.locator(".card").count()
    assert every > some
    expect(told).to_contain_text(re.compile(words[2] % every))
    expect(told).not_to_contain_text(words[1])
    expect(page.locator(".card .labels").first).to_be_visible()
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    assert visitor.complaints == []


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_what_has_the_focus_stays_where_it_is_while_others_join(
    visitor: Visitor, size: tuple[int, int]
) -> None:
    page = slow(visitor, size=size)
    line(page)
    line(page)
    page.locator(".card").last.focus()  # labels of those above it still come
    page.mouse.move(2, 2)
    words = page.locator(".card .times").last.inner_text()
    page.evaluate("window.scrollBy(0, 40)")
    before = top(page, words)
    some = page.locator(".card").count()
    left = True
    while left:
        left = bool(line(page))
        assert top(page, words) == pytest.approx(before, abs=2)
    assert page.locator(".card").count() > some
    assert page.locator(".card .labels").count() > 1, "those above it grew"
    assert page.evaluate("document.activeElement.querySelector('.times').innerText") == words


def test_nothing_joins_the_list_under_a_finger(visitor: Visitor) -> None:
    page = slow(visitor)
    line(page)
    some = page.locator(".card").count()
    page.locator(".card").first.hover()
    page.mouse.down()
    while line(page) > 1:
        assert page.locator(".card").count() == some
    page.mouse.move(2, 2)
    page.mouse.up()
    expect(page.locator(".card").nth(some)).to_be_visible()
    rest(page)
    expect(page.locator("ol[aria-busy=false]")).to_be_attached()


def test_a_tap_that_was_aimed_before_the_list_moved_opens_nothing(visitor: Visitor) -> None:
    page = slow(visitor, touch=True)
    line(page)
    page.wait_for_timeout(500)
    box = page.locator(".card").first.bounding_box()
    assert box is not None
    page.evaluate("window.gates[0].next()")
    until(page, "document.querySelectorAll('.card').length > 1")
    page.touchscreen.tap(box["x"] + 40, box["y"] + 20)
    page.wait_for_timeout(500)
    expect(page.locator("article h2")).to_have_count(0)
    page.locator(".card").first.tap()
    expect(page.locator("article h2")).to_be_visible()


def test_another_question_ends_the_one_that_still_runs(visitor: Visitor) -> None:
    page = slow(visitor)
    line(page)
    page.get_by_role("button", name="Later →").click()
    until(page, "window.gates.length === 2 && window.gates[1].next !== null")
    assert page.evaluate("window.gates[0].ended"), "the first answer is not read any further"
    rest(page, 1)
    expect(page.locator("ol[aria-busy=false]")).to_be_attached()
    departures = page.locator(".card .times strong:first-child").all_inner_texts()
    assert departures
    assert min(departures) >= "10:20"
    assert visitor.complaints == []


def test_what_fails_after_the_first_ways_is_told_in_words(visitor: Visitor) -> None:
    page = slow(visitor)
    line(page)
    problem = (
        '{"problem": {"type": "x", "title": "t", "status": 503, "detail": "The shuttles do not answer"}}'
    )
    page.evaluate(f"window.gates[0].swap({problem!r} + '\\n')")
    line(page)
    expect(page.get_by_role("alert")).to_have_text("The shuttles do not answer")
    expect(page.locator(".card")).to_have_count(0)


def test_a_way_that_is_opened_early_stays_open(visitor: Visitor) -> None:
    page = slow(visitor)
    line(page)
    page.locator(".card").first.click()
    expect(page.locator("article h2")).to_be_focused()
    rest(page)
    expect(page.locator("article h2")).to_be_focused()
    page.get_by_role("button", name=re.compile("Back to the list")).click()
    expect(page.locator(".card .labels").first).to_be_visible()
