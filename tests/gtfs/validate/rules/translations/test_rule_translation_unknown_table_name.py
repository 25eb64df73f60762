"""`translation_unknown_table_name` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_extensions import WORDS
from fakes.right import RIGHT

CASES = [
    (
        {"translations.txt": WORDS + "stop,stop_name,en,x,S1,,\n"},
        [("translations.txt", 2, "table_name", "stop")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "translation_unknown_table_name") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["translations"], only="translation_unknown_table_name"),
            "translation_unknown_table_name",
        )
        == []
    )
