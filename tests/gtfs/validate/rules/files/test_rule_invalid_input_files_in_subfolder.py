"""`invalid_input_files_in_subfolder` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    ({"more/shapes.txt": "x"}, [("more/shapes.txt", 0, "", "more/shapes.txt")]),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "invalid_input_files_in_subfolder") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["files"], only="invalid_input_files_in_subfolder"),
            "invalid_input_files_in_subfolder",
        )
        == []
    )
