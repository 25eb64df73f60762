"""The whole server, once for all tests of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from whole_world import Whole, open_whole


@pytest.fixture(scope="session")
def whole(makuhari: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    """The sample area served in this process, on SQLite."""
    with open_whole(makuhari, tmp_path_factory.mktemp("whole")) as one:
        yield one
