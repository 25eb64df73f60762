"""E026: A position is a place on earth."""

from __future__ import annotations

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E026",
    Family.POSITION,
    "{entity}: {value} is no position",
    "{entity}：{value} は位置ではありません",
)


def check(seen: Seen, report: Report) -> None:
    """A position is a place on earth."""
    for at, vehicle in seen.now.vehicles:
        lat, lon = vehicle.position.latitude, vehicle.position.longitude
        if not (abs(lat) <= 90 and abs(lon) <= 180) or (lat == 0 and lon == 0):
            seen.found(report, KIND, at, "position", f"{lat:.5f}, {lon:.5f}")
