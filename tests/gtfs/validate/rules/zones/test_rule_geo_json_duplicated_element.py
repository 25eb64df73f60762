"""`geo_json_duplicated_element` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_extensions import zones
from fakes.right import RIGHT

CASES = [
    (
        {
            "locations.geojson": zones().replace(
                '"type": "FeatureCollection"', '"type": "FeatureCollection", "type": "x"'
            )
        },
        [("locations.geojson", 0, "type", "")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "geo_json_duplicated_element") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(judged(RIGHT["zones"], only="geo_json_duplicated_element"), "geo_json_duplicated_element")
        == []
    )
