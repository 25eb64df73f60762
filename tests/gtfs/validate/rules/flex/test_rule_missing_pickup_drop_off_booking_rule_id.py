"""`missing_pickup_drop_off_booking_rule_id` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_extensions import ROW_1, flex
from fakes.right import RIGHT

CASES = [
    (flex(ROW_1.replace(",B,", ",,")), [("stop_times.txt", 2, "pickup_booking_rule_id", "")]),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "missing_pickup_drop_off_booking_rule_id") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["flex"], only="missing_pickup_drop_off_booking_rule_id"),
            "missing_pickup_drop_off_booking_rule_id",
        )
        == []
    )
