"""A network as a folder that opens in an instant: arrays memory-mapped, texts as blobs, one manifest.

Processes that open the same folder share its pages. The folder is written beside its place and renamed, so
that nobody ever opens half a network.
"""

from __future__ import annotations

import dataclasses
import json
import shutil
import typing
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from gtfs.model.schedule import Schedule
from routing.adapters.prepared import PreparedFiles
from routing.kernels.layout import Timetable
from routing.kernels.nearby import Nearby
from routing.network import Network
from routing.ports import Footpaths
from routing.street.graph import StreetGraph

__all__ = ["SnapshotError", "open_network", "save_network"]

FORMAT = 8
"""Grows with every change of what the arrays mean; an older folder is then built anew."""
_SEPARATOR = "\0"  # the reader removes NUL, so no text of a feed holds one


class SnapshotError(Exception):
    """A network folder that cannot be opened; the text says why and how to build it anew."""


def save_network(network: Network, folder: Path) -> None:
    """Write the network to `folder`, replacing what is there in one step."""
    fresh = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    manifest: dict[str, Any] = {"format": FORMAT}
    _save(fresh, manifest, "schedule", network.schedule)
    _save(fresh, manifest, "timetable", network.timetable)
    _save(fresh, manifest, "walks", network.walks)
    if network.graph is not None:
        _save(fresh, manifest, "streets", network.graph)
        _save(fresh, manifest, "street_names", network.street_names)
    if network.nearby is not None:
        _save(fresh, manifest, "nearby", network.nearby)
    if network.step_free is not None:
        _save(fresh, manifest, "step_free", network.step_free)
    (fresh / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
    old = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    fresh.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def open_network(folder: Path) -> Network:
    """Open what `save_network` wrote. Raises SnapshotError if it is missing, older or damaged."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SnapshotError(f"{folder}: there is no network here. Run: maas area build") from None
    except ValueError as error:
        raise SnapshotError(f"{folder}/manifest.json is damaged: {error}. Run: maas area build") from None
    if manifest.get("format") != FORMAT:
        raise SnapshotError(
            f"{folder} was written by another version (format {manifest.get('format')}, this one reads "
            f"{FORMAT}). Run: maas area build"
        )
    try:
        graph = _load(folder, manifest, "streets", StreetGraph) if "streets" in manifest else None
        return Network(
            _load(folder, manifest, "schedule", Schedule),
            _load(folder, manifest, "timetable", Timetable),
            _load(folder, manifest, "walks", Footpaths),
            graph,
            _texts(folder / "street_names.txt", manifest["street_names"]) if graph is not None else (),
            PreparedFiles(folder / "prepared"),
            _load(folder, manifest, "nearby", Nearby) if "nearby" in manifest else None,
            _load(folder, manifest, "step_free", Footpaths) if "step_free" in manifest else None,
        )
    except (OSError, ValueError, KeyError) as error:
        raise SnapshotError(f"{folder} is damaged: {error}. Run: maas area build") from error


def _save(folder: Path, manifest: dict[str, Any], name: str, value: Any) -> None:
    if isinstance(value, np.ndarray):
        np.save(folder / f"{name}.npy", value, allow_pickle=False)
        manifest[name] = {"bytes": (folder / f"{name}.npy").stat().st_size}
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        manifest[name] = {}
        for field in dataclasses.fields(value):
            _save(folder, manifest, f"{name}.{field.name}", getattr(value, field.name))
    elif hasattr(value, "_asdict"):
        manifest[name] = {}
        for key, part in value._asdict().items():
            _save(folder, manifest, f"{name}.{key}", part)
    elif isinstance(value, tuple):
        (folder / f"{name}.txt").write_text(_SEPARATOR.join(value), encoding="utf-8", newline="")
        manifest[name] = {"n": len(value), "bytes": (folder / f"{name}.txt").stat().st_size}
    elif isinstance(value, dict):
        manifest[name] = {"pairs": [[k, v] for k, v in value.items()]}
    else:
        manifest[name] = {"value": value.isoformat() if isinstance(value, date) else value}


def _load(folder: Path, manifest: dict[str, Any], name: str, kind: Any) -> Any:
    entry = manifest[name]
    if dataclasses.is_dataclass(kind) or hasattr(kind, "_fields"):
        hints = typing.get_type_hints(kind)
        return kind(**{key: _load(folder, manifest, f"{name}.{key}", part) for key, part in hints.items()})
    if "n" not in entry and "bytes" in entry:
        path = folder / f"{name}.npy"
        _check_size(path, entry["bytes"])
        # A plain view: the class memmap itself makes every slice several times as slow.
        return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
    if "n" in entry:
        return _texts(folder / f"{name}.txt", entry)
    if "pairs" in entry:
        return {tuple(k) if isinstance(k, list) else k: v for k, v in entry["pairs"]}
    return date.fromisoformat(entry["value"]) if kind is date else entry["value"]


def _texts(path: Path, entry: dict[str, int]) -> tuple[str, ...]:
    _check_size(path, entry["bytes"])
    with path.open(encoding="utf-8", newline="") as file:
        texts = tuple(file.read().split(_SEPARATOR)) if entry["n"] else ()
    if len(texts) != entry["n"]:
        raise ValueError(f"{path.name} holds {len(texts)} texts where {entry['n']} were written")
    return texts


def _check_size(path: Path, size: int) -> None:
    if path.stat().st_size != size:
        raise ValueError(f"{path.name} has {path.stat().st_size} bytes where {size} were written")
