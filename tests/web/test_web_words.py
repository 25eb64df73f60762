"""What goes wrong is said in the page's language, never as a server or a proxy put it for programs."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, Route, expect
from web_visitor import PHONE, Visitor, barriers

pytestmark = pytest.mark.browser

WAY = "from=35.64836,140.04186,,A&to=35.63941,140.046,,B&when=depart&at=2026-11-25T10:00&means=transit"
RAW = (503, "text/plain", "Service Unavailable")


def problem(status: int, slug: str, detail: str) -> tuple[int, str, str]:
    told = {"type": f"https://makuhari-maas.example/problems/{slug}", "title": "t", "status": status}
    return status, "application/problem+json", json.dumps(told | {"detail": detail})


def told(page: Page, url: str, answer: tuple[int, str, str]) -> str:
    """What a page says where the search is answered so."""
    status, kind, body = answer

    def refuse(route: Route) -> None:
        route.fulfill(status=status, content_type=kind, body=body)

    page.route("**/v1/journeys", refuse)
    page.goto(url)
    alert = page.get_by_role("alert")
    expect(alert).to_be_visible()
    assert barriers(page) == []
    return alert.inner_text()


@pytest.mark.parametrize(
    ("lang", "answer", "words"),
    [
        ("ja", RAW, "いまは応えられません。少し待ってから、もう一度お試しください。"),
        ("en", RAW, "The service cannot answer now. Wait a little, then try again."),
        ("ko", problem(422, "cannot-plan", "no service runs on that day"), "이 장소와 날짜로는"),
        ("zh", problem(418, "of-tomorrow", "something that nobody knows yet"), "输入内容有误，请检查。"),
        ("easy", problem(404, "unknown-place", "no place is called that"), "その ばしょは 見つかりません。"),
        ("ja", problem(422, "cannot-plan", "この日は運休です"), "この日は運休です"),
        ("en", problem(422, "cannot-plan", "no service runs on that day"), "no service runs on that day"),
        ("en", problem(422, "malformed", "body.party.adults: too many"), "Something that was entered"),
    ],
)
def test_a_refusal_has_words(visitor: Visitor, lang: str, answer: tuple[int, str, str], words: str) -> None:
    page = visitor.open(f"lang={lang}", PHONE)
    said = told(page, f"{page.url.split('?')[0]}?lang={lang}&{WAY}", answer)
    assert words in said
    assert "Unavailable" not in said


def test_no_network_has_words(visitor: Visitor) -> None:
    page = visitor.open("lang=ja", PHONE)
    page.route("**/v1/journeys", lambda route: route.abort())
    page.goto(f"{page.url.split('?')[0]}?lang=ja&{WAY}")
    expect(page.get_by_role("alert")).to_have_text("つながりません。電波を確かめて、もう一度お試しください。")


def test_staff_read_what_the_server_says_besides(visitor: Visitor, operator: dict[str, str]) -> None:
    page = visitor.open("lang=ja", path="/fleet")
    page.route("**/v1/fleet/figures", lambda route: route.fulfill(status=503, body="Service Unavailable"))
    page.locator("input[type=password]").fill(operator["Authorization"].removeprefix("Bearer "))
    page.locator("form button[type=submit]").click()
    expect(page.get_by_role("alert")).to_have_text(
        "いまは応えられません。少し待ってから、もう一度お試しください。"
    )
