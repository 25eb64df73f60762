"""E029: A vehicle on a trip is near the trip's shape."""

from __future__ import annotations

from gtfs.model.schedule import NONE
from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E029",
    Family.POSITION,
    "{entity}: the vehicle is {value} m off the way of its trip",
    "{entity}：車両が便の経路から {value} m 離れています",
)
OFF_M_MAX = 200.0


def check(seen: Seen, report: Report) -> None:
    """A vehicle on a trip is near the trip's shape."""
    shapes = seen.timetable.schedule.trips.shape
    for at, vehicle in seen.now.vehicles:
        trip = seen.trip(vehicle.trip)
        if trip == NONE or shapes[trip] == NONE:
            continue
        here = vehicle.position
        _, off = seen.tracks.of(trip).nearest(here.latitude, here.longitude)
        if off > OFF_M_MAX:
            seen.found(report, KIND, at, "position", round(off))
