"""Times that a feed leaves blank between timepoints."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gtfs.model.schedule import F64, I32, NONE, WAYSIDE, Bool, Schedule

_EARTH_M = 6_371_000.0


def at_waysides(schedule: Schedule) -> Bool:
    """Which rows of stop_times are places between stops where one hails (`routing.waysides`); (rows,)."""
    wayside = np.append(schedule.stops.location_type == WAYSIDE, False)  # NONE looks at the last entry
    rows: Bool = wayside[schedule.stop_times.stop]
    return rows


def filled_times(schedule: Schedule) -> tuple[I32, I32]:
    """Arrival and departure of every row of stop_times, in seconds.

    A blank is placed between the timepoints around it in proportion to `shape_dist_traveled` where all three
    rows give it, else to the great-circle distance from stop to stop (GTFS reference, stop_times.timepoint).
    """
    times = schedule.stop_times
    arrival, departure = times.arrival_s.copy(), times.departure_s.copy()
    only_departure = (arrival == NONE) & (departure != NONE)
    only_arrival = (departure == NONE) & (arrival != NONE)
    arrival[only_departure] = departure[only_departure]
    departure[only_arrival] = arrival[only_arrival]
    blank = np.flatnonzero(arrival == NONE)
    if not len(blank):
        return arrival, departure
    rows = np.arange(len(arrival))
    known = arrival != NONE
    # The first and last row of a trip are known (gtfs.schedule.typed), so neither search leaves the trip.
    before = np.maximum.accumulate(np.where(known, rows, -1))[blank]
    after = np.minimum.accumulate(np.where(known, rows, len(rows))[::-1])[::-1][blank]
    given = times.shape_dist
    beeline = _distance_along(schedule)
    measured = given[after] - given[before]
    use_given = (measured > 0) & (given[blank] >= given[before]) & (given[blank] <= given[after])
    flown = beeline[after] - beeline[before]
    share = (blank - before) / (after - before)  # stops on one spot: evenly
    np.divide(beeline[blank] - beeline[before], flown, out=share, where=flown > 0)
    np.divide(given[blank] - given[before], measured, out=share, where=use_given)
    span = arrival[after] - departure[before]
    arrival[blank] = departure[before] + np.rint(share * span).astype(np.int32)
    departure[blank] = arrival[blank]
    return arrival, departure


def _distance_along(schedule: Schedule) -> F64:
    """Metres flown from row to row, cumulated over all rows; stops without a position count as no step."""
    stop = schedule.stop_times.stop
    lat, lon = np.radians(schedule.stops.lat[stop]), np.radians(schedule.stops.lon[stop])
    step: npt.NDArray[np.float64] = np.hypot(np.diff(lon) * np.cos((lat[1:] + lat[:-1]) / 2), np.diff(lat))
    return np.concatenate(([0.0], np.cumsum(np.nan_to_num(step) * _EARTH_M)))
