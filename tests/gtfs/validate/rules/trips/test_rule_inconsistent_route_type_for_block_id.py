"""`inconsistent_route_type_for_block_id` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import GOOD, judged, places
from fakes.judged_trips import TRIPS
from fakes.right import RIGHT

CASES = [
    (
        {
            "trips.txt": TRIPS.replace("Toyosuna,,", "Toyosuna,K,").replace("R,W,T2", "R2,W,T2"),
            "routes.txt": GOOD["routes.txt"] + "R2,A,,Train,2,,\n",
        },
        [("trips.txt", 2, "block_id", "K")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "inconsistent_route_type_for_block_id") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["trips"], only="inconsistent_route_type_for_block_id"),
            "inconsistent_route_type_for_block_id",
        )
        == []
    )
