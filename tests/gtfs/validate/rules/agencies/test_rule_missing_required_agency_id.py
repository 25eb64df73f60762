"""`missing_required_agency_id` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_network import FARES, SECOND, A
from fakes.right import RIGHT

CASES = [
    (
        {"agency.txt": A + SECOND.format(zone="Asia/Tokyo", lang="ja"), "routes.txt": ("R,A", "R,")},
        [("routes.txt", 2, "agency_id", "")],
    ),
    (
        {"agency.txt": A + SECOND.format(zone="Asia/Tokyo", lang="ja"), "fare_attributes.txt": FARES},
        [("fare_attributes.txt", 2, "agency_id", "")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "missing_required_agency_id") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(judged(RIGHT["agencies"], only="missing_required_agency_id"), "missing_required_agency_id")
        == []
    )
