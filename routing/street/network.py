"""An area's own streets: drawn as GeoJSON centre lines, built and checked in NetworkX, compiled to arrays.

Two lines meet where they share a vertex, and where they cross on the same `layer` (0 if not given): that is a
junction. Lines that cross on different layers pass over one another; a footbridge meets the ground where its
ends lie on a line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import networkx as nx
import shapely
from shapely import STRtree

from routing.street.graph import StreetGraph, Way, assemble
from routing.street.tags import flags_of, speed_kmh_of

__all__ = ["Finding", "StreetsError", "check", "compile_network", "read_network"]

_DEGREE_DIGITS = 6  # a decimetre: vertices closer than this are one
_TOUCH_DEG = 2e-5  # about two metres: how near an end must lie to a line to meet it


class StreetsError(Exception):
    """A streets file that cannot be used; names file, feature, property and the fix."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something odd in a network that a map maker should look at."""

    kind: str  # island | dead-end one-way
    lat: float
    lon: float
    message: str


def read_network(path: Path | str) -> nx.MultiDiGraph:
    """Junctions (lat, lon) as nodes; edges carry `tags` and `points` [(lat, lon), …] in their direction."""
    path = Path(path)
    lines = list(_features(path))
    tree = STRtree([line for line, _ in lines])
    graph = nx.MultiDiGraph(names={})
    for k, (line, tags) in enumerate(lines):
        cuts = _cuts(k, lines, tree)
        for piece in _split(line, cuts):
            points = [(round(y, _DEGREE_DIGITS), round(x, _DEGREE_DIGITS)) for x, y in piece]
            points = [p for i, p in enumerate(points) if i == 0 or p != points[i - 1]]
            if len(points) < 2:
                continue
            for lat, lon in (points[0], points[-1]):
                graph.add_node((lat, lon), lat=lat, lon=lon)
            graph.add_edge(points[0], points[-1], tags=tags, points=points)
    return graph


def _features(path: Path) -> Iterator[tuple[shapely.LineString, dict[str, str]]]:
    try:
        collection = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise StreetsError(f"{path}: there is no such file. Check the path") from None
    except ValueError as error:
        raise StreetsError(f"{path}: this is not JSON: {error}. Mend it at that line") from None
    for number, feature in enumerate(collection.get("features", []), start=1):
        where = f"{path}, feature {number}"
        geometry = feature.get("geometry") or {}
        if geometry.get("type") != "LineString":
            kind = geometry.get("type")
            raise StreetsError(f"{where}, geometry: {kind!r} where a LineString is needed. Draw a line")
        coordinates = geometry.get("coordinates", [])
        if len(coordinates) < 2 or not all(
            len(c) >= 2 and abs(c[0]) <= 180 and abs(c[1]) <= 90 for c in coordinates
        ):
            raise StreetsError(f"{where}, coordinates: need two or more [lon, lat] pairs in degrees")
        tags = {k: _text(v) for k, v in (feature.get("properties") or {}).items() if v is not None}
        if not tags.get("highway"):
            raise StreetsError(f"{where}, highway: the property is missing. Say what kind of street it is")
        if flags_of(tags):
            yield shapely.LineString([c[:2] for c in coordinates]), tags


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _cuts(
    k: int, lines: list[tuple[shapely.LineString, dict[str, str]]], tree: STRtree
) -> list[shapely.Point]:
    """Points of line k at which another line meets it."""
    line, tags = lines[k]
    found: list[shapely.Point] = []
    for other_k in tree.query(line.buffer(_TOUCH_DEG)).tolist():
        if other_k == k:
            continue
        other, other_tags = lines[other_k]
        if other_tags.get("layer", "0") == tags.get("layer", "0"):
            crossing = line.intersection(other)
            parts = getattr(crossing, "geoms", [crossing])
            found += [shapely.Point(p.coords[0]) for p in parts if not p.is_empty]
            found += [shapely.Point(p.coords[-1]) for p in parts if not p.is_empty]
        else:
            shared = set(line.coords) & set(other.coords)
            found += [shapely.Point(c) for c in shared if c in (other.coords[0], other.coords[-1])]
            found += [shapely.Point(c) for c in shared if c in (line.coords[0], line.coords[-1])]
        for end in (other.coords[0], other.coords[-1]):
            point = shapely.Point(end)
            if line.distance(point) <= _TOUCH_DEG:
                found.append(point)
    return found


def _split(line: shapely.LineString, cuts: list[shapely.Point]) -> Iterator[list[tuple[float, float]]]:
    """The pieces of a line between its cuts, which become vertices of it."""
    marked: dict[float, tuple[float, float]] = {
        line.project(shapely.Point(c)): (c[0], c[1]) for c in line.coords[1:-1]
    }
    at = {0.0, line.length}
    for cut in cuts:
        place = line.project(cut)
        near = [p for p in at if abs(p - place) < _TOUCH_DEG / 2]
        if near:
            continue
        at.add(place)
    bends = sorted((*marked.items(), *((p, line.interpolate(p).coords[0]) for p in at)))
    snapped = {line.project(c): (c.x, c.y) for c in cuts}
    piece: list[tuple[float, float]] = []
    for place, point in bends:
        exact = next((xy for p, xy in snapped.items() if abs(p - place) < _TOUCH_DEG / 2), point)
        piece.append((float(exact[0]), float(exact[1])))
        if place in at and len(piece) > 1:
            yield piece
            piece = [piece[-1]]


def check(graph: nx.MultiDiGraph) -> list[Finding]:
    """Islands that no street joins to the largest part, and one-way streets with no way on."""
    findings: list[Finding] = []
    parts = sorted(nx.weakly_connected_components(graph), key=len, reverse=True)
    for part in parts[1:]:
        lat, lon = min(part)
        text = f"{len(part)} junctions are joined to nothing else"
        findings.append(Finding("island", lat, lon, text))
    for _, end, tags in graph.edges(data="tags"):
        if tags.get("oneway") in ("yes", "1", "true") and graph.degree(end) == 1:
            name = tags.get("name", "a street")
            findings.append(Finding("dead-end one-way", end[0], end[1], f"{name} leads in and never out"))
    return findings


def compile_network(graph: nx.MultiDiGraph) -> tuple[StreetGraph, tuple[str, ...]]:
    """The arrays of a network, and the street names that its edges refer to."""
    numbers = {node: k for k, node in enumerate(graph.nodes)}
    names: dict[str, int] = {}
    ways: list[Way] = []
    fresh = len(numbers)
    for start, end, data in graph.edges(data=True):
        tags, points = data["tags"], data["points"]
        name = tags.get("name", "")
        inner = range(fresh, fresh + len(points) - 2)
        fresh += len(inner)
        ways.append(
            Way(
                [numbers[start], *inner, numbers[end]],
                [p[0] for p in points],
                [p[1] for p in points],
                flags_of(tags),
                speed_kmh_of(tags),
                names.setdefault(name, len(names)) if name else -1,
            )
        )
    return assemble(ways), tuple(names)
