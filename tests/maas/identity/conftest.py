"""A one ID on either database; lets its tests import what they share (`identity_world`) by name."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from identity_server import Front, Served, open_front, serving
from identity_world import House, build_house


@pytest.fixture
def house(sql_url: str) -> Iterator[House]:
    """On SQLite and on PostgreSQL."""
    made = build_house(sql_url)
    yield made
    made.identity.db.close()


@pytest.fixture
def cottage(tmp_path: Path) -> Iterator[House]:
    """On SQLite alone, for what does not depend on the database."""
    made = build_house(f"sqlite:///{tmp_path / 'cottage.sqlite'}")
    yield made
    made.identity.db.close()


@pytest.fixture(scope="session")
def front() -> Iterator[Front]:
    """The server that the one IDs of all tests stand behind, one after the other."""
    with open_front() as one:
        yield one


@pytest.fixture
def served(front: Front, tmp_path: Path) -> Iterator[Served]:
    """Behind a real server, on SQLite."""
    with serving(front, f"sqlite:///{tmp_path / 'served.sqlite'}") as one:
        yield one


@pytest.fixture
def served_anywhere(front: Front, sql_url: str) -> Iterator[Served]:
    """Behind a real server, on SQLite and on PostgreSQL."""
    with serving(front, sql_url) as one:
        yield one
