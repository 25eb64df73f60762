"""W003: A trip with a vehicle has predictions, and the other way round."""

from __future__ import annotations

from typing import Any

from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, warning
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = warning(
    "W003",
    Family.IDENTITY,
    "{entity}: trip {value} is in one of positions and updates only",
    "{entity}：便 {value} が位置か予測の一方にしかありません",
)


def check(seen: Seen, report: Report) -> None:
    """A trip with a vehicle has predictions, and the other way round."""
    if not seen.now.updates or not seen.now.vehicles:
        return
    placed = {vehicle.trip.trip_id for _, vehicle in seen.now.vehicles}
    predicted = {update.trip.trip_id for _, update in seen.now.updates}
    for at, update in seen.now.updates:
        if update.trip.trip_id not in placed and update.vehicle.id and _begun(update, seen.now_s):
            seen.found(report, KIND, at, "trip_id", update.trip.trip_id)
    for at, vehicle in seen.now.vehicles:
        if vehicle.trip.trip_id and vehicle.trip.trip_id not in predicted:
            seen.found(report, KIND, at, "trip_id", vehicle.trip.trip_id)


def _begun(update: Any, now_s: int) -> bool:
    """Whether the run is under way: before that its vehicle may still be on another one."""
    first = next(iter(update.stop_time_update), None)
    return first is not None and first.stop_sequence > 1 and (first.departure.time or now_s) <= now_s
