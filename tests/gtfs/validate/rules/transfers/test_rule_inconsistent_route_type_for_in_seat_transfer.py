"""`inconsistent_route_type_for_in_seat_transfer` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import GOOD, judged, places
from fakes.judged_trips import TRANSFERS
from fakes.right import RIGHT

CASES = [
    (
        {
            "trips.txt": ("R,W,T2", "R2,W,T2"),
            "routes.txt": GOOD["routes.txt"] + "R2,A,,Train,2,,\n",
            "transfers.txt": TRANSFERS + "S3,S1,4,T1,T2,,\n",
        },
        [("transfers.txt", 2, "to_trip_id", "T2")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "inconsistent_route_type_for_in_seat_transfer") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["transfers"], only="inconsistent_route_type_for_in_seat_transfer"),
            "inconsistent_route_type_for_in_seat_transfer",
        )
        == []
    )
