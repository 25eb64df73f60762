"""`big_gap_in_service` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    (
        {
            "calendar.txt": ("20270331", "20270101"),
            "calendar_dates.txt": "service_id,date,exception_type\nW,20270116,1\n",
        },
        [("calendar.txt", 2, "service_id", "W")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "big_gap_in_service") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["calendars"], only="big_gap_in_service"), "big_gap_in_service") == []
