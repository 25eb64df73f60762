"""`invalid_date` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_japan import jp
from fakes.right import RIGHT

from gtfs.validate import Profile

CASES = [
    (Profile.GTFS, {"calendar.txt": ("20270331", "20270231")}, [("calendar.txt", 2, "end_date", "20270231")]),
    (Profile.GTFS, {"calendar.txt": ("20270331", "2027-3-1")}, [("calendar.txt", 2, "end_date", "2027-3-1")]),
    (
        Profile.GTFS_JP_V4,
        jp(pattern_jp="jp_pattern_id,route_update_date\nP,2026年\n"),
        [("pattern_jp.txt", 2, "route_update_date", "2026年")],
    ),
]


@pytest.mark.parametrize(("profile", "edits", "expected"), CASES)
def test_it_is_told_with_its_place(profile, edits, expected):
    assert places(judged(edits, profile=profile), "invalid_date") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["fields"], only="invalid_date"), "invalid_date") == []
