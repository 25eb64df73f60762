"""Members of the feed that are no tables."""

from __future__ import annotations

from pathlib import PurePosixPath

from gtfs.validate.spec import specification

TOP_LEVEL = frozenset({"locations.geojson"})


def in_folder(name: str) -> bool:
    """Whether a member is a file of GTFS in a folder, where no reader looks."""
    pure = PurePosixPath(name)
    return pure.name != name and (pure.stem in specification() or pure.name in TOP_LEVEL)
