"""`same_stop_and_route_url` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_network import LINK, R
from fakes.right import RIGHT

CASES = [
    (
        {
            "stops.txt": LINK.format("https://r.jp", ""),
            "routes.txt": R.replace("route_type", "route_url,route_type").replace(
                "Line,3", "Line,https://r.jp,3"
            ),
        },
        [("stops.txt", 2, "stop_url", "https://r.jp")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "same_stop_and_route_url") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["stops"], only="same_stop_and_route_url"), "same_stop_and_route_url") == []
