"""`malformed_json` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    ({"locations.geojson": "{"}, [("locations.geojson", 0, "", "")]),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "malformed_json") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["zones"], only="malformed_json"), "malformed_json") == []
