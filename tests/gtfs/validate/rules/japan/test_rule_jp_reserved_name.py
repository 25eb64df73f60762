"""`jp_reserved_name` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_japan import jp
from fakes.right import RIGHT

from gtfs.validate import Profile

CASES = [
    (
        Profile.GTFS_JP_V4,
        jp(routes=("route_text_color", "jp_colour")),
        [("routes.txt", 1, "jp_colour", "jp_colour")],
    ),
]


@pytest.mark.parametrize(("profile", "edits", "expected"), CASES)
def test_it_is_told_with_its_place(profile, edits, expected):
    assert places(judged(edits, profile=profile), "jp_reserved_name") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["japan"], profile=Profile.GTFS_JP_V4, only="jp_reserved_name"), "jp_reserved_name"
        )
        == []
    )
