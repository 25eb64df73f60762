"""`fare_transfer_rule_with_forbidden_transfer_count` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_extensions import LEGS, TRANSFER
from fakes.right import RIGHT

CASES = [
    (
        {**LEGS, "fare_transfer_rules.txt": TRANSFER + "L,M,1,,,0\n"},
        [("fare_transfer_rules.txt", 2, "transfer_count", "1")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "fare_transfer_rule_with_forbidden_transfer_count") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["fares"], only="fare_transfer_rule_with_forbidden_transfer_count"),
            "fare_transfer_rule_with_forbidden_transfer_count",
        )
        == []
    )
