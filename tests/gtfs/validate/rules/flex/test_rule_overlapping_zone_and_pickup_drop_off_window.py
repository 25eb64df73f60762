"""`overlapping_zone_and_pickup_drop_off_window` is told with its place, and only where it is due."""

from __future__ import annotations

import pytest
from fakes.judged import judged, places
from fakes.judged_extensions import ROW_2, feature, flex, square, zones
from fakes.right import RIGHT

CASES = [
    (
        flex(
            second=ROW_2.replace("Z,,2", "Y,,2").replace("1,2,,", "2,2,,").replace(",,B\n", ",B,B\n"),
            geojson=zones(
                feature(), feature("Y", geometry={"type": "Polygon", "coordinates": square(140.035, 35.645)})
            ),
        ),
        [("stop_times.txt", 3, "location_id", "Y")],
    ),
    (
        flex(
            second=ROW_2.replace("08:00:00", "09:00:00").replace("1,2,,", "2,2,,").replace(",,B\n", ",B,B\n")
        ),
        [("stop_times.txt", 3, "location_id", "Z")],
    ),
]


@pytest.mark.parametrize(("edits", "expected"), CASES)
def test_it_is_told_with_its_place(edits, expected):
    assert places(judged(edits), "overlapping_zone_and_pickup_drop_off_window") == expected


def test_a_feed_that_is_right_is_not_accused():
    assert (
        places(
            judged(RIGHT["flex"], only="overlapping_zone_and_pickup_drop_off_window"),
            "overlapping_zone_and_pickup_drop_off_window",
        )
        == []
    )
