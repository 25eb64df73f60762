"""A one ID with payments mounted, behind a real server."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "identity"))
sys.path.insert(0, str(Path(__file__).parent))

from identity_server import Front, open_front
from money_world import Till, open_till


@pytest.fixture(scope="session")
def money_front() -> Iterator[Front]:
    """The server that the tills of all tests stand behind, one after the other."""
    with open_front() as one:
        yield one


@pytest.fixture
def till(money_front: Front, sql_url: str) -> Iterator[Till]:
    """On SQLite and on PostgreSQL."""
    with open_till(money_front, sql_url) as one:
        yield one
