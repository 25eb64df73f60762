"""`attribution_without_role` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    (
        {"attributions.txt": "organization_name,is_producer\nCity,0\nBus,1\n"},
        [("attributions.txt", 2, "organization_name", "City")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "attribution_without_role") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(judged(RIGHT["agencies"], only="attribution_without_role"), "attribution_without_role") == []
    )
