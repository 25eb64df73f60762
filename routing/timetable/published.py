"""Between the schedule as feeds have it and the one with waysides (`routing.waysides`) that is searched."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gtfs.model.schedule import NONE, Schedule, StopTimes
from routing.kernels.layout import I64
from routing.timetable.interpolate import at_waysides, filled_times
from routing.timetable.live import LiveTrips, RunKey, TripChange

__all__ = ["published", "stretched"]


def published(schedule: Schedule) -> Schedule:
    """The schedule with the calls of its feeds alone; stops and trips keep their numbers."""
    here = at_waysides(schedule)
    if not here.any():
        return schedule
    times, kept = schedule.stop_times, ~here
    number = np.concatenate(([0], np.cumsum(kept)))
    return replace(
        schedule,
        stop_times=StopTimes(
            offsets=number[times.offsets].astype(np.int64),
            stop=times.stop[kept],
            sequence=times.sequence[kept],
            arrival_s=times.arrival_s[kept],
            departure_s=times.departure_s[kept],
            pickup_type=times.pickup_type[kept],
            drop_off_type=times.drop_off_type[kept],
            shape_dist=times.shape_dist[kept],
            headsigns={int(number[row]): text for row, text in times.headsigns.items() if kept[row]},
            continuous_pickup=times.continuous_pickup[kept],
            continuous_drop_off=times.continuous_drop_off[kept],
        ),
    )


def stretched(live: LiveTrips, schedule: Schedule) -> LiveTrips:
    """What is told of the calls of `published`, for all calls of the schedule.

    A wayside is passed in proportion to the timetable between the calls around it. Where one of these is left
    out nobody knows which way the vehicle takes: it is not hailed there.
    """
    here = at_waysides(schedule)
    if not here.any():
        return live
    arrival, departure = filled_times(schedule)
    changes: dict[RunKey, TripChange] = {}
    for key, change in live.changes.items():
        rows = slice(*schedule.stop_times.offsets[key[0] : key[0] + 2].tolist())
        if here[rows].any() and len(change.skipped):
            shift = 0 if key[2] == NONE else key[2] - int(departure[rows.start])
            planned = (arrival[rows].astype(np.int64) + shift, departure[rows].astype(np.int64) + shift)
            change = _stretched(change, np.flatnonzero(~here[rows]), *planned)
        changes[key] = change
    return replace(live, changes=changes)


def _stretched(change: TripChange, calls: I64, arrival: I64, departure: I64) -> TripChange:
    """`calls` are the positions of the feed's calls among all, whose planned times the others are."""
    told = (change.arrival_s != NONE) | (change.departure_s != NONE)
    arrives = np.where(change.arrival_s != NONE, change.arrival_s, arrival[calls])
    leaves = np.where(change.departure_s != NONE, change.departure_s, departure[calls])
    after = np.searchsorted(calls, np.arange(len(arrival)))  # the call that is still to come, or is here
    before = np.maximum(after - 1, 0)
    span = np.maximum(arrival[calls[after]] - departure[calls[before]], 1)
    passed = np.maximum(arrives[after] - leaves[before], 0) * (arrival - departure[calls[before]]) // span
    moment = np.where(told[before] | told[after], leaves[before] + passed, NONE)
    new_arrival, new_departure = moment.copy(), moment
    new_arrival[calls], new_departure[calls] = change.arrival_s, change.departure_s
    skipped = change.skipped[before] | change.skipped[after]
    skipped[calls] = change.skipped
    return TripChange(new_arrival, new_departure, skipped, change.cancelled)
