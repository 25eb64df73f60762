"""Reading vector tiles out of a PMTiles archive."""

from __future__ import annotations

import threading
from pathlib import Path

from pmtiles.reader import MmapSource, Reader


class Tiles:
    """Thread-safe reader of one archive."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:  # the mapping outlives the file
            self._reader = Reader(MmapSource(file))
        self._lock = threading.Lock()
        header = self._reader.header()
        self.zoom_min, self.zoom_max = int(header["min_zoom"]), int(header["max_zoom"])

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """The gzipped Mapbox vector tile, None if the archive has nothing there."""
        if not (self.zoom_min <= z <= self.zoom_max and 0 <= x < 1 << z and 0 <= y < 1 << z):
            return None
        with self._lock:
            found: bytes | None = self._reader.get(z, x, y)
        return found
