"""Points of interest out of an OpenStreetMap extract."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import osmium

from maas.places.model import Place, PlaceKind

_KINDS = ("amenity", "shop", "tourism", "leisure", "healthcare", "office", "railway", "place")
_DULL = frozenset({"bench", "parking", "parking_space", "waste_basket", "stop", "signal", "switch"})
_LANGUAGES = ("ja", "en", "zh", "ko", "ja_rm")


def extract_places(path: Path) -> Iterator[Place]:
    """Named nodes, and named buildings and grounds at their first corner."""
    objects = (
        osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY)
        .with_locations()
        .with_filter(osmium.filter.KeyFilter(*_KINDS))
    )
    for item in objects:
        tags = item.tags
        name = tags.get("name")
        category = next((tags[k] for k in _KINDS if k in tags), "")
        if not name or category in _DULL:
            continue
        if isinstance(item, osmium.osm.Way):
            placed = [n for n in item.nodes if n.location.valid()]
            if not placed:
                continue
            lat, lon = placed[0].lat, placed[0].lon
        elif isinstance(item, osmium.osm.Node):
            lat, lon = item.location.lat, item.location.lon
        else:
            continue
        names = {"": name} | {k: tags[f"name:{k}"] for k in _LANGUAGES if f"name:{k}" in tags}
        street = " ".join(t for t in (tags.get("addr:street", ""), tags.get("addr:housenumber", "")) if t)
        yield Place(
            id=f"osm:{'n' if isinstance(item, osmium.osm.Node) else 'w'}{item.id}",
            kind=PlaceKind.POI,
            names=names,
            kana=tags.get("name:ja-Hira") or tags.get("name:ja_kana") or "",
            lat=lat,
            lon=lon,
            category=category,
            details={"": street} if street else {},
            weight=0.5,
        )
