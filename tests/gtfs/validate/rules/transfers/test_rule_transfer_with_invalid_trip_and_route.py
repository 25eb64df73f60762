"""`transfer_with_invalid_trip_and_route` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import GOOD, judged, places
from fakes.judged_trips import TRANSFERS
from fakes.right import RIGHT

CASES = [
    (
        {
            "routes.txt": GOOD["routes.txt"] + "R2,A,2,Other Line,3,,\n",
            "transfers.txt": TRANSFERS + "S3,S1,0,T1,T2,R2,R\n",
        },
        [("transfers.txt", 2, "from_route_id", "R2")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "transfer_with_invalid_trip_and_route") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["transfers"], only="transfer_with_invalid_trip_and_route"),
            "transfer_with_invalid_trip_and_route",
        )
        == []
    )
