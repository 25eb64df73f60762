"""What the basemap draws, out of an OpenStreetMap extract.

Lines come from ways, surfaces from closed ways and multipolygons, the sea from coastlines, names from nodes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import osmium
import shapely
from shapely.geometry.base import BaseGeometry

from maas.basemap.coast import sea_of
from maas.basemap.features import Feature, class_of, marks_of, mercator, names_of, zoom_of

__all__ = ["extract_features"]

_KEYS = (
    "highway",
    "railway",
    "waterway",
    "natural",
    "leisure",
    "landuse",
    "building",
    "place",
    "amenity",
    "tourism",
)
_SURFACES = ("natural", "waterway", "leisure", "landuse", "building")
_GREEN = frozenset(
    {
        "park",
        "garden",
        "pitch",
        "forest",
        "grass",
        "wood",
        "meadow",
        "recreation_ground",
        "cemetery",
        "golf_course",
    }
)
_RAILS = frozenset({"rail", "subway", "light_rail", "tram", "monorail"})
_PLACES = {
    "city": (10, 0),
    "town": (11, 5),
    "suburb": (12, 10),
    "quarter": (13, 15),
    "neighbourhood": (14, 20),
}
_LANDMARKS = frozenset(
    {"hospital", "university", "college", "townhall", "library", "theatre", "museum", "attraction", "zoo"}
)


def extract_features(path: Path) -> list[Feature]:
    """All that is drawn of an extract, in drawing order within each layer."""
    features: list[Feature] = []
    coast: list[shapely.LineString] = []
    wkb = osmium.geom.WKBFactory()
    objects = (
        osmium.FileProcessor(str(path))
        .with_areas(osmium.filter.KeyFilter(*_SURFACES))
        .with_filter(osmium.filter.KeyFilter(*_KEYS))
    )
    for item in objects:
        tags = {t.k: t.v for t in item.tags}
        if isinstance(item, osmium.osm.Node):
            features += _named(tags, shapely.Point(item.location.lon, item.location.lat))
        elif isinstance(item, osmium.osm.Way):
            points = [(n.lon, n.lat) for n in item.nodes if n.location.valid()]
            if len(points) < 2:
                continue
            if tags.get("natural") == "coastline":
                coast.append(mercator(shapely.LineString(points)))
            else:
                features += _line(tags, shapely.LineString(points))
        elif isinstance(item, osmium.osm.Area):
            try:
                surface = shapely.from_wkb(wkb.create_multipolygon(item))
            except (RuntimeError, shapely.errors.ShapelyError):
                continue  # a multipolygon that the edge of the extract has torn open
            features += _surface(tags, surface)
    if coast:
        west, south, east, north = shapely.total_bounds([f.geometry for f in features] or coast)
        sea = sea_of(coast, (float(west), float(south), float(east), float(north)))
        features += [Feature("water", face, {"class": "sea"}, 10) for face in sea]
    return features


def _named(tags: dict[str, str], point: BaseGeometry) -> Iterator[Feature]:
    names = names_of(tags)
    if not names:
        return
    if place := _PLACES.get(tags.get("place", "")):
        zoom, rank = place
        yield Feature("place", mercator(point), {"class": tags["place"], "rank": rank, **names}, zoom)
    elif tags.get("railway") in ("station", "halt"):
        yield Feature("place", mercator(point), {"class": "station", "rank": 10, **names}, 11)
    elif tags.get("amenity") in _LANDMARKS or tags.get("tourism") in _LANDMARKS:
        yield Feature("place", mercator(point), {"class": "poi", "rank": 50, **names}, 14)


def _line(tags: dict[str, str], line: BaseGeometry) -> Iterator[Feature]:
    names = names_of(tags)
    if highway := tags.get("highway"):
        drawn = class_of(highway)
        yield Feature("road", mercator(line), {"class": drawn, **names, **marks_of(tags)}, zoom_of(drawn))
    elif tags.get("railway") in _RAILS:
        yield Feature("rail", mercator(line), {"class": "rail", **names}, 10)
    elif tags.get("waterway") in ("river", "canal", "stream"):
        yield Feature("water", mercator(line), {"class": "river", **names}, 11)


def _surface(tags: dict[str, str], surface: BaseGeometry) -> Iterator[Feature]:
    kind, layer, zoom = _kind_of(tags)
    if not kind:
        return
    names = names_of(tags)
    shape = mercator(surface)
    properties: dict[str, Any] = {"class": kind} if kind == "building" else {"class": kind, **names}
    yield Feature(layer, shape, properties, zoom)
    if names and kind in ("park", "water"):
        at = shapely.point_on_surface(shape)
        yield Feature("place", at, {"class": kind, "rank": 40, **names}, 13)


def _kind_of(tags: dict[str, str]) -> tuple[str, str, int]:
    """(class, layer, first zoom); an empty class is not drawn."""
    if tags.get("natural") in ("water", "bay") or tags.get("waterway") in ("riverbank", "dock"):
        return "water", "water", 10
    if tags.get("natural") in ("beach", "sand"):
        return "beach", "land", 11
    if {tags.get("leisure"), tags.get("landuse"), tags.get("natural")} & _GREEN:
        return "park", "land", 11
    return ("building", "land", 14) if tags.get("building") not in (None, "no") else ("", "", 0)
