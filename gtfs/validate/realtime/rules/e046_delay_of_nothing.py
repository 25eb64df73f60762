"""E046: A delay needs a time in the timetable."""

from __future__ import annotations

from gtfs.model.schedule import NONE
from gtfs.validate.notice import Report
from gtfs.validate.realtime.families import Family, error
from gtfs.validate.realtime.seen import Seen

__all__ = ["KIND", "check"]

KIND = error(
    "E046",
    Family.TIME,
    "{entity}: call {value} has a delay only, and the timetable no time",
    "{entity}：停車 {value} は遅れのみで、時刻表に時刻がありません",
)


def check(seen: Seen, report: Report) -> None:
    """A delay needs a time in the timetable."""
    times = seen.timetable.schedule.stop_times
    for at, update in seen.now.updates:
        trip = seen.trip(update.trip)
        if trip == NONE:
            continue
        first = int(times.offsets[trip])
        row_of = {number: first + k for k, (number, _) in enumerate(seen.stops_of(trip))}
        for call in update.stop_time_update:
            row = row_of.get(call.stop_sequence, NONE) if call.HasField("stop_sequence") else NONE
            for field, planned in (("arrival", times.arrival_s), ("departure", times.departure_s)):
                event = getattr(call, field)
                only_delay = event.HasField("delay") and not event.HasField("time")
                if row != NONE and only_delay and planned[row] == NONE:
                    seen.found(report, KIND, at, field, call.stop_sequence)
