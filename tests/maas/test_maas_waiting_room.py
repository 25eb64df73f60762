"""While a server is not ready its address says so: a page to people, 503 to machines, and then the server."""

from __future__ import annotations

import json
import socket
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from maas.cli.waiting_room import WaitingRoom


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def asked(port: int, **headers: str) -> tuple[int, str, str]:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urllib.request.urlopen(
            urllib.request.Request(f"http://127.0.0.1:{port}/", headers=names)
        ) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers["Content-Type"], error.read().decode()


def test_whoever_waits_is_told_what_is_being_done() -> None:
    port, shown = free_port(), []  # type: ignore[var-annotated]
    with WaitingRoom("127.0.0.1", port, shown.append) as room:
        room.told("compiling <kernels>")
        status, kind, body = asked(port)
        assert (status, kind) == (503, "application/json")
        assert json.loads(body)["status"] == "starting"
        assert json.loads(body)["step"] == "compiling <kernels>"
        status, kind, body = asked(port, Accept="text/html", Accept_Language="ko-KR,ko;q=0.9")
        assert (status, kind) == (503, "text/html; charset=utf-8")
        assert "준비하고" in body
        assert "compiling &lt;kernels&gt;" in body
        assert 'http-equiv="refresh"' in body
    assert shown == ["compiling <kernels>"]


@pytest.mark.parametrize(
    ("languages", "lang"), [("", "ja"), ("de,en;q=0.5", "en"), ("zh-CN", "zh"), ("fr", "ja")]
)
def test_the_page_speaks_the_browsers_language_where_it_can(languages: str, lang: str) -> None:
    port = free_port()
    with WaitingRoom("127.0.0.1", port, lambda _: None):
        assert f'lang="{lang}"' in asked(port, Accept="text/html", Accept_Language=languages)[2]


def test_the_address_is_free_again_for_the_server() -> None:
    port = free_port()
    for _ in range(2):
        with WaitingRoom("127.0.0.1", port, lambda _: None):
            assert asked(port)[0] == 503
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_who_comes_between_the_room_and_the_server_waits_and_is_served() -> None:
    port = free_port()
    with WaitingRoom("127.0.0.1", port, lambda _: None) as room:
        door = room.door
    with door, socket.create_connection(("127.0.0.1", port), 5) as client:
        client.sendall(b"hello")
        served, _ = door.accept()
        with served:
            assert served.recv(5) == b"hello"


def test_a_port_that_is_taken_is_told_before_anything_is_built(maas_command: Callable[..., object]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = maas_command("serve", "--port", port, "--area", Path("/nowhere"), check=False)
    assert done.returncode == 2  # type: ignore[attr-defined]
    assert f"--port {port}" in done.stderr  # type: ignore[attr-defined]
