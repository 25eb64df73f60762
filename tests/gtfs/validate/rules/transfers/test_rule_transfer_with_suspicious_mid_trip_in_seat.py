"""`transfer_with_suspicious_mid_trip_in_seat` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_trips import TRANSFERS
from fakes.right import RIGHT

CASES = [
    ({"transfers.txt": TRANSFERS + "S3,S2,4,T1,T2,,\n"}, [("transfers.txt", 2, "to_stop_id", "S2")]),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "transfer_with_suspicious_mid_trip_in_seat") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["transfers"], only="transfer_with_suspicious_mid_trip_in_seat"),
            "transfer_with_suspicious_mid_trip_in_seat",
        )
        == []
    )
