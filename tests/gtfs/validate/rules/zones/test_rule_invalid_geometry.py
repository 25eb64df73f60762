"""`invalid_geometry` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_extensions import BOW, feature, zones
from fakes.right import RIGHT

CASES = [
    (
        {"locations.geojson": zones(feature(geometry={"type": "Polygon", "coordinates": BOW}))},
        [("locations.geojson", 0, "features[0].geometry.coordinates", "Z")],
    ),
    (
        {
            "locations.geojson": zones(
                feature(
                    geometry={"type": "MultiPolygon", "coordinates": [[[[140, 35], [141, 35], [140, 36]]]]}
                )
            )
        },
        [("locations.geojson", 0, "features[0].geometry.coordinates", "Z")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "invalid_geometry") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["zones"], only="invalid_geometry"), "invalid_geometry") == []
