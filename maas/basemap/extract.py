"""What the basemap draws, out of an OpenStreetMap extract."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import osmium
import shapely
from shapely.geometry.base import BaseGeometry

from maas.basemap.build import class_of, zoom_of

_KEYS = ("highway", "railway", "waterway", "natural", "leisure", "landuse", "building", "place")
_GREEN = frozenset({"park", "garden", "pitch", "forest", "grass", "wood", "recreation_ground", "cemetery"})
_RAILS = frozenset({"rail", "subway", "light_rail", "tram", "monorail"})
_PLACES = {"city": 10, "town": 11, "suburb": 12, "quarter": 13, "neighbourhood": 14}


def extract_features(path: Path) -> Iterator[tuple[str, BaseGeometry, dict[str, Any], int]]:
    """(layer, geometry in degrees, properties, first zoom)."""
    objects = (
        osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY)
        .with_locations()
        .with_filter(osmium.filter.KeyFilter(*_KEYS))
    )
    for item in objects:
        tags = {t.k: t.v for t in item.tags}
        names = {k.replace(":", "_"): tags[k] for k in ("name", "name:en", "name:zh", "name:ko") if k in tags}
        if isinstance(item, osmium.osm.Node):
            zoom = _PLACES.get(tags.get("place", ""))
            if zoom and names:
                point = shapely.Point(item.location.lon, item.location.lat)
                yield "place", point, {"class": tags["place"], **names}, zoom
        elif isinstance(item, osmium.osm.Way):
            points = [(n.lon, n.lat) for n in item.nodes if n.location.valid()]
            if len(points) >= 2:
                yield from _drawn(tags, names, points)


def _drawn(
    tags: dict[str, str], names: dict[str, str], points: list[tuple[float, float]]
) -> Iterator[tuple[str, BaseGeometry, dict[str, Any], int]]:
    closed = len(points) >= 4 and points[0] == points[-1]
    if highway := tags.get("highway"):
        drawn = class_of(highway)
        yield "road", shapely.LineString(points), {"class": drawn, **names}, zoom_of(drawn)
    elif tags.get("railway") in _RAILS:
        yield "rail", shapely.LineString(points), {"class": "rail", **names}, 10
    elif closed and (tags.get("natural") == "water" or tags.get("waterway") == "riverbank"):
        yield "water", shapely.make_valid(shapely.Polygon(points)), {"class": "water", **names}, 10
    elif tags.get("waterway") in ("river", "canal", "stream"):
        yield "water", shapely.LineString(points), {"class": "river", **names}, 11
    elif closed and {tags.get("leisure"), tags.get("landuse"), tags.get("natural")} & _GREEN:
        yield "land", shapely.make_valid(shapely.Polygon(points)), {"class": "park", **names}, 11
    elif closed and tags.get("building"):
        yield "land", shapely.make_valid(shapely.Polygon(points)), {"class": "building"}, 15
