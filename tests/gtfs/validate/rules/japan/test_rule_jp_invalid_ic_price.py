"""`jp_invalid_ic_price` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_japan import jp
from fakes.right import RIGHT

from gtfs.validate import Profile

CASES = [
    (
        Profile.GTFS_JP_V4,
        jp(fare_attributes=(",198", ",198.5")),
        [("fare_attributes.txt", 2, "ic_price", "198.5")],
    ),
]


@pytest.mark.parametrize(("profile", "edits", "expected"), CASES)
def test_it_is_told_with_its_place(profile, edits, expected):
    assert places(judged(edits, profile=profile), "jp_invalid_ic_price") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["japan"], profile=Profile.GTFS_JP_V4, only="jp_invalid_ic_price"),
            "jp_invalid_ic_price",
        )
        == []
    )
