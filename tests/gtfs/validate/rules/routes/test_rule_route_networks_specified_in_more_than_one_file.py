"""`route_networks_specified_in_more_than_one_file` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.right import RIGHT

CASES = [
    (
        {"routes.txt": ("route_text_color", "network_id"), "networks.txt": "network_id\nFFFFFF\n"},
        [("networks.txt", 0, "network_id", "")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "route_networks_specified_in_more_than_one_file") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["routes"], only="route_networks_specified_in_more_than_one_file"),
            "route_networks_specified_in_more_than_one_file",
        )
        == []
    )
