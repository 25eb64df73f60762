"""`start_and_end_range_out_of_order` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    ({"calendar.txt": ("20270331", "20261001")}, [("calendar.txt", 2, "end_date", "20261001")]),
    ({"feed_info.txt": ("20270331", "20261001")}, [("feed_info.txt", 2, "feed_end_date", "20261001")]),
    (
        {"stop_times.txt": ("T1,08:05:00,08:05:30", "T1,08:05:00,08:04:30")},
        [("stop_times.txt", 3, "departure_time", "08:04:30")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "start_and_end_range_out_of_order") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["calendars"], only="start_and_end_range_out_of_order"),
            "start_and_end_range_out_of_order",
        )
        == []
    )
