"""`invalid_language_code` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    ({"feed_info.txt": (",ja,", ",jp,")}, [("feed_info.txt", 2, "feed_lang", "jp")]),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "invalid_language_code") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["fields"], only="invalid_language_code"), "invalid_language_code") == []
