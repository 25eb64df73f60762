"""`duplicate_fare_media` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_extensions import MEDIA
from fakes.right import RIGHT

CASES = [
    ({"fare_media.txt": MEDIA + "M2,Card,2\n"}, [("fare_media.txt", 3, "fare_media_name", "Card")]),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "duplicate_fare_media") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert places(judged(RIGHT["fares"], only="duplicate_fare_media"), "duplicate_fare_media") == []
