"""`unsupported_geo_json_type` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    ({"locations.geojson": '{"type": "Feature"}'}, [("locations.geojson", 0, "type", "Feature")]),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "unsupported_geo_json_type") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["zones"], only="unsupported_geo_json_type"), "unsupported_geo_json_type") == []
