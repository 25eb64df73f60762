"""The arrays that kernels read and write. One line a field: key -> meaning; dtype, shape, unit.

Times are seconds from noon minus 12 h of the service day that a query is about; a trip of the day before has
times below those of its feed by 86,400. `UNREACHED` is later than everything.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

I8 = npt.NDArray[np.int8]
U8 = npt.NDArray[np.uint8]
U16 = npt.NDArray[np.uint16]
I16 = npt.NDArray[np.int16]
I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
U64 = npt.NDArray[np.uint64]
F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

UNREACHED = 2_000_000_000
NO_LIMIT = 1_900_000_000
"""Later than every time, and so much before UNREACHED that no time, though negative, closes the gap."""
NOBODY = -1

BOARD = 1
ALIGHT = 2


class DayTimetable(NamedTuple):
    """All that runs around one service day: patterns of trips that never overtake one another.

    A *run* is a trip on that day, or several trips that a rider may stay seated in. Within a pattern runs are
    ordered, and no later run is earlier at any stop.
    """

    pattern_offsets: I32  # pattern -> first entry of pattern_stops; int32, (patterns + 1,)
    pattern_stops: I32  # entry -> stop; int32, (entries,)
    pattern_flags: U8  # entry -> BOARD | ALIGHT allowed; uint8, (entries,)
    run_offsets: I32  # pattern -> first run; int32, (patterns + 1,)
    time_offsets: I64  # pattern -> first entry of arrival and departure; int64, (patterns + 1,)
    arrival: I32  # time_offset + run_in_pattern * length + position -> s; int32, (events,)
    departure: I32  # time_offset + run_in_pattern * length + position -> s; int32, (events,)
    stop_offsets: I32  # stop -> first entry of stop_patterns; int32, (stops + 1,)
    stop_patterns: I32  # entry -> pattern that calls at the stop; int32, (pattern entries,)
    stop_positions: I32  # entry -> where in the pattern; int32, (pattern entries,)


class Interchanges(NamedTuple):
    """Ways from one vehicle to the next."""

    change_s: I32  # stop -> least time between two vehicles at this stop; int32, (stops,), s
    offsets: I32  # stop -> first footpath; int32, (stops + 1,)
    target: I32  # footpath -> stop that it leads to; int32, (footpaths,)
    duration_s: I32  # footpath -> time; int32, (footpaths,), s
    # footpath -> how far one must be ready to walk to take it, 0 if anybody may; int32, (footpaths,), s
    walk_s: I32


class SearchState(NamedTuple):
    """Working memory of one search, owned by the caller and used again by the next."""

    ready: I32  # round, stop -> earliest time to board there, UNREACHED unless improved in this round; s
    ready_from: I32  # round, stop -> stop alighted at before (itself if no walk), NOBODY for access; int32
    arrived: I32  # round, stop -> arrival by vehicle, UNREACHED unless improved in this round; s
    by: I32  # round, stop -> pattern, run, position boarded at, position alighted at; (rounds, stops, 4)
    best_ready: I32  # stop -> least ready over all rounds; s
    best_arrived: I32  # stop -> least arrival by vehicle over all rounds; s
    marked: I32  # stops that were reached in this round, as a list
    is_marked: U8  # stop -> whether it is in that list
    alighted: I32  # stops that a vehicle reached in this round, as a list
    is_alighted: U8  # stop -> whether it is in that list
    queue: I32  # patterns to scan in this round, as a list
    first_position: I32  # pattern -> first position to scan from, a big number if not queued
    ridden: I32  # entry of pattern_stops -> earliest run ridden past it so far, a big number if none
    target_arrival: I32  # round -> arrival at the destination if the round improved it, else UNREACHED; s
    target_stop: I32  # round -> stop alighted at for it


class LegRows(NamedTuple):
    """The rides of one journey, last one first."""

    pattern: I32
    run: I32
    board: I32  # position in the pattern
    alight: I32


class Timetable(NamedTuple):
    """All runs of all days, as the feeds state them: what a day timetable is cut from."""

    pattern_offsets: I64  # pattern -> first entry of pattern_stops; int64, (patterns + 1,)
    pattern_stops: I32  # entry -> stop; int32
    pattern_flags: U8  # entry -> BOARD | ALIGHT allowed; uint8
    run_pattern: I32  # run -> pattern; int32, (runs,)
    run_service: I32  # run -> row of service_active; int32, (runs,)
    run_times: I64  # run -> first entry of arrival and departure; int64, (runs + 1,)
    arrival: I32  # entry -> s of the run's own service day; int32
    departure: I32  # entry -> s; int32
    member_offsets: I64  # run -> first entry of member_trip; int64, (runs + 1,)
    member_trip: I32  # entry -> trip of the schedule; int32
    member_position: I32  # entry -> position in the run at which that trip begins; int32
    service_active: U8  # service, day since the first day -> 1 if it runs; uint8, (services, days)
