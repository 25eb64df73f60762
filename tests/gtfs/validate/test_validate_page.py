"""The report as a page in a real Chromium: no barrier, nothing from outside, no wider than a phone."""

from __future__ import annotations

from datetime import date

import pytest
from web_visitor import DESK, PHONE, barriers

from gtfs.validate import Profile, judge
from gtfs.validate.report import to_html

pytestmark = pytest.mark.browser
NARROW = (320, 700)


@pytest.fixture(scope="module")
def report(shared):
    feed = shared / "data" / "gtfs_jp" / "donan_2020.0401.1.zip"
    found = judge(feed, today=date(2026, 11, 25), profile=Profile.GTFS_JP_V4)
    assert len(found.notices()) > 8
    return found


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(("size", "dark"), [(DESK, False), (PHONE, True), (NARROW, False)])
def test_everybody_can_read_it(chromium, report, language, size, dark):
    context = chromium.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if dark else "light"
    )
    asked: list[str] = []
    try:
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.set_content(to_html(report, language))
        assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert page.locator("html").get_attribute("lang") == language
        assert page.get_by_role("heading", level=2).count() == len(report.notices())
    finally:
        context.close()
    assert asked == []
