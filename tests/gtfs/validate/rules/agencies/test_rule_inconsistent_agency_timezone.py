"""`inconsistent_agency_timezone` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_network import SECOND, A
from fakes.right import RIGHT

CASES = [
    (
        {"agency.txt": A + SECOND.format(zone="Asia/Seoul", lang="ja")},
        [("agency.txt", 3, "agency_timezone", "Asia/Seoul")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "inconsistent_agency_timezone") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(judged(RIGHT["agencies"], only="inconsistent_agency_timezone"), "inconsistent_agency_timezone")
        == []
    )
