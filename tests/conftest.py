"""Fixtures that every suite shares: the repository, the real data, built areas and a running server."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

pytest_plugins = [
    "fixtures_clock",
    "fixtures_mosquitto",
    "fixtures_people",
    "fixtures_postgres",
    "fixtures_redis",
    "web_visitor",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files of few but long tests first, so that no process is left alone with one at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real feeds, extracts and schemas beside the repository (read only)."""
    folder = ROOT.parent / "shared"
    assert (folder / "data" / "README.md").is_file(), f"the tests need the real data in {folder}"
    return folder


def run_maas(*arguments: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run the installed command as a user would."""
    command = [str(Path(sys.executable).parent / "maas"), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
    if check:
        assert done.returncode == 0, done.stderr
    return done


@pytest.fixture(scope="session")
def maas_command():  # type: ignore[no-untyped-def]
    """The command line, as a function that returns the finished process."""
    return run_maas


def _built(tmp_path_factory: pytest.TempPathFactory, name: str, *arguments: str | Path) -> Path:
    out = tmp_path_factory.mktemp("areas") / name
    run_maas("area", "build", out, *arguments)
    return out


@pytest.fixture(scope="session")
def makuhari(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample area, built by the command line."""
    return _built(tmp_path_factory, "makuhari", "--area", ROOT / "areas" / "makuhari")


@pytest.fixture(scope="session")
def porto_alegre(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Path:
    """A real city: OSM extract, buses and rail."""
    data = shared / "data" / "porto_alegre"
    return _built(
        tmp_path_factory, "poa",
        "--osm", data / "poa_osm.pbf", "--gtfs", data / "poa_eptc.zip", "--gtfs", data / "poa_trensurb.zip",
    )  # fmt: skip


@pytest.fixture(scope="session")
def tokyo(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Path:
    """All rail of Greater Tokyo, without streets."""
    return _built(tmp_path_factory, "tokyo", "--gtfs", shared / "data" / "japan" / "tokyo-rail.gtfs.zip")


OPERATOR_TOKEN = "the-tests-operator"


@contextmanager
def serving(
    area: Path, cache: Path, *options: str, environment: dict[str, str] | None = None
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A real server in a process of its own: its base URL and the process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).parent / "maas"), "serve", "--area", str(area), "--port", str(port)]
    own = {"MAAS_CACHE": str(cache), "MAAS_OPERATOR_TOKEN": OPERATOR_TOKEN, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen([*command, *options], env={**os.environ, **own, **(environment or {})})
    url = f"http://127.0.0.1:{port}"
    try:
        _await(url + "/health", process)
        yield url, process
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="session")
def server_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder where `server` keeps its database."""
    return tmp_path_factory.mktemp("server")


@pytest.fixture(scope="session")
def server(makuhari: Path, server_home: Path) -> Iterator[str]:
    """A real server of the sample area, its fleet simulated; yields its base URL."""
    with serving(makuhari, server_home) as (url, _):
        yield url


@pytest.fixture(scope="session")
def start_server():  # type: ignore[no-untyped-def]
    """`serving`, for tests that start servers of their own."""
    return serving


@pytest.fixture(scope="session")
def operator() -> dict[str, str]:
    """Headers of a fleet operator."""
    return {"Authorization": f"Bearer {OPERATOR_TOKEN}"}


def _await(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(900):
        assert process.poll() is None, "the server ended before it answered"
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{url} did not answer within three minutes")
