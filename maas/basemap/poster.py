"""A small picture of the area for pages that do not load the map: paths and names, coloured by the page.

A phone shows it at once where the map itself would cost 400 kB and a second of its processor. Its scale is
that of the map when it opens (`ZOOM`, 512-pixel tiles), so that nothing jumps when the map takes its place.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from maas.basemap.features import WORLD_M, Feature, mercator

__all__ = ["Poster", "PosterName", "draw_poster"]

ZOOM = 13.6
WIDTH, HEIGHT = 760, 400  # pixels; no phone's map is larger
_FINE = 2  # path coordinates are whole fractions of a pixel
_PATH_CHARS = 60_000  # what is dearer than that is left out: a city's every lane does not help here
_ORDER = ("park", "beach", "water", "stream", "building", "rail", "major", "middle", "minor")
_NAME_PX = (84, 18)  # room that a name takes
_PX_M = 512 * 2**ZOOM / (2 * WORLD_M)


class PosterName(msgspec.Struct, frozen=True):
    """A name and where its middle lies, in pixels from the upper left."""

    x: int
    y: int
    names: dict[str, str]  # language -> name; "" is the untranslated name


class Poster(msgspec.Struct, frozen=True):
    """The picture: SVG path data by class, in fractions of a pixel."""

    width: int  # pixels
    height: int
    fine: int  # path units in a pixel
    px_m: float  # pixels in a metre of Web Mercator
    center: tuple[float, float]  # lon, lat of the middle
    paths: dict[str, str]  # park, beach, water, stream, building, rail, major, middle, minor
    names: list[PosterName]


def draw_poster(out: Path, features: Iterable[Feature], center: tuple[float, float]) -> None:
    """Write the picture around `center` (lon, lat in degrees) as JSON."""
    middle = mercator(shapely.Point(center))
    half = WIDTH / 2 / _PX_M, HEIGHT / 2 / _PX_M
    west, north = middle.x - half[0], middle.y + half[1]
    frame = (west, middle.y - half[1], middle.x + half[0], north)
    seen = [f for f in features if f.geometry.intersects(shapely.box(*frame))]
    paths: dict[str, str] = {}
    room = _PATH_CHARS
    for name in _ORDER:
        path = "".join(_path(f.geometry, frame, (west, north)) for f in seen if _class(f) == name)
        if path and len(path) <= room:
            paths[name] = path
            room -= len(path)
    names = _names([f for f in seen if f.layer == "place" and f.zoom_min <= ZOOM], (west, north))
    poster = Poster(WIDTH, HEIGHT, _FINE, _PX_M, center, paths, names)
    out.write_bytes(msgspec.json.encode(poster))


def _class(feature: Feature) -> str:
    surface = feature.geometry.geom_type.endswith("Polygon")
    if feature.layer == "water":
        return "water" if surface else "stream"
    if feature.layer == "rail":
        return "rail"
    if feature.layer == "land" and not surface:
        return ""
    return str(feature.properties["class"])


def _path(shape: BaseGeometry, frame: tuple[float, float, float, float], corner: tuple[float, float]) -> str:
    """SVG path data of the part of `shape` in `frame`, with steps from point to point."""
    clipped = shapely.clip_by_rect(shape, *frame).simplify(0.7 / _PX_M)
    written = []
    for part in shapely.get_parts(clipped):
        surface = part.geom_type == "Polygon"
        for ring in (part.exterior, *part.interiors) if surface else (part,):
            points = _pixels(shapely.get_coordinates(ring), corner, _FINE)
            steps = np.diff(points, axis=0)
            steps = steps[np.any(steps, axis=1)]
            if not len(steps) or (surface and len(steps) < 3):
                continue
            way = " ".join(f"{x} {y}" for x, y in steps.tolist())
            written.append(f"M{points[0][0]} {points[0][1]}l{way}{'z' if surface else ''}".replace(" -", "-"))
    return "".join(written)


def _pixels(points: npt.NDArray[np.float64], corner: tuple[float, float], fine: int) -> npt.NDArray[np.int64]:
    """Mercator metres to whole fractions of a pixel, right and down from the corner."""
    return np.rint((points - corner) * (_PX_M * fine, -_PX_M * fine)).astype(np.int64)


def _names(places: list[Feature], corner: tuple[float, float]) -> list[PosterName]:
    """The weightiest names that do not lie upon one another."""
    kept: list[PosterName] = []
    for place in sorted(places, key=lambda f: int(f.properties["rank"])):
        x, y = _pixels(shapely.get_coordinates(place.geometry), corner, 1)[0].tolist()
        if any(abs(x - k.x) < _NAME_PX[0] and abs(y - k.y) < _NAME_PX[1] for k in kept):
            continue
        tags = place.properties.items()
        names = {key[5:]: str(text) for key, text in tags if key.startswith("name_")}
        kept.append(PosterName(x, y, {"": str(place.properties.get("name", "")), **names}))
    return kept
