"""`geo_json_unknown_element` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_extensions import feature, zones
from fakes.right import RIGHT

CASES = [
    ({"locations.geojson": zones(name="x")}, [("locations.geojson", 0, "name", "")]),
    (
        {"locations.geojson": zones(feature(properties={"color": "red"}))},
        [("locations.geojson", 0, "features[0].properties.color", "Z")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "geo_json_unknown_element") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["zones"], only="geo_json_unknown_element"), "geo_json_unknown_element") == []
