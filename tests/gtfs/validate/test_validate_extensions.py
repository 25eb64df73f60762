"""Flex, booking rules, fares, translations, zones as GeoJSON."""

from __future__ import annotations

from fakes.judged import judged, places
from fakes.judged_extensions import feature, zones


def test_stops_and_zones_share_one_space_of_names():
    assert places(judged({"locations.geojson": zones(feature("S1"))}), "duplicate_geography_id") == [
        ("locations.geojson", 0, "id", "S1")
    ]
