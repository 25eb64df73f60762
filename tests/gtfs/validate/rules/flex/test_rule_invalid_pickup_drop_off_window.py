"""`invalid_pickup_drop_off_window` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_extensions import ROW_1, flex
from fakes.right import RIGHT

CASES = [
    (
        flex(ROW_1.replace("12:00:00", "08:00:00")),
        [("stop_times.txt", 2, "end_pickup_drop_off_window", "08:00:00")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "invalid_pickup_drop_off_window") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(judged(RIGHT["flex"], only="invalid_pickup_drop_off_window"), "invalid_pickup_drop_off_window")
        == []
    )
