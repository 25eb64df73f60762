"""`locations.geojson` as far as it can be read, with what keeps the rest from being read."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Feature", "Zones", "zones_of"]

DEPTH_MAX = 200


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature: its place in the file (from 0), identifier (empty if none) and JSON."""

    index: int
    id: str
    body: dict[str, Any]


@dataclass(slots=True)
class Zones:
    """The file: `broken` says why it is no JSON; `repeated` are keys that an object has twice."""

    exists: bool = False
    broken: str = ""
    root: Any = None
    features: list[Feature] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)

    @property
    def ids(self) -> set[str]:
        """Identifiers of the features."""
        return {f.id for f in self.features if f.id}


def zones_of(data: bytes | None) -> Zones:
    """Read the file; None is a feed without one."""
    if data is None:
        return Zones()
    zones = Zones(exists=True)

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        seen: dict[str, Any] = {}
        for key, value in pairs:
            if key in seen:
                zones.repeated.append(key)
            seen.setdefault(key, value)
        return seen

    try:
        zones.root = json.loads(data.decode("utf-8-sig"), object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        zones.broken = str(error)[:200] or "nested too deeply"
        return zones
    if isinstance(zones.root, dict) and isinstance(zones.root.get("features"), list):
        for index, body in enumerate(zones.root["features"]):
            if isinstance(body, dict):
                own = body.get("id", "")
                named = str(own) if isinstance(own, str | int | float) and not isinstance(own, bool) else ""
                zones.features.append(Feature(index, named, body))
    return zones
