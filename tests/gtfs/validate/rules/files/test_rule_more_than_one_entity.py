"""`more_than_one_entity` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import GOOD, judged, places
from fakes.right import RIGHT

CASES = [
    (
        {"feed_info.txt": GOOD["feed_info.txt"] + GOOD["feed_info.txt"].splitlines()[1] + "\n"},
        [("feed_info.txt", 3, "", "")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "more_than_one_entity") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["files"], only="more_than_one_entity"), "more_than_one_entity") == []
