"""`missing_prior_notice_duration_min` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_extensions import flex
from fakes.right import RIGHT

CASES = [
    (flex(booking="B,1,,,,,,,\n"), [("booking_rules.txt", 2, "prior_notice_duration_min", "")]),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "missing_prior_notice_duration_min") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["flex"], only="missing_prior_notice_duration_min"),
            "missing_prior_notice_duration_min",
        )
        == []
    )
