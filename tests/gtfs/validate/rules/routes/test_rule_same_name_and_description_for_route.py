"""`same_name_and_description_for_route` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_network import R
from fakes.right import RIGHT

CASES = [
    (
        {
            "routes.txt": R.replace("route_type", "route_desc,route_type").replace(
                "Line,3", "Line,messe line,3"
            )
        },
        [("routes.txt", 2, "route_desc", "messe line")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "same_name_and_description_for_route") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["routes"], only="same_name_and_description_for_route"),
            "same_name_and_description_for_route",
        )
        == []
    )
