"""`stop_without_zone_id` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_network import FARES
from fakes.right import RIGHT

CASES = [
    (
        {
            "stops.txt": ("ST,Z1", "ST,"),
            "fare_attributes.txt": FARES,
            "fare_rules.txt": "fare_id,route_id,origin_id\nF,R,Z2\n",
        },
        [("stops.txt", 3, "zone_id", "")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "stop_without_zone_id") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["stops"], only="stop_without_zone_id"), "stop_without_zone_id") == []
