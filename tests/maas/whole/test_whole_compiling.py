"""Kernels are compiled by `maas area build`, never during a request."""

from __future__ import annotations

import ast
import importlib
import json
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from numba.core import event
from numba.core.dispatcher import Dispatcher
from whole_world import open_whole

from maas.wiring import compiling
from maas.wiring.exercise import drive, improve_plans, plan_and_publish

OPERATOR = {"Authorization": "Bearer the-tests-operator"}

RARE = {"forget"}
"""A pool of routes that is full; small, and off the path of a request."""


class Compiled(event.Listener):
    """The names of what is really compiled, not read from what is kept."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def on_start(self, told: Any) -> None:
        function = told.data["dispatcher"].py_func
        if ".kernels." in function.__module__:
            self.names.append(f"{function.__module__}.{function.__name__}")

    def on_end(self, told: Any) -> None:
        """Nothing to note."""


@pytest.fixture
def compiled() -> Iterator[Compiled]:
    listener = Compiled()
    event.register("numba:compile", listener)
    yield listener
    event.unregister("numba:compile", listener)


def entries(root: Path) -> Iterator[tuple[str, str]]:
    """Modules and names of kernels that other code imports."""
    packages = {package.__name__ for package in compiling.KERNELS}
    for top in ("fleet", "gtfs", "maas", "routing"):
        for path in sorted((root / top).rglob("*.py")):
            if path.parent.name == "kernels":
                continue
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not isinstance(node, ast.ImportFrom) or node.module is None:
                    continue
                inside = node.module.rpartition(".")[0] in packages
                for name in node.names if inside else ():
                    yield node.module, name.name


def test_no_package_of_kernels_is_forgotten(root: Path) -> None:
    found = {
        ".".join(path.relative_to(root).parts)
        for top in ("fleet", "gtfs", "maas", "routing")
        for path in (root / top).rglob("kernels")
        if path.is_dir()
    }
    assert found == {package.__name__ for package in compiling.KERNELS}


def test_every_kernel_that_is_called_is_compiled_ahead(root: Path, makuhari: Path) -> None:
    for part in (drive, improve_plans, plan_and_publish):
        part(makuhari)
    functions = {(m, n): getattr(importlib.import_module(m), n) for m, n in entries(root)}
    kernels = {key: found for key, found in functions.items() if isinstance(found, Dispatcher)}
    assert len(kernels) >= 30
    assert [key for key, found in kernels.items() if not found.signatures and key[1] not in RARE] == []


@pytest.mark.slow
def test_a_request_compiles_nothing(makuhari: Path, tmp_path: Path, compiled: Compiled) -> None:
    at = datetime.now(ZoneInfo("Asia/Tokyo")).replace(hour=10, minute=0) + timedelta(days=1)
    ends = {"from": "海浜幕張", "to": "イオンモール"}
    journey = ends | {"at": at.isoformat(), "count": 3}
    with (
        open_whole(makuhari, tmp_path) as whole,
        httpx.Client(base_url=whole.url, headers=OPERATOR, timeout=300) as client,
    ):
        for path, body in (
            ("/v1/journeys", journey),
            ("/v1/journeys", journey | {"window_s": 3600, "count": 0}),
            ("/v1/journeys", journey | {"wheelchair": True, "arrive_by": True}),
            ("/v1/rides/quotes", ends | {"at": at.isoformat()}),
            ("/v1/fleet/what-if", {"vehicles_more": 1, "minutes": 15, "riders_per_day": 200}),
            (
                "/v1/matrices",
                {"origins": ["海浜幕張"], "destinations": ["イオンモール"], "at": at.isoformat()},
            ),
        ):
            answer = client.post(path, json=body)
            assert answer.status_code in (200, 201), (path, answer.text)
        assert client.get("/v1/isochrones", params={"from": "海浜幕張"}).status_code == 200
        assert client.get("/feeds/makuhari/realtime/trip-updates.pb").status_code == 200
    assert compiled.names == []


def test_the_mark_names_what_was_compiled(makuhari: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert makuhari.is_dir()
    assert compiling.is_compiled()  # as building an area does
    told: list[str] = []
    compiling.compile_ahead(told.append)
    assert told == []
    monkeypatch.setattr(compiling, "get_host_cpu_name", lambda: "another-processor")
    assert not compiling.is_compiled()


def test_what_calls_a_changed_kernel_is_compiled_again_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "kernels_of_a_test"
    package.mkdir()
    (package / "__init__.py").touch()
    head = "from numba import njit\n\n\n"
    (package / "deep.py").write_text(f"{head}@njit(cache=True)\ndef deep(x):\n    return x + 1\n")
    for name in ("near", "apart"):
        taken = "from kernels_of_a_test.deep import deep\n" if name == "near" else ""
        body = "deep(x)" if name == "near" else "x"
        (package / f"{name}.py").write_text(
            f"{taken}{head}@njit(cache=True)\ndef {name}(x):\n    return {body}\n"
        )
    monkeypatch.syspath_prepend(str(tmp_path))
    modules = [importlib.import_module(f"kernels_of_a_test.{name}") for name in ("deep", "near", "apart")]
    for module in modules:
        vars(module)[module.__name__.rpartition(".")[2]](1)
    cache = Path(modules[0].deep.stats.cache_path)
    monkeypatch.setattr(compiling, "KERNELS", (importlib.import_module("kernels_of_a_test"),))
    monkeypatch.setattr(compiling, "_kept", lambda: tmp_path / "kept.json")
    (tmp_path / "kept.json").write_text(json.dumps(compiling._stamps()))

    compiling._forget(compiling._stamps())
    assert len({path.name.split(".")[0] for path in cache.glob("*.nbi")}) == 3
    os.utime(package / "deep.py", ns=(1, 1))
    compiling._forget(compiling._stamps())
    assert {path.name.split(".")[0] for path in cache.glob("*.nbi")} == {"apart"}
