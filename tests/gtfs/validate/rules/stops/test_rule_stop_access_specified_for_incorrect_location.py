"""`stop_access_specified_for_incorrect_location` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_network import HEAD
from fakes.right import RIGHT

CASES = [
    (
        {
            "stops.txt": HEAD.replace("zone_id", "stop_access")
            + "\nST,St A,35.6,140.0,1,,1\nS1,A,35.6,140.0,0,ST,1\nS2,B,35.6,140.0,0,,1\nS3,C,35.6,140.0,0,,\n"
        },
        [("stops.txt", 2, "stop_access", "1")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "stop_access_specified_for_incorrect_location") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["stops"], only="stop_access_specified_for_incorrect_location"),
            "stop_access_specified_for_incorrect_location",
        )
        == []
    )
