"""`missing_stop_times_record` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_extensions import flex
from fakes.right import RIGHT

CASES = [
    (flex(second=""), [("stop_times.txt", 2, "trip_id", "T1")]),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "missing_stop_times_record") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["flex"], only="missing_stop_times_record"), "missing_stop_times_record") == []
