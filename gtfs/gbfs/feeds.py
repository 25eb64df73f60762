"""A system's files under their addresses: discovery, versions, manifest, and the common envelope."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gtfs.gbfs import v2, v3
from gtfs.gbfs.model import System
from gtfs.gbfs.v3 import instant

__all__ = ["STATIC_TTL_S", "manifest", "system_files"]

STATIC_TTL_S = 3600
_LIVE = frozenset(("station_status", "free_bike_status", "vehicle_status", "system_alerts"))
Document = dict[str, Any]


def system_files(system: System, base: str, static_since_s: int) -> dict[str, Document]:
    """Every file of both versions by its path below `base` (no slash at the end), such as `2.3/ja/gbfs.json`.

    Live files carry the system's instant and its ttl, the others `static_since_s` and an hour.
    """
    found: dict[str, Document] = {}
    versions = [
        {"version": v2.VERSION, "url": f"{base}/{v2.VERSION}/gbfs.json"},
        {"version": v3.VERSION, "url": f"{base}/{v3.VERSION}/gbfs.json"},
    ]
    discovery: dict[str, Any] = {}
    for language in system.languages:
        data = v2.files(system, language)
        for name, content in data.items():
            found[f"{v2.VERSION}/{language}/{name}.json"] = _old(system, name, content, static_since_s)
        names = [("gbfs", f"{base}/{v2.VERSION}/gbfs.json")]
        names += [(name, f"{base}/{v2.VERSION}/{language}/{name}.json") for name in data]
        names.append(("gbfs_versions", f"{base}/{v2.VERSION}/gbfs_versions.json"))
        discovery[language] = {"feeds": [{"name": name, "url": url} for name, url in names]}
    found[f"{v2.VERSION}/gbfs.json"] = _old(system, "gbfs", discovery, static_since_s)
    found[f"{v2.VERSION}/gbfs_versions.json"] = _old(
        system, "gbfs_versions", {"versions": versions}, static_since_s
    )
    data = v3.files(system)
    for name, content in data.items():
        found[f"{v3.VERSION}/{name}.json"] = _new(system, name, content, static_since_s)
    feeds = [
        {"name": name, "url": f"{base}/{v3.VERSION}/{name}.json"} for name in ("gbfs", *data, "gbfs_versions")
    ]
    found[f"{v3.VERSION}/gbfs.json"] = _new(system, "gbfs", {"feeds": feeds}, static_since_s)
    found[f"{v3.VERSION}/gbfs_versions.json"] = _new(
        system, "gbfs_versions", {"versions": versions}, static_since_s
    )
    return found


def manifest(systems: Sequence[tuple[str, str]], since_s: int) -> Document:
    """`manifest.json` of (system id, base address)."""
    datasets = [
        {
            "system_id": identity,
            "versions": [
                {"version": version, "url": f"{base}/{version}/gbfs.json"}
                for version in (v2.VERSION, v3.VERSION)
            ],
        }
        for identity, base in systems
    ]
    return {
        "last_updated": instant(since_s), "ttl": STATIC_TTL_S, "version": v3.VERSION,
        "data": {"datasets": datasets},
    }  # fmt: skip


def _when(system: System, name: str, static_since_s: int) -> tuple[int, int]:
    return (system.at_s, system.ttl_s) if name in _LIVE else (static_since_s, STATIC_TTL_S)


def _old(system: System, name: str, data: Document, static_since_s: int) -> Document:
    at_s, ttl_s = _when(system, name, static_since_s)
    return {"last_updated": at_s, "ttl": ttl_s, "version": v2.VERSION, "data": data}


def _new(system: System, name: str, data: Document, static_since_s: int) -> Document:
    at_s, ttl_s = _when(system, name, static_since_s)
    return {"last_updated": instant(at_s), "ttl": ttl_s, "version": v3.VERSION, "data": data}
