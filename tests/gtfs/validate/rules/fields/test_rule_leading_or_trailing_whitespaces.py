"""`leading_or_trailing_whitespaces` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    ({"stops.txt": ("Messe", " Messe")}, [("stops.txt", 4, "stop_name", " Messe")]),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "leading_or_trailing_whitespaces") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["fields"], only="leading_or_trailing_whitespaces"), "leading_or_trailing_whitespaces"
        )
        == []
    )
