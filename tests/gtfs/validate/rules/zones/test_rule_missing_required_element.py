"""`missing_required_element` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_extensions import feature, zones
from fakes.right import RIGHT

CASES = [
    ({"locations.geojson": '{"features": []}'}, [("locations.geojson", 0, "type", "")]),
    ({"locations.geojson": '{"type": "FeatureCollection"}'}, [("locations.geojson", 0, "features", "")]),
    ({"locations.geojson": zones(feature(id=None))}, [("locations.geojson", 0, "features[0].id", "")]),
    (
        {"locations.geojson": zones(feature(geometry={"type": "Polygon"}))},
        [("locations.geojson", 0, "features[0].geometry.coordinates", "Z")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "missing_required_element") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["zones"], only="missing_required_element"), "missing_required_element") == []
