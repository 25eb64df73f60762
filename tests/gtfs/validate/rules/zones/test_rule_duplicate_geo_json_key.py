"""`duplicate_geo_json_key` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_extensions import feature, zones
from fakes.right import RIGHT

CASES = [
    ({"locations.geojson": zones(feature(), feature())}, [("locations.geojson", 0, "id", "Z")]),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "duplicate_geo_json_key") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["zones"], only="duplicate_geo_json_key"), "duplicate_geo_json_key") == []
