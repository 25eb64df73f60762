"""`u_r_i_syntax_error` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    (
        {"agency.txt": ("https://example.jp", "https://example.jp/a b")},
        [("agency.txt", 2, "agency_url", "https://example.jp/a b")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "u_r_i_syntax_error") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["fields"], only="u_r_i_syntax_error"), "u_r_i_syntax_error") == []
