"""`service_window_outside_feed_period` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    ({"calendar.txt": ("20270331", "20270401")}, [("calendar.txt", 2, "service_id", "W")]),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "service_window_outside_feed_period") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["calendars"], only="service_window_outside_feed_period"),
            "service_window_outside_feed_period",
        )
        == []
    )
