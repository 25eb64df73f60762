"""`transfer_with_invalid_trip_and_stop` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_trips import TRANSFERS, S
from fakes.right import RIGHT

CASES = [
    (
        {"stops.txt": S + "S4,Far,35.65,140.03,0,,\n", "transfers.txt": TRANSFERS + "S4,S1,0,T1,T2,,\n"},
        [("transfers.txt", 2, "from_stop_id", "S4")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "transfer_with_invalid_trip_and_stop") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["transfers"], only="transfer_with_invalid_trip_and_stop"),
            "transfer_with_invalid_trip_and_stop",
        )
        == []
    )
