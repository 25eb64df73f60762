"""`translation_unexpected_value` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_extensions import WORDS
from fakes.right import RIGHT

CASES = [
    (
        {"translations.txt": WORDS + "feed_info,feed_publisher_name,en,x,A,,\n"},
        [("translations.txt", 2, "record_id", "A")],
    ),
    (
        {"translations.txt": WORDS + "stops,stop_name,en,x,S1,,Messe\n"},
        [("translations.txt", 2, "field_value", "Messe")],
    ),
    (
        {"translations.txt": WORDS + "stops,stop_name,en,x,S1,2,\n"},
        [("translations.txt", 2, "record_sub_id", "2")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "translation_unexpected_value") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["translations"], only="translation_unexpected_value"), "translation_unexpected_value"
        )
        == []
    )
