"""The built pages as the server sends them."""

from __future__ import annotations

import asyncio
import gzip
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from maas.api.pages import serve_pages

SCRIPT = "console.log('hello')\n" * 100


@pytest.fixture
def static(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<p>residents")
    (tmp_path / "fleet.html").write_text("<p>fleet")
    (tmp_path / "manifest.webmanifest").write_text("{}")
    (tmp_path / "icon.svg").write_text("<svg/>")
    script = tmp_path / "assets" / "app-1.js"
    script.write_text(SCRIPT)
    script.with_name("app-1.js.gz").write_bytes(gzip.compress(SCRIPT.encode()))
    (tmp_path / "assets" / "dot.svg").write_text("<svg/>")
    return tmp_path


def asked(static: Path, path: str, accept_encoding: str = "identity") -> httpx.Response:
    app = FastAPI()
    serve_pages(app, static)

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.get(path, headers={"Accept-Encoding": accept_encoding})

    # In a thread of its own: Playwright keeps an event loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, ask()).result()


def test_every_html_file_is_a_page_and_no_other_name_is(static: Path) -> None:
    assert asked(static, "/").text == "<p>residents"
    assert asked(static, "/fleet").text == "<p>fleet"
    assert asked(static, "/desk").status_code == 404
    for path in ("/", "/fleet"):
        headers = asked(static, path).headers
        assert headers["cache-control"] == "no-cache"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_scripts_come_compressed_as_they_were_built_and_are_kept_for_good(static: Path) -> None:
    small = asked(static, "/assets/app-1.js", "gzip")
    assert small.headers["content-encoding"] == "gzip"
    assert small.headers["content-type"].startswith("text/javascript")
    assert small.text == SCRIPT
    assert int(small.headers["content-length"]) < len(SCRIPT) / 5
    plain = asked(static, "/assets/app-1.js")
    assert "content-encoding" not in plain.headers
    assert plain.text == SCRIPT
    for answer in (small, plain):
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["vary"] == "Accept-Encoding"


def test_what_was_not_compressed_comes_as_it_is(static: Path) -> None:
    answer = asked(static, "/assets/dot.svg", "gzip, br")
    assert answer.text == "<svg/>"
    assert "content-encoding" not in answer.headers


def test_only_pages_on_which_people_speak_may_hear_them(static: Path) -> None:
    (static / "fleet.html").write_text("<p>fleet</p>")
    (static / "city.html").write_text("<p>city</p>")
    for path, allowed in (
        ("/", "microphone=(self)"),
        ("/fleet", "microphone=(self)"),
        ("/city", "microphone=()"),
    ):
        assert asked(static, path).headers["permissions-policy"] == allowed, path


def test_pages_that_name_no_icon_have_one_too(static: Path) -> None:
    assert asked(static, "/favicon.ico").headers["content-type"].startswith("image/svg+xml")


def test_the_manifest_has_its_own_type(static: Path) -> None:
    assert asked(static, "/manifest.webmanifest").headers["content-type"] == "application/manifest+json"


def test_without_a_build_the_server_says_how_to_make_one(tmp_path: Path) -> None:
    answer = asked(tmp_path, "/")
    assert answer.status_code == 503
    assert "make setup" in answer.text
