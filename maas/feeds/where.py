"""Where on the map a finding of the validator is: the stop or the point that its row is about."""

from __future__ import annotations

from typing import Any

import polars as pl

from gtfs.schedule.feed import Feed

__all__ = ["Whereabouts"]

_STOPS = ("stop_id", "from_stop_id", "to_stop_id", "parent_station", "record_id")
_POINTS = (("stop_lat", "stop_lon"), ("shape_pt_lat", "shape_pt_lon"))


class Whereabouts:
    """Looks places up in one feed; tables are turned into indexes once, when first asked for."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._rows: dict[str, dict[int, int]] = {}
        self._stops: dict[str, dict[str, Any]] | None = None

    def of(self, file: str, line: int, value: str) -> dict[str, Any] | None:
        """`{"id", "name", "lat", "lon"}` of what stands on a line of a file; None if it is no place.

        `line` counts from 1 with the header as line 1, as findings have it; `value` is the wrong value,
        which may name a stop itself.
        """
        row = self._row(file.removesuffix(".txt"), line)
        for column in _STOPS:
            place = self.stops.get(row.get(column) or "")
            if place is not None:
                return place
        for lat, lon in _POINTS:
            point = _point(row.get(lat), row.get(lon))
            if point is not None:
                return {"id": "", "name": row.get("shape_id") or row.get("stop_name") or "", **point}
        return self.stops.get(value)

    @property
    def stops(self) -> dict[str, dict[str, Any]]:
        """Every stop that has a position."""
        if self._stops is None:
            self._stops = {}
            for row in self._feed.table("stops").iter_rows(named=True):
                point = _point(row.get("stop_lat"), row.get("stop_lon"))
                if point is not None:
                    name, stop = row.get("stop_name") or "", row.get("stop_id") or ""
                    self._stops[stop] = {"id": stop, "name": name, **point}
        return self._stops

    def _row(self, stem: str, line: int) -> dict[str, str]:
        table = self._feed.table(stem)
        if line < 2 or table.is_empty():
            return {}
        row = line - 2
        if stem in self._feed.lines:
            if stem not in self._rows:
                self._rows[stem] = {int(at): k for k, at in enumerate(self._feed.lines[stem])}
            row = self._rows[stem].get(line, -1)
        if not 0 <= row < table.height:
            return {}
        found: dict[str, str] = table.select(pl.all().slice(row, 1)).row(0, named=True)
        return found


def _point(lat: str | None, lon: str | None) -> dict[str, float] | None:
    try:
        found = {"lat": float(lat or ""), "lon": float(lon or "")}
    except ValueError:
        return None
    on_earth = -90 <= found["lat"] <= 90 and -180 <= found["lon"] <= 180 and any(found.values())
    return found if on_earth else None
