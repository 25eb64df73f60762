"""Points, passes and receipts of a resident on the page."""

from __future__ import annotations

import re

import httpx
import pytest
from fixtures_people import SignIn
from playwright.sync_api import Page, expect
from web_visitor import PHONE, Visitor, barriers

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_points_passes_and_receipts_are_there_and_a_wish_about_points_is_kept(
    visitor: Visitor, server: str, sign_in: SignIn, lang: str
) -> None:
    person = sign_in()
    with httpx.Client(base_url=server, cookies=person.cookies, headers={"Origin": server}) as http:
        day = http.get("/v1/me/points").raise_for_status().json()
        assert day["balance"] == 0
        page = visitor.open(f"lang={lang}", PHONE)
        page.context.add_cookies(person.browser_cookies(server))  # type: ignore[arg-type]
        page.goto(f"{server}/?lang={lang}&view=me")
        expect(page.get_by_role("heading", name="Points" if lang == "en" else "ポイント")).to_be_visible()
        expect(
            page.get_by_role("heading", name="Passes" if lang == "en" else "定期・乗り放題")
        ).to_be_visible()
        expect(page.get_by_role("heading", name="Receipts" if lang == "en" else "領収書")).to_be_visible()
        wish = page.get_by_label("Points that pay" if lang == "en" else "1回の予約で自動で使うポイント")
        wish.fill("50")
        wish.press("Enter")
        expect(page.get_by_text("Saved" if lang == "en" else "保存しました")).to_be_visible()
        assert http.get("/v1/me/points").json()["per_bundle_max"] == 50
        assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.set_viewport_size({"width": 320, "height": 640})
        page.evaluate("document.querySelector('.name strong').textContent = 'x'.repeat(40) + '@example.jp'")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "a long address wraps"


def by_keys(page: Page, name: re.Pattern[str] | str) -> None:
    """Walk with Tab to the button of that name, in the dialog if there is one, and press it."""
    dialog = page.get_by_role("dialog")
    button = (dialog if dialog.count() else page).get_by_role("button", name=name).first
    expect(button).to_be_enabled()
    for _ in range(80):
        if button.evaluate("one => one === document.activeElement"):
            page.keyboard.press("Enter")
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name!r} is not reached by Tab")


WORDS = {
    "en": {
        "buy": re.compile("^Buy: Makuhari 30-day pass"), "sure": re.compile("^Buy ¥7,800"),
        "add": "Add a card",
        "bought": "Bought", "valid": "valid", "give": re.compile("^Give back: "),
        "back": "¥7,320 comes back",
        "sure_back": re.compile("^Give back$"), "returned": "Given back", "gone": "given back",
    },
    "ja": {
        "buy": re.compile("^買う: 幕張30日乗り放題"), "sure": re.compile("^買う 7,800円"),
        "add": "カードを加える",
        "bought": "買いました", "valid": "使えます", "give": re.compile("^返す: "), "back": "7,320円戻ります",
        "sure_back": re.compile("^返す$"), "returned": "返しました", "gone": "返しました",
    },
}  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_pass_is_bought_and_given_back_by_keys_alone_the_refund_shown_first(
    visitor: Visitor, sign_in: SignIn, lang: str
) -> None:
    words, person = WORDS[lang], sign_in()
    page = visitor.open(f"lang={lang}", PHONE, named=True)
    page.context.add_cookies(person.browser_cookies(visitor.named))  # type: ignore[arg-type]
    page.goto(f"{visitor.named}/?lang={lang}&view=me")
    by_keys(page, words["buy"])  # without a card: one is added first
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    assert barriers(page) == []
    by_keys(page, words["add"])
    page.wait_for_url("**/sandbox/cards/**")
    page.get_by_label("4242").press("Space")
    page.locator("form button").first.press("Enter")
    page.wait_for_url("**/?*view=me*")
    by_keys(page, words["buy"])
    expect(dialog).to_contain_text("4242")
    page.keyboard.press("Escape")  # nothing is bought before one confirms
    expect(dialog).to_have_count(0)
    by_keys(page, words["buy"])
    expect(dialog).to_contain_text("4242")
    by_keys(page, words["sure"])
    expect(page.get_by_text(words["bought"], exact=True)).to_be_visible(timeout=30_000)
    mine = page.locator("li.card").filter(has_text=re.compile("30-day|30日"))
    expect(mine.locator(".pill")).to_have_text(words["valid"])
    expect(page.locator("h3:focus")).to_be_attached()  # whoever cannot see goes on from the list
    by_keys(page, words["give"])
    expect(dialog).to_contain_text(words["back"])  # a day has begun, and 220 yen are the fee
    assert barriers(page) == []
    expect(mine.locator(".pill")).to_have_text(words["valid"])
    by_keys(page, words["sure_back"])
    expect(page.get_by_role("status").filter(has_text=words["returned"])).to_be_visible(timeout=30_000)
    expect(mine.locator(".pill")).to_have_text(words["gone"])
    expect(mine).to_contain_text(words["back"])
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_pass_whose_bank_asks_back_counts_when_it_has_been_answered(
    visitor: Visitor, sign_in: SignIn
) -> None:
    page = visitor.open("lang=en", PHONE, named=True)
    page.context.add_cookies(sign_in().browser_cookies(visitor.named))  # type: ignore[arg-type]
    page.goto(f"{visitor.named}/?lang=en&view=me")
    page.get_by_role("button", name="Add a card").click()
    page.wait_for_url("**/sandbox/cards/**")
    page.get_by_label("3220").check()
    page.locator("form button").first.click()
    page.get_by_role("button", name="Buy: Makuhari day pass").click()
    page.get_by_role("button", name="Buy ¥800", exact=True).click()
    page.wait_for_url("**/sandbox/challenges/**")
    page.locator("button").first.click()
    page.wait_for_url("**/?*view=me*")
    mine = page.locator("li.card").filter(has_text="Makuhari day pass")
    expect(mine.locator(".pill")).to_have_text("valid", timeout=30_000)
    renew = mine.get_by_label("Buy the next one the day before it ends")
    renew.check()
    expect(page.get_by_text("Saved")).to_be_visible()
    expect(renew).to_be_checked()
