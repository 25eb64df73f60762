"""E052: A vehicle is in one place."""

from __future__ import annotations

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E052",
    Family.IDENTITY,
    "{entity}: vehicle {value} stands in the message twice",
    "{entity}：車両 {value} が二度あります",
)


def check(seen: Seen, report: Report) -> None:
    """A vehicle is in one place."""
    names: set[tuple[str, str]] = set()
    for at, vehicle in seen.now.vehicles:
        name = at.file, vehicle.vehicle.id
        if name[1] and name in names:
            seen.found(report, KIND, at, "vehicle.id", name[1])
        names.add(name)
