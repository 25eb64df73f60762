"""`feed_info_lang_and_agency_lang_mismatch` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    ({"feed_info.txt": (",ja,", ",en,")}, [("agency.txt", 2, "agency_lang", "ja")]),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "feed_info_lang_and_agency_lang_mismatch") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["agencies"], only="feed_info_lang_and_agency_lang_mismatch"),
            "feed_info_lang_and_agency_lang_mismatch",
        )
        == []
    )
