"""`point_near_origin` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    ({"stops.txt": ("35.6480,140.0345", "0.0,0.1")}, [("stops.txt", 4, "stop_lat", "0.0")]),
    (
        {
            "locations.geojson": '{"type":"FeatureCollection","features":[{"type":"Feature","id":"z","properties":{},"geometry":{"type":"Polygon","coordinates":[[[0.1,0.2],[9,9],[9,3],[0.1,0.2]]]}}]}'
        },
        [
            ("locations.geojson", 0, "coordinates", "0.1, 0.2"),
            ("locations.geojson", 0, "coordinates", "0.1, 0.2"),
        ],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "point_near_origin") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["stops"], only="point_near_origin"), "point_near_origin") == []
