"""House rules that no other tool checks; each says the harm it prevents."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("maas", "routing", "fleet", "gtfs", "payments")
LINES_MAX = 450
KERNEL_IMPORTS = {"__future__", "numba", "numpy", "math", "typing"}
UNFINISHED = re.compile(r"raise NotImplementedError|\bTODO\b|\bFIXME\b|\bXXX\b|\bplaceholder\b")

sources = [p for package in PACKAGES for p in sorted((ROOT / package).rglob("*.py"))]
kernels = [p for p in sources if "kernels" in p.parts]


@pytest.mark.parametrize("path", sources, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_file_can_be_held_in_the_head(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LINES_MAX, f"{path} has {lines} lines: split it by its reasons to change"


@pytest.mark.parametrize("path", kernels, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_kernel_imports_only_numbers(path: Path) -> None:
    package = ".".join(path.relative_to(ROOT).parts[:-1])
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = (
            [a.name for a in node.names] if isinstance(node, ast.Import)
            else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        )  # fmt: skip
        for name in names:
            known = name.split(".")[0] in KERNEL_IMPORTS or name.startswith(package)
            assert known, f"{path.name} imports {name}: kernels take arrays, so that they run anywhere"


@pytest.mark.parametrize("path", sources, ids=lambda p: str(p.relative_to(ROOT)))
def test_nothing_is_left_unfinished(path: Path) -> None:
    found = UNFINISHED.search(path.read_text(encoding="utf-8"))
    assert found is None, f"{path}: {found and found[0]} promises work that nobody will do"


def test_every_package_is_typed() -> None:
    assert [p for p in PACKAGES if not (ROOT / p / "py.typed").is_file()] == []


def test_the_compose_file_and_the_command_start_the_same_thing() -> None:
    compose = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    docker = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert "maas" in docker
    assert "8000:8000" in compose


def test_the_environment_is_read_in_one_place() -> None:
    """A default that two modules read differently is found by nobody."""
    readers = [p for p in sources if re.search(r"os\.environ|getenv", p.read_text(encoding="utf-8"))]
    assert [str(p.relative_to(ROOT)) for p in readers] == ["maas/settings.py"]
