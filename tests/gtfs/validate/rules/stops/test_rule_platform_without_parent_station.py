"""`platform_without_parent_station` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    (
        {"stops.txt": ("zone_id", "platform_code")},
        [("stops.txt", 4, "platform_code", "Z1"), ("stops.txt", 5, "platform_code", "Z2")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "platform_without_parent_station") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["stops"], only="platform_without_parent_station"), "platform_without_parent_station"
        )
        == []
    )
