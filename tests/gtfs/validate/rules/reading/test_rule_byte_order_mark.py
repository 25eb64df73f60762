"""`byte_order_mark` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_files import ROUTES
from fakes.right import RIGHT

CASES = [
    ({"routes.txt": b"\xef\xbb\xbf" + ROUTES.encode()}, [("routes.txt", 1, "", "")]),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "byte_order_mark") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["reading"], only="byte_order_mark"), "byte_order_mark") == []
