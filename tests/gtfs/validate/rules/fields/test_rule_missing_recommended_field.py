"""`missing_recommended_field` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    ({"feed_info.txt": ("20270331,1", "20270331,")}, [("feed_info.txt", 2, "feed_version", "")]),
    ({"routes.txt": ("R,A", "R,")}, [("routes.txt", 2, "agency_id", "")]),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "missing_recommended_field") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(judged(RIGHT["fields"], only="missing_recommended_field"), "missing_recommended_field") == []
    )
