"""`prior_notice_last_day_after_start_day` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_extensions import flex
from fakes.right import RIGHT

CASES = [
    (
        flex(booking="B,2,,,8,17:00:00,7,09:00:00,\n"),
        [("booking_rules.txt", 2, "prior_notice_last_day", "8")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "prior_notice_last_day_after_start_day") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["flex"], only="prior_notice_last_day_after_start_day"),
            "prior_notice_last_day_after_start_day",
        )
        == []
    )
