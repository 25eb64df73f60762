"""`missing_required_field` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_japan import jp
from fakes.right import RIGHT

from gtfs.validate import Profile

CASES = [
    (Profile.GTFS, {"agency.txt": ("Seaside Bus", "")}, [("agency.txt", 2, "agency_name", "")]),
    (
        Profile.GTFS,
        {"transfers.txt": "from_stop_id,to_stop_id,transfer_type\n,S2,0\n"},
        [("transfers.txt", 2, "from_stop_id", "")],
    ),
    (
        Profile.GTFS,
        {"transfers.txt": "from_stop_id,to_stop_id,transfer_type,from_trip_id,to_trip_id\nS3,S1,4,T1,\n"},
        [("transfers.txt", 2, "to_trip_id", "")],
    ),
    (
        Profile.GTFS_JP_V4,
        jp(office_jp="office_id,office_name\nO,\n"),
        [("office_jp.txt", 2, "office_name", "")],
    ),
]


@pytest.mark.parametrize(("profile", "edits", "expected"), CASES)
def test_it_is_told_with_its_place(profile, edits, expected):
    assert places(judged(edits, profile=profile), "missing_required_field") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["fields"], only="missing_required_field"), "missing_required_field") == []
