"""`transfer_distance_above_2_km` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_trips import TRANSFERS
from fakes.right import RIGHT

CASES = [
    (
        {"stops.txt": ("35.6579", "35.6779"), "transfers.txt": TRANSFERS + "S2,S3,0,,,,\n"},
        [("transfers.txt", 2, "to_stop_id", "S3")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "transfer_distance_above_2_km") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["transfers"], only="transfer_distance_above_2_km"), "transfer_distance_above_2_km"
        )
        == []
    )
