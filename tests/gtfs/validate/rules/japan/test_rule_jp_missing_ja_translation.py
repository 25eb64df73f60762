"""`jp_missing_ja_translation` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_japan import jp
from fakes.right import RIGHT

from gtfs.validate import Profile

CASES = [
    (
        Profile.GTFS_JP_V3,
        jp(translations=("stops,stop_name,ja,かいひん,Messe\n", "")),
        [("stops.txt", 4, "stop_name", "Messe")],
    ),
]


@pytest.mark.parametrize(("profile", "edits", "expected"), CASES)
def test_it_is_told_with_its_place(profile, edits, expected):
    assert places(judged(edits, profile=profile), "jp_missing_ja_translation") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["japan"], profile=Profile.GTFS_JP_V3, only="jp_missing_ja_translation"),
            "jp_missing_ja_translation",
        )
        == []
    )
