"""`forbidden_continuous_pickup_drop_off` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_extensions import flex
from fakes.right import RIGHT

CASES = [
    (
        {
            **flex(),
            "routes.txt": (
                "route_text_color\nR,A,10,Messe Line,3,0039A6,FFFFFF",
                "continuous_pickup\nR,A,10,Messe Line,3,0039A6,2",
            ),
        },
        [("routes.txt", 2, "continuous_pickup", "2")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "forbidden_continuous_pickup_drop_off") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["flex"], only="forbidden_continuous_pickup_drop_off"),
            "forbidden_continuous_pickup_drop_off",
        )
        == []
    )
