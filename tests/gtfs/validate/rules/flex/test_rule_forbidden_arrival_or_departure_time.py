"""`forbidden_arrival_or_departure_time` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_extensions import ROW_1, flex
from fakes.right import RIGHT

CASES = [
    (
        flex(ROW_1.replace("2,1,,,", "2,1,08:00:00,08:00:00,")),
        [("stop_times.txt", 2, "arrival_time", "08:00:00")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "forbidden_arrival_or_departure_time") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["flex"], only="forbidden_arrival_or_departure_time"),
            "forbidden_arrival_or_departure_time",
        )
        == []
    )
