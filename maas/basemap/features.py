"""What is drawn: one feature of one layer, and how streets are classed."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from maas.errors import AreaError

__all__ = [
    "WORLD_M",
    "Feature",
    "Label",
    "class_of",
    "from_geojson",
    "from_label",
    "marks_of",
    "mercator",
    "names_of",
    "surface_of",
    "zoom_of",
]

WORLD_M = math.pi * 6_378_137.0
"""Half the side of the square world of Web Mercator, metres."""

_LATITUDE_MAX = 85.051
_MAJOR = frozenset({"motorway", "trunk", "primary", "secondary", "motorway_link", "trunk_link"})
_MIDDLE = frozenset({"tertiary", "unclassified", "primary_link", "secondary_link", "tertiary_link"})
_PATHS = frozenset(
    {"footway", "path", "steps", "pedestrian", "cycleway", "track", "corridor", "bridleway", "elevator"}
)
_WATER = frozenset({"sea", "river", "water"})
_LABEL_ZOOM = {"station": 11, "poi": 14, "stop": 15}


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing on the map."""

    layer: str
    geometry: BaseGeometry  # Web Mercator metres
    properties: dict[str, Any]
    zoom_min: int


@dataclass(frozen=True, slots=True)
class Label:
    """A name at a point that the timetable or the place search knows."""

    kind: str  # station, stop or poi
    names: Mapping[str, str]  # language -> name; "" is the untranslated name
    lat: float  # degrees north, WGS 84
    lon: float
    weight: float = 0.5  # of two labels that collide the heavier stays; 0..1


def class_of(highway: str) -> str:
    """Drawing class of a street."""
    if highway in _MAJOR:
        return "major"
    if highway in _MIDDLE:
        return "middle"
    return "path" if highway in _PATHS else "minor"


def zoom_of(drawing_class: str) -> int:
    """Zoom from which a street of the class is drawn."""
    return {"major": 10, "middle": 11, "minor": 13}.get(drawing_class, 14)


def names_of(tags: Mapping[str, Any]) -> dict[str, str]:
    """`name` and its translations, whether they are written `name:en` or `name_en`."""
    found = {"name": tags.get("name")}
    for lang in ("ja", "en", "zh", "ko"):
        found[f"name_{lang}"] = tags.get(f"name_{lang}") or tags.get(f"name:{lang}")
    return {key: str(text) for key, text in found.items() if text}


def from_label(label: Label) -> Feature:
    """A label as a point of the layer `place`."""
    names = names_of({(f"name_{lang}" if lang else "name"): text for lang, text in label.names.items()})
    rank = round(100 * (1.0 - label.weight))
    point = mercator(shapely.Point(label.lon, label.lat))
    return Feature(
        "place", point, {"class": label.kind, "rank": rank, **names}, _LABEL_ZOOM.get(label.kind, 14)
    )


def from_geojson(path: Path) -> Iterator[Feature]:
    """Features of a hand-drawn file: `highway` makes a street, `kind` land, water, a building or rail."""
    try:
        collection = json.loads(path.read_text(encoding="utf-8"))
        listed = collection["features"]
    except (OSError, ValueError) as error:
        raise AreaError(f"{path}: {error}. Mend or remove it from area.toml") from None
    except (KeyError, TypeError):
        raise AreaError(
            f"{path}: it has no list `features`. Save it as a GeoJSON FeatureCollection"
        ) from None
    for number, feature in enumerate(listed, start=1):
        try:
            tags = feature.get("properties") or {}
            geometry = mercator(shapely.geometry.shape(feature["geometry"]))
        except (AttributeError, KeyError, ValueError, TypeError, shapely.errors.ShapelyError) as error:
            raise AreaError(f"{path}, feature {number}: no usable geometry ({error})") from None
        yield from _drawn(tags, geometry)


def _drawn(tags: Mapping[str, Any], geometry: BaseGeometry) -> Iterator[Feature]:
    names = names_of(tags)
    polygon = geometry.geom_type.endswith("Polygon")
    if highway := tags.get("highway"):
        drawn = class_of(str(highway))
        yield Feature("road", geometry, {"class": drawn, **names, **marks_of(tags)}, zoom_of(drawn))
    elif kind := tags.get("kind"):
        layer = "water" if kind in _WATER else "rail" if kind == "rail" else "land"
        if polygon:
            geometry = surface_of(geometry)
        yield Feature(layer, geometry, {"class": kind, **names}, 13 if kind == "building" else 10)
        if names and polygon:
            at = geometry.representative_point()
            rank = 60 if kind == "building" else 40
            yield Feature(
                "place", at, {"class": kind, "rank": rank, **names}, 14 if kind == "building" else 12
            )


def surface_of(geometry: BaseGeometry) -> BaseGeometry:
    """The polygons of a geometry made valid: mending may leave loose lines, which are not drawn."""
    parts = shapely.get_parts(shapely.make_valid(geometry))
    return shapely.union_all([p for p in parts if p.geom_type.endswith("Polygon")])


def marks_of(tags: Mapping[str, Any]) -> dict[str, int]:
    """What a street's drawing shows beside its class: bridge and steps."""
    bridge = tags.get("bridge") in ("yes", "viaduct", True)
    steps = tags.get("highway") == "steps" or tags.get("steps") in ("yes", True)
    return ({"bridge": 1} if bridge else {}) | ({"steps": 1} if steps else {})


def mercator(geometry: BaseGeometry) -> BaseGeometry:
    """Degrees (lon, lat) to Web Mercator metres."""

    def project(lonlat: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        lat = np.radians(np.clip(lonlat[:, 1], -_LATITUDE_MAX, _LATITUDE_MAX))
        y = np.log(np.tan(math.pi / 4 + lat / 2)) / math.pi
        return np.column_stack((lonlat[:, 0] / 180.0, y)) * WORLD_M

    return shapely.transform(geometry, project)
