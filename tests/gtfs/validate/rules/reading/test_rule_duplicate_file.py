"""`duplicate_file` is told with its place, and only where it is due."""

from __future__ import annotations

import zipfile

import pytest
from fakes.judged import GOOD, TODAY, edited, places

from gtfs.validate import judge


def test_it_is_told_with_its_place(tmp_path):
    path = tmp_path / "feed.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in GOOD.items():
            archive.writestr(name, text)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("stops.txt", "stop_id\nother\n")
    report = judge(path, today=TODAY)
    assert places(report, "duplicate_file") == [("stops.txt", 0, "", "")]
    assert report.codes() == {"duplicate_file"}, "the first of the two is read"


def test_a_feed_that_is_right_is_not_accused(zipped):
    assert places(judge(zipped(edited({})), today=TODAY), "duplicate_file") == []
