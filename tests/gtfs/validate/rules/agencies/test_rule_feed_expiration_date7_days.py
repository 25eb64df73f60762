"""`feed_expiration_date7_days` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    ({"feed_info.txt": ("20270331", "20261130")}, [("feed_info.txt", 2, "feed_end_date", "20261130")]),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "feed_expiration_date7_days") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(judged(RIGHT["agencies"], only="feed_expiration_date7_days"), "feed_expiration_date7_days")
        == []
    )
