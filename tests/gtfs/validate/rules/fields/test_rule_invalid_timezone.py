"""`invalid_timezone` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    ({"agency.txt": ("Asia/Tokyo", "JST+9")}, [("agency.txt", 2, "agency_timezone", "JST+9")]),
    ({"agency.txt": ("Asia/Tokyo", "../etc")}, [("agency.txt", 2, "agency_timezone", "../etc")]),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "invalid_timezone") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["fields"], only="invalid_timezone"), "invalid_timezone") == []
