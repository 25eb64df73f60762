"""`mixed_case_recommended_field` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    ({"stops.txt": ("Toyosuna", "TOYOSUNA EAST")}, [("stops.txt", 5, "stop_name", "TOYOSUNA EAST")]),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "mixed_case_recommended_field") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(judged(RIGHT["fields"], only="mixed_case_recommended_field"), "mixed_case_recommended_field")
        == []
    )
