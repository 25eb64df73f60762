"""`missing_recommended_column` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    ({"feed_info.txt": ("feed_version", "version")}, [("feed_info.txt", 1, "feed_version", "")]),
    ({"routes.txt": ("agency_id,", "agency,")}, [("routes.txt", 1, "agency_id", "")]),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "missing_recommended_column") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(judged(RIGHT["files"], only="missing_recommended_column"), "missing_recommended_column") == []
    )
