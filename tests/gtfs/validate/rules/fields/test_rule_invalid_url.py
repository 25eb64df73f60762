"""`invalid_url` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    ({"agency.txt": ("https://example.jp", "example.jp")}, [("agency.txt", 2, "agency_url", "example.jp")]),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "invalid_url") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["fields"], only="invalid_url"), "invalid_url") == []
