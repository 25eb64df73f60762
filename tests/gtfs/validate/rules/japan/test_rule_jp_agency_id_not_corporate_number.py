"""`jp_agency_id_not_corporate_number` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_japan import NUMBER, jp
from fakes.right import RIGHT

from gtfs.validate import Profile

CASES = [
    (Profile.GTFS_JP_V3, jp(agency=(NUMBER, "BUS")), [("agency.txt", 2, "agency_id", "BUS")]),
]


@pytest.mark.parametrize(("profile", "edits", "expected"), CASES)
def test_it_is_told_with_its_place(profile, edits, expected):
    assert places(judged(edits, profile=profile), "jp_agency_id_not_corporate_number") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(judged(RIGHT["japan"], profile=Profile.GTFS_JP_V3), "jp_agency_id_not_corporate_number") == []
    )
