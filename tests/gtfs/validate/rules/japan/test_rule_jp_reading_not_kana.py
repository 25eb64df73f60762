"""`jp_reading_not_kana` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_japan import jp
from fakes.right import RIGHT

from gtfs.validate import Profile

CASES = [
    (
        Profile.GTFS_JP_V4,
        jp(translations=("ja-Hrkt,かいひん,Messe", "ja-Hrkt,海浜,Messe")),
        [("translations.txt", 6, "translation", "海浜")],
    ),
]


@pytest.mark.parametrize(("profile", "edits", "expected"), CASES)
def test_it_is_told_with_its_place(profile, edits, expected):
    assert places(judged(edits, profile=profile), "jp_reading_not_kana") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["japan"], profile=Profile.GTFS_JP_V4, only="jp_reading_not_kana"),
            "jp_reading_not_kana",
        )
        == []
    )
