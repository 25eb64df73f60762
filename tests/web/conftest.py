"""A browser on a machine that others use: a test of a page may run a second time, and the report says so."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Only what drives Chromium, whose timing is not ours; everything else passes at once or fails."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.flaky(reruns=1))
