"""Fixtures that every suite shares: where the repository and the real data are."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real feeds, extracts and schemas beside the repository (read only)."""
    folder = ROOT.parent / "shared"
    assert (folder / "data" / "README.md").is_file(), f"the tests need the real data in {folder}"
    return folder
