"""`feed_valid_beyond_total_service_window` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    ({"calendar.txt": ("20270331", "20270316")}, [("feed_info.txt", 2, "feed_end_date", "20270331")]),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "feed_valid_beyond_total_service_window") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["calendars"], only="feed_valid_beyond_total_service_window"),
            "feed_valid_beyond_total_service_window",
        )
        == []
    )
