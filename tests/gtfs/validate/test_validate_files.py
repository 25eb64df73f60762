"""Files, columns, keys and references; the good feed raises nothing."""

from __future__ import annotations

from fakes.judged import judged
from fakes.judged_files import STOPS


def test_the_good_feed_raises_nothing():
    assert judged().codes() == set()


def test_a_duplicate_key_masks_nothing_else():
    report = judged({"stops.txt": STOPS + "S3,Again,91,140.0,0,,\n", "routes.txt": ("3,0039A6", "x,0039A6")})
    assert {"duplicate_key", "number_out_of_range", "invalid_integer"} <= report.codes()


def test_the_first_of_two_rows_is_named():
    report = judged({"stops.txt": ("S3,Toyosuna", "S2,Toyosuna")})
    notice = report.notice("duplicate_key")
    assert notice is not None
    assert notice.samples[0].message(notice.kind) == "stop_id='S2' is on line 4 already"


def test_stops_may_be_missing_where_zones_are_defined():
    zones = b'{"type": "FeatureCollection", "features": []}'
    assert "missing_required_file" not in judged({"stops.txt": None, "locations.geojson": zones}).codes()
