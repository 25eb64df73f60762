"""Fetching from addresses: news only, bounded, and never from where we must not look."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from feeds_world import CLERK, open_house, packed

from maas.feeds.errors import CannotFetch
from maas.feeds.fetch import Fetcher
from maas.feeds.house import House


class _Host:
    """A web server whose answers the test decides: path -> (status, headers, body)s, the last stays."""

    def __init__(self) -> None:
        self.answers: dict[str, list[tuple[int, dict[str, str], bytes]]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        host = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
                answers = host.answers[self.path]
                status, headers, body = answers.pop(0) if len(answers) > 1 else answers[0]
                if headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
                    status, body = 304, b""
                self.send_response(status)
                for key, value in headers.items():
                    self.send_header(key, value)
                if status != 304 and "Content-Length" not in headers:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def host() -> Iterator[_Host]:
    made = _Host()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = open_house(f"sqlite:///{tmp_path / 'house.sqlite'}")
    yield made
    made.database.close()


def test_an_address_is_asked_for_news_only(house: House, host: _Host) -> None:
    host.answers["/f.zip"] = [(200, {"ETag": '"one"'}, packed())]
    first = house.import_url("baybus", f"{host.url}/f.zip", CLERK)
    assert first is not None
    assert first.version.source == f"{host.url}/f.zip"
    assert house.import_url("baybus", f"{host.url}/f.zip", CLERK) is None
    assert host.asked[1][1]["if-none-match"] == '"one"'
    host.answers["/f.zip"] = [(200, {"ETag": '"two"'}, packed(x_notes="a,b\n2,3\n"))]
    second = house.import_url("baybus", f"{host.url}/f.zip", CLERK)
    assert second is not None
    assert second.version.number == 2


def test_a_passing_failure_is_tried_again_a_lasting_one_is_told(house: House, host: _Host) -> None:
    host.answers["/f.zip"] = [(503, {}, b""), (500, {}, b""), (200, {}, packed())]
    assert house.import_url("baybus", f"{host.url}/f.zip", CLERK) is not None
    host.answers["/gone.zip"] = [(404, {}, b"")]
    with pytest.raises(CannotFetch, match="answers 404"):
        house.import_url("baybus", f"{host.url}/gone.zip", CLERK)
    host.answers["/down.zip"] = [(503, {}, b"")]
    with pytest.raises(CannotFetch, match=r"answers 503 \(3 attempts\)"):
        house.import_url("baybus", f"{host.url}/down.zip", CLERK)


def test_redirects_are_followed_but_not_for_ever(house: House, host: _Host) -> None:
    host.answers["/a"] = [(302, {"Location": "/f.zip"}, b"")]
    host.answers["/f.zip"] = [(200, {}, packed())]
    assert house.import_url("baybus", f"{host.url}/a", CLERK) is not None
    host.answers["/loop"] = [(302, {"Location": "/loop"}, b"")]
    with pytest.raises(CannotFetch, match="redirects"):
        house.import_url("baybus", f"{host.url}/loop", CLERK)


def test_more_bytes_than_allowed_are_not_taken(host: _Host, tmp_path: Path) -> None:
    small = Fetcher(private=True, bytes_max=1000, sleep=lambda _: None)
    host.answers["/said"] = [(200, {}, b"x" * 5000)]
    with pytest.raises(CannotFetch, match="larger than 1,000 bytes"):
        small.fetch(f"{host.url}/said", tmp_path / "f")
    host.answers["/unsaid"] = [(200, {"Content-Length": "900"}, b"x" * 5000)]  # it lies: httpx stops at 900
    got = small.fetch(f"{host.url}/unsaid", tmp_path / "f")
    assert got.path is not None
    assert got.path.stat().st_size <= 1000


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/f.zip", "http://localhost/f.zip", "http://10.1.2.3/f.zip", "http://[::1]/f.zip",
        "http://169.254.169.254/latest/meta-data", "http://192.168.0.1/", "http://[::ffff:127.0.0.1]/x",
        "http://0.0.0.0/x", "http://100.64.0.1/x",
    ],
)  # fmt: skip
def test_our_own_network_is_not_looked_into(url: str, tmp_path: Path) -> None:
    with pytest.raises(CannotFetch, match="private network"):
        Fetcher(sleep=lambda _: None).fetch(url, tmp_path / "f")


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://example.jp/f.zip", "http://user:pw@example.jp/f"]
)
def test_other_kinds_of_addresses_are_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(CannotFetch, match="https://"):
        Fetcher(private=True, sleep=lambda _: None).fetch(url, tmp_path / "f")


def test_a_redirect_into_our_own_network_is_refused(
    host: _Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first hop looks public; the second one does not."""
    host.answers["/f"] = [(302, {"Location": "http://10.0.0.1/secret"}, b"")]
    monkeypatch.setattr("maas.feeds.fetch._is_public", lambda address: address == "127.0.0.1")
    with pytest.raises(CannotFetch, match=r"10\.0\.0\.1, inside a private network"):
        Fetcher(sleep=lambda _: None).fetch(f"{host.url}/f", tmp_path / "f")
