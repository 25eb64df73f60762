"""`transfer_with_invalid_stop_location_type` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_trips import STATION, TRANSFERS
from fakes.right import RIGHT

CASES = [
    (
        {"stops.txt": STATION, "transfers.txt": TRANSFERS + "E,S1,0,,,,\n"},
        [("transfers.txt", 2, "from_stop_id", "E")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "transfer_with_invalid_stop_location_type") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["transfers"], only="transfer_with_invalid_stop_location_type"),
            "transfer_with_invalid_stop_location_type",
        )
        == []
    )
