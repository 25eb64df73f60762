"""`jp_corporate_number_check_digit` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_japan import NUMBER, jp
from fakes.right import RIGHT

from gtfs.validate import Profile

CASES = [
    (
        Profile.GTFS_JP_V4,
        jp(agency=(NUMBER, "7430005004367")),
        [("agency.txt", 2, "agency_id", "7430005004367")],
    ),
]


@pytest.mark.parametrize(("profile", "edits", "expected"), CASES)
def test_it_is_told_with_its_place(profile, edits, expected):
    assert places(judged(edits, profile=profile), "jp_corporate_number_check_digit") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["japan"], profile=Profile.GTFS_JP_V4, only="jp_corporate_number_check_digit"),
            "jp_corporate_number_check_digit",
        )
        == []
    )
