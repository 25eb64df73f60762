"""`service_extends_far_in_the_future` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    ({"calendar.txt": ("20270331", "20281231")}, [("calendar.txt", 2, "service_id", "W")]),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "service_extends_far_in_the_future") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["calendars"], only="service_extends_far_in_the_future"),
            "service_extends_far_in_the_future",
        )
        == []
    )
