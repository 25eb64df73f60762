"""`duplicate_key` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_extensions import WORDS
from fakes.judged_japan import jp
from fakes.right import RIGHT

from gtfs.validate import Profile

CASES = [
    (Profile.GTFS, {"stops.txt": ("S3,Toyosuna", "S2,Toyosuna")}, [("stops.txt", 5, "stop_id", "S2")]),
    (
        Profile.GTFS,
        {"stop_times.txt": ("S3,3", "S3,2")},
        [("stop_times.txt", 4, "trip_id", "T1"), ("stop_times.txt", 7, "trip_id", "T2")],
    ),
    (
        Profile.GTFS,
        {"translations.txt": WORDS + "stops,stop_name,en,x,S1,,\nstops,stop_name,en,y,S1,,\n"},
        [("translations.txt", 3, "table_name", "stops")],
    ),
    (
        Profile.GTFS_JP_V4,
        jp(office_jp="office_id,office_name\nO,Mihama\nO,Chiba\n"),
        [("office_jp.txt", 3, "office_id", "O")],
    ),
]


@pytest.mark.parametrize(("profile", "edits", "expected"), CASES)
def test_it_is_told_with_its_place(profile, edits, expected):
    assert places(judged(edits, profile=profile), "duplicate_key") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["files"], only="duplicate_key"), "duplicate_key") == []
