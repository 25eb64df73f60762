"""E047: A vehicle runs the same trip in updates and positions."""

from __future__ import annotations

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E047",
    Family.IDENTITY,
    "{entity}: vehicle {value} runs another trip in the other message",
    "{entity}：車両 {value} の便が他方のメッセージと異なります",
)


def check(seen: Seen, report: Report) -> None:
    """A vehicle runs the same trip in updates and positions."""
    trips: dict[str, set[str]] = {}
    for _, update in seen.now.updates:
        if update.vehicle.id and update.trip.trip_id:
            trips.setdefault(update.vehicle.id, set()).add(update.trip.trip_id)
    for at, vehicle in seen.now.vehicles:
        told, here = trips.get(vehicle.vehicle.id), vehicle.trip.trip_id
        if vehicle.vehicle.id and told and here and here not in told:
            seen.found(report, KIND, at, "vehicle.id", vehicle.vehicle.id)
