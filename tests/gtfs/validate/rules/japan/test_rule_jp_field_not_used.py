"""`jp_field_not_used` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_japan import jp
from fakes.right import RIGHT

from gtfs.validate import Profile

CASES = [
    (
        Profile.GTFS_JP_V4,
        jp(
            stops=(
                "zone_id\nST,Kaihin Station,35.6483,140.0418,1,,",
                "tts_stop_name\nST,Kaihin Station,35.6483,140.0418,1,,Kaihin",
            )
        ),
        [
            ("stops.txt", 2, "tts_stop_name", "Kaihin"),
            ("stops.txt", 3, "tts_stop_name", "Z1"),
            ("stops.txt", 4, "tts_stop_name", "Z1"),
            ("stops.txt", 5, "tts_stop_name", "Z2"),
        ],
    ),
]


@pytest.mark.parametrize(("profile", "edits", "expected"), CASES)
def test_it_is_told_with_its_place(profile, edits, expected):
    assert places(judged(edits, profile=profile), "jp_field_not_used") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["japan"], profile=Profile.GTFS_JP_V4, only="jp_field_not_used"), "jp_field_not_used"
        )
        == []
    )
