"""`unsupported_geometry_type` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_extensions import feature, zones
from fakes.right import RIGHT

CASES = [
    (
        {"locations.geojson": zones(feature(geometry={"type": "Point", "coordinates": [140, 35]}))},
        [("locations.geojson", 0, "features[0].geometry.type", "Point")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "unsupported_geometry_type") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["zones"], only="unsupported_geometry_type"), "unsupported_geometry_type") == []
