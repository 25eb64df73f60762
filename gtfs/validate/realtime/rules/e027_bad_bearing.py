"""E027: A bearing lies between 0 and 360 degrees."""

from __future__ import annotations

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E027",
    Family.POSITION,
    "{entity}: bearing {value} is not between 0 and 360",
    "{entity}：bearing {value} が0から360の範囲外です",
)


def check(seen: Seen, report: Report) -> None:
    """A bearing lies between 0 and 360 degrees."""
    for at, vehicle in seen.now.vehicles:
        if not 0 <= vehicle.position.bearing <= 360:
            seen.found(report, KIND, at, "position.bearing", vehicle.position.bearing)
