"""Feeds as files."""

from __future__ import annotations

import zipfile

import pytest


@pytest.fixture
def zipped(tmp_path):
    def make(files):
        path = tmp_path / "feed.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        return path

    return make
