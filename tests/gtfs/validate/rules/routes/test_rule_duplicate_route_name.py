"""`duplicate_route_name` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_network import R
from fakes.right import RIGHT

CASES = [
    ({"routes.txt": R + "R2,A,10,Messe Line,3,,\n"}, [("routes.txt", 3, "route_long_name", "Messe Line")]),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "duplicate_route_name") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["routes"], only="duplicate_route_name"), "duplicate_route_name") == []
