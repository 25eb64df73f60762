"""Vector tiles (MVT 2.1) in one PMTiles archive, from an area's drawings or a map extract.

Layers: `land` (park, beach, building), `water`, `road` (class, name), `rail`, `place` (names).
Coordinates are Web Mercator; a tile is clipped with a margin so that lines join across its border.
"""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import shapely
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from maas.errors import AreaError

__all__ = ["build_tiles"]

ZOOM_MIN, ZOOM_MAX = 10, 15
_EXTENT = 4096
_MARGIN = 64 / _EXTENT
_WORLD_M = 20_037_508.342789244
_MAJOR = frozenset({"motorway", "trunk", "primary", "secondary", "motorway_link", "trunk_link"})
_MIDDLE = frozenset({"tertiary", "unclassified", "primary_link", "secondary_link"})
_PATHS = frozenset({"footway", "path", "steps", "pedestrian", "cycleway", "track", "corridor", "bridleway"})
_NAMES = ("name", "name_en", "name_zh", "name_ko")
_WATER = frozenset({"sea", "river", "water"})


@dataclass(frozen=True, slots=True)
class _Feature:
    layer: str
    geometry: BaseGeometry  # Web Mercator metres
    properties: dict[str, Any]
    zoom_min: int


def build_tiles(
    out: Path, *, streets: Path | None = None, landcover: Path | None = None, osm: Path | None = None
) -> bool:
    """Write the archive; returns False, writing nothing, if there is nothing to draw."""
    features: list[_Feature] = []
    for path in (landcover, streets):
        if path is not None:
            features += _from_geojson(path)
    if osm is not None:
        from maas.basemap.extract import extract_features

        features += [
            _Feature(layer, _mercator(geometry), properties, zoom)
            for layer, geometry, properties, zoom in extract_features(osm)
        ]
    if not features:
        return False
    tree = STRtree([f.geometry for f in features])
    bounds = shapely.total_bounds([f.geometry for f in features])
    tiles: dict[int, bytes] = {}
    for zoom in range(ZOOM_MIN, ZOOM_MAX + 1):
        for x, y in _covering(bounds, zoom):
            data = _tile(features, tree, zoom, x, y)
            if data:
                tiles[zxy_to_tileid(zoom, x, y)] = data
    _write(out, tiles, bounds)
    return True


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


def _from_geojson(path: Path) -> Iterator[_Feature]:
    try:
        collection = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise AreaError(f"{path}: {error}. Mend or remove it from area.toml") from None
    for number, feature in enumerate(collection.get("features", []), start=1):
        tags = feature.get("properties") or {}
        try:
            geometry = _mercator(shapely.geometry.shape(feature["geometry"]))
        except (KeyError, ValueError, TypeError, shapely.errors.ShapelyError) as error:
            raise AreaError(f"{path}, feature {number}: no usable geometry ({error})") from None
        names = {k: tags[k] for k in _NAMES if tags.get(k)}
        if highway := tags.get("highway"):
            drawn = class_of(highway)
            bridge = {"bridge": 1} if tags.get("bridge") in ("yes", True) else {}
            yield _Feature("road", geometry, {"class": drawn, **names, **bridge}, zoom_of(drawn))
        elif kind := tags.get("kind"):
            layer = "water" if kind in _WATER else "rail" if kind == "rail" else "land"
            if geometry.geom_type.endswith("Polygon"):
                geometry = shapely.make_valid(geometry)
            yield _Feature(layer, geometry, {"class": kind, **names}, 13 if kind == "building" else 10)
            if names and geometry.geom_type.endswith("Polygon"):
                at = geometry.representative_point()
                yield _Feature("place", at, {"class": kind, **names}, 14 if kind == "building" else 12)


def _mercator(geometry: BaseGeometry) -> BaseGeometry:
    def project(xy: Any) -> Any:
        out = xy.copy()
        out[:, 0] = xy[:, 0] / 180.0 * _WORLD_M
        for row, lat in enumerate(xy[:, 1]):
            clipped = max(min(lat, 85.05), -85.05)
            out[row, 1] = math.log(math.tan(math.pi / 4 + math.radians(clipped) / 2)) / math.pi * _WORLD_M
        return out

    return shapely.transform(geometry, project)


def _covering(bounds: Iterable[float], zoom: int) -> Iterator[tuple[int, int]]:
    side = 2 * _WORLD_M / (1 << zoom)
    west, south, east, north = bounds
    for x in range(int((west + _WORLD_M) // side), int((east + _WORLD_M) // side) + 1):
        for y in range(int((_WORLD_M - north) // side), int((_WORLD_M - south) // side) + 1):
            yield x, y


def _tile(features: list[_Feature], tree: STRtree, zoom: int, x: int, y: int) -> bytes | None:
    side = 2 * _WORLD_M / (1 << zoom)
    west, north = x * side - _WORLD_M, _WORLD_M - y * side
    bounds = (west, north - side, west + side, north)
    margin = side * _MARGIN
    frame = (bounds[0] - margin, bounds[1] - margin, bounds[2] + margin, bounds[3] + margin)
    layers: dict[str, list[dict[str, Any]]] = {}
    for k in sorted(tree.query(shapely.box(*frame)).tolist()):
        feature = features[k]
        if zoom < feature.zoom_min:
            continue
        clipped = shapely.clip_by_rect(feature.geometry, *frame)
        if zoom < ZOOM_MAX and clipped.geom_type not in ("Point", "MultiPoint"):
            clipped = clipped.simplify(side / _EXTENT * 4)
        if not clipped.is_empty:
            layers.setdefault(feature.layer, []).append(
                {"geometry": clipped, "properties": feature.properties}
            )
    if not layers:
        return None
    encoded: bytes = mapbox_vector_tile.encode(
        [{"name": name, "features": drawn} for name, drawn in sorted(layers.items())],
        default_options={"quantize_bounds": bounds, "extents": _EXTENT},
    )
    return gzip.compress(encoded, 6, mtime=0)


def _write(out: Path, tiles: dict[int, bytes], bounds: Iterable[float]) -> None:
    west, south, east, north = (v / _WORLD_M for v in bounds)

    def latitude(y: float) -> float:
        return math.degrees(2 * math.atan(math.exp(y * math.pi)) - math.pi / 2)

    with out.open("wb") as file:
        writer = Writer(file)
        for tile_id in sorted(tiles):
            writer.write_tile(tile_id, tiles[tile_id])
        corners = {
            "min_lon_e7": int(west * 180e7),
            "min_lat_e7": int(latitude(south) * 1e7),
            "max_lon_e7": int(east * 180e7),
            "max_lat_e7": int(latitude(north) * 1e7),
        }
        header = {
            "tile_type": TileType.MVT,
            "tile_compression": Compression.GZIP,
            "min_zoom": ZOOM_MIN,
            "max_zoom": ZOOM_MAX,
            "center_zoom": 14,
            "center_lon_e7": (corners["min_lon_e7"] + corners["max_lon_e7"]) // 2,
            "center_lat_e7": (corners["min_lat_e7"] + corners["max_lat_e7"]) // 2,
            **corners,
        }
        writer.finalize(header, {"name": "area"})
