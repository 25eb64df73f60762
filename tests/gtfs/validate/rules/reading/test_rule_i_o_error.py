"""`i_o_error` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import TODAY, edited, places

from gtfs.validate import judge


@pytest.mark.parametrize("data", [b"no zip", b"PK\x03\x04 and then nothing", b""])
def test_it_is_told_and_is_all_that_is_told(tmp_path, data):
    path = tmp_path / "feed.zip"
    path.write_bytes(data)
    report = judge(path, today=TODAY)
    assert places(report, "i_o_error") == [("feed.zip", 0, "", "")]
    assert report.codes() == {"i_o_error"}


def test_a_feed_that_can_be_opened_is_not_accused(zipped):
    assert places(judge(zipped(edited({})), today=TODAY), "i_o_error") == []
