"""A ticket office on either database; its tests import what they share by name."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "identity"))
sys.path.insert(0, str(Path(__file__).parent))

from identity_server import Front, open_front
from tickets_world import Office, open_office


@pytest.fixture
def office(sql_url: str) -> Iterator[Office]:
    """On SQLite and on PostgreSQL."""
    made = open_office(sql_url)
    yield made
    made.database.close()


@pytest.fixture
def booth(tmp_path: Path) -> Iterator[Office]:
    """On SQLite alone, for what does not depend on the database."""
    made = open_office(f"sqlite:///{tmp_path / 'booth.sqlite'}")
    yield made
    made.database.close()


@pytest.fixture(scope="session")
def ticket_front() -> Iterator[Front]:
    """A real server for the tests over HTTP."""
    with open_front() as one:
        yield one
