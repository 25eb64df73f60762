"""Vector tiles (MVT 2.1) in one PMTiles archive.

Layers: `land` (park, beach, building), `water`, `road` (class, name, bridge, steps), `rail`, `place` (names,
rank: the lower, the more important). Names come as `name` and `name_{ja,en,zh,ko}`. Coordinates are Web
Mercator; a tile is clipped with a margin so that lines join across its border.
"""

from __future__ import annotations

import gzip
import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import numpy as np
import numpy.typing as npt
import shapely
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from maas.basemap.features import WORLD_M, Feature

__all__ = ["build_tiles"]

ZOOM_MIN, ZOOM_MAX = 10, 15
_EXTENT = 4096
_MARGIN = 64 / _EXTENT
_SPECK = 4.0  # a surface of less than so many units squared is not drawn below the last zoom
_COARSE = 4.0  # units by which a line may be simplified below the last zoom


def build_tiles(out: Path, features: list[Feature]) -> bool:
    """Write the archive; returns False, writing nothing, if there is nothing to draw."""
    if not features:
        return False
    bounds = shapely.total_bounds([f.geometry for f in features])
    tree = STRtree([f.geometry for f in features])
    tiles: dict[int, bytes] = {}
    for zoom in range(ZOOM_MIN, ZOOM_MAX + 1):
        for x, y in _covering(bounds, zoom):
            data = _tile(features, tree, zoom, x, y)
            if data:
                tiles[zxy_to_tileid(zoom, x, y)] = data
    _write(out, tiles, bounds)
    return True


def _covering(bounds: Iterable[float], zoom: int) -> Iterator[tuple[int, int]]:
    side = 2 * WORLD_M / (1 << zoom)
    west, south, east, north = bounds
    for x in range(int((west + WORLD_M) // side), int((east + WORLD_M) // side) + 1):
        for y in range(int((WORLD_M - north) // side), int((WORLD_M - south) // side) + 1):
            yield x, y


def _tile(features: list[Feature], tree: STRtree, zoom: int, x: int, y: int) -> bytes | None:
    side = 2 * WORLD_M / (1 << zoom)
    west, north = x * side - WORLD_M, WORLD_M - y * side
    bounds = (west, north - side, west + side, north)
    margin = side * _MARGIN
    frame = (bounds[0] - margin, bounds[1] - margin, bounds[2] + margin, bounds[3] + margin)
    layers: dict[str, list[dict[str, Any]]] = {}
    for k in sorted(tree.query(shapely.box(*frame)).tolist()):
        feature = features[k]
        if zoom < feature.zoom_min:
            continue
        shape = _fitted(feature.geometry, frame, zoom, side / _EXTENT)
        if shape is not None:
            shape = _on_grid(shape, west, north - side, side / _EXTENT)
            layers.setdefault(feature.layer, []).append({"geometry": shape, "properties": feature.properties})
    if not layers:
        return None
    encoded: bytes = mapbox_vector_tile.encode(
        [{"name": name, "features": drawn} for name, drawn in sorted(layers.items())],
        default_options={"extents": _EXTENT},
    )
    return gzip.compress(encoded, 6, mtime=0)


def _fitted(
    shape: BaseGeometry, frame: tuple[float, float, float, float], zoom: int, unit: float
) -> BaseGeometry | None:
    """The part of `shape` in the frame, no finer than the zoom shows; None if nothing is left of it."""
    clipped = shapely.clip_by_rect(shape, *frame)
    surface = clipped.geom_type.endswith("Polygon")
    if zoom < ZOOM_MAX and not clipped.geom_type.endswith("Point"):
        if surface and clipped.area < _SPECK * _SPECK * unit * unit:
            return None
        clipped = clipped.simplify(unit * _COARSE)
    return None if clipped.is_empty else clipped


def _on_grid(shape: BaseGeometry, west: float, south: float, unit: float) -> BaseGeometry:
    """Metres to whole tile units, counted from the tile's south-west corner."""

    def to_units(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.rint((points - (west, south)) / unit)

    return shapely.transform(shape, to_units)


def _write(out: Path, tiles: dict[int, bytes], bounds: Iterable[float]) -> None:
    west, south, east, north = (v / WORLD_M for v in bounds)

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
