"""`foreign_key_violation` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import GOOD, judged, places
from fakes.judged_extensions import feature, flex, zones
from fakes.judged_japan import jp
from fakes.right import RIGHT

from gtfs.validate import Profile

CASES = [
    (Profile.GTFS, {"trips.txt": ("R,W,T2", "Q,W,T2")}, [("trips.txt", 3, "route_id", "Q")]),
    (
        Profile.GTFS,
        {"stop_times.txt": ("T1,08:05:00,08:05:30,S2", "T1,08:05:00,08:05:30,S9")},
        [("stop_times.txt", 3, "stop_id", "S9")],
    ),
    (
        Profile.GTFS,
        flex(geojson=zones(feature("Q"))),
        [("stop_times.txt", 2, "location_id", "Z"), ("stop_times.txt", 3, "location_id", "Z")],
    ),
    (
        Profile.GTFS_JP_V4,
        jp(trips=("block_id", "jp_office_id"), office_jp="office_id,office_name\nO,Mihama\n")
        | {
            "trips.txt": GOOD["trips.txt"]
            .replace("block_id", "jp_office_id")
            .replace("T2,Toyosuna,", "T2,Toyosuna,X")
        },
        [("trips.txt", 3, "jp_office_id", "X")],
    ),
]


@pytest.mark.parametrize(("profile", "edits", "expected"), CASES)
def test_it_is_told_with_its_place(profile, edits, expected):
    assert places(judged(edits, profile=profile), "foreign_key_violation") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["files"], only="foreign_key_violation"), "foreign_key_violation") == []
