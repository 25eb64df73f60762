"""E028: Vehicles are near the network that they serve."""

from __future__ import annotations

import numpy as np

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E028",
    Family.POSITION,
    "{entity}: {value} lies outside the area of the feed",
    "{entity}：{value} はフィードの区域外です",
)
BEYOND_DEG = 0.0145  # a mile, some 1,600 m


def check(seen: Seen, report: Report) -> None:
    """Vehicles are near the network that they serve."""
    schedule = seen.timetable.schedule
    lat = np.concatenate((schedule.stops.lat, schedule.shapes.lat))
    lon = np.concatenate((schedule.stops.lon, schedule.shapes.lon))
    if np.isnan(lat).all():
        return
    south, north = np.nanmin(lat) - BEYOND_DEG, np.nanmax(lat) + BEYOND_DEG
    west, east = np.nanmin(lon) - BEYOND_DEG, np.nanmax(lon) + BEYOND_DEG
    for at, vehicle in seen.now.vehicles:
        here = vehicle.position
        if not (south <= here.latitude <= north and west <= here.longitude <= east):
            seen.found(report, KIND, at, "position", f"{here.latitude:.5f}, {here.longitude:.5f}")
