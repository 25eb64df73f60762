"""`same_name_and_description_for_stop` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_network import LINK
from fakes.right import RIGHT

CASES = [
    ({"stops.txt": LINK.format("", "a")}, [("stops.txt", 2, "stop_desc", "a")]),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "same_name_and_description_for_stop") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["stops"], only="same_name_and_description_for_stop"),
            "same_name_and_description_for_stop",
        )
        == []
    )
