"""Points, passes and receipts of a resident on the page."""

from __future__ import annotations

import httpx
import pytest
from fixtures_people import SignIn
from playwright.sync_api import expect
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
