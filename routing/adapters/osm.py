"""Streets out of an OpenStreetMap extract (`.osm.pbf`, `.osm`), streamed by pyosmium."""

from __future__ import annotations

from pathlib import Path

import osmium

from routing.street.graph import StreetGraph, Way, assemble
from routing.street.tags import flags_of, speed_kmh_of

__all__ = ["ExtractError", "read_osm"]


class ExtractError(Exception):
    """The extract cannot be read; the text says why and what to do."""


def read_osm(path: Path | str) -> tuple[StreetGraph, tuple[str, ...]]:
    """The street graph of an extract, and the street names that its edges refer to.

    Raises ExtractError if the file is missing, truncated or holds no street.
    """
    path = Path(path)
    if not path.is_file():
        raise ExtractError(f"{path}: there is no such file. Check the path")
    ways: list[Way] = []
    names: dict[str, int] = {}
    try:
        streets = (
            osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY)
            .with_locations()
            .with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
            .with_filter(osmium.filter.KeyFilter("highway"))
        )
        for way in streets:
            assert isinstance(way, osmium.osm.Way)
            tags = {t.k: t.v for t in way.tags}
            flags = flags_of(tags)
            if not flags:
                continue
            placed = [n for n in way.nodes if n.location.valid()]  # an extract cuts ways at its border
            if len(placed) < 2:
                continue
            name = tags.get("name", "")
            ways.append(
                Way(
                    [n.ref for n in placed],
                    [n.lat for n in placed],
                    [n.lon for n in placed],
                    flags,
                    speed_kmh_of(tags),
                    names.setdefault(name, len(names)) if name else -1,
                )
            )
    except (RuntimeError, OSError, ValueError) as error:
        raise ExtractError(
            f"{path}: this is not a whole OpenStreetMap extract: {error}. Download it again"
        ) from error
    if not ways:
        raise ExtractError(f"{path}: the extract holds no street that anybody may use. Check its bounds")
    return assemble(ways), tuple(names)
