"""`translation_foreign_key_violation` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_extensions import WORDS
from fakes.right import RIGHT

CASES = [
    (
        {"translations.txt": WORDS + "stops,stop_name,en,x,S9,,\n"},
        [("translations.txt", 2, "record_id", "S9")],
    ),
    (
        {
            "translations.txt": WORDS
            + "stop_times,stop_headsign,en,x,T1,9,\nstop_times,stop_headsign,en,x,T1,1,\n"
        },
        [("translations.txt", 2, "record_id", "T1")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "translation_foreign_key_violation") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["translations"], only="translation_foreign_key_violation"),
            "translation_foreign_key_violation",
        )
        == []
    )
