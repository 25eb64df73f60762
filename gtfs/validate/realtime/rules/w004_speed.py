"""W004: Speeds are those of vehicles on the ground."""

from __future__ import annotations

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, warning
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = warning(
    "W004",
    Family.POSITION,
    "{entity}: {value} m/s is no speed of a bus or train",
    "{entity}：{value} m/s は車両の速度とは考えられません",
)
SPEED_M_S_MAX = 90.0  # a fast train; the canonical bound of 26 m/s is one of city buses


def check(seen: Seen, report: Report) -> None:
    """Speeds are those of vehicles on the ground."""
    for at, vehicle in seen.now.vehicles:
        speed = vehicle.position.speed
        if not 0 <= speed <= SPEED_M_S_MAX:
            seen.found(report, KIND, at, "position.speed", f"{speed:.1f}")
