"""`fare_transfer_rule_duration_limit_without_type` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_extensions import LEGS, TRANSFER
from fakes.right import RIGHT

CASES = [
    (
        {**LEGS, "fare_transfer_rules.txt": TRANSFER + "L,L,1,600,,0\n"},
        [("fare_transfer_rules.txt", 2, "duration_limit", "600")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "fare_transfer_rule_duration_limit_without_type") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["fares"], only="fare_transfer_rule_duration_limit_without_type"),
            "fare_transfer_rule_duration_limit_without_type",
        )
        == []
    )
