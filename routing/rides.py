"""What a search begins with and what it finds: ends at the doors, and the runs ridden between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from routing.day_network import DayNetwork, SearchSide

__all__ = ["Ends", "Ride", "door_times", "doors", "first_departure", "rides_of", "turned_round"]

I32 = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Ends:
    """Where a search can begin or end: stops, and the seconds from or to the door."""

    stops: I32  # (n,)
    seconds: I32  # (n,)


@dataclass(frozen=True, slots=True)
class Ride:
    """One run ridden between two of its positions, in the day timetable run forwards."""

    pattern: int
    run: int  # in the pattern
    board: int
    alight: int


def door_times(side: SearchSide, rides: list[Ride], access: Ends, egress: Ends) -> tuple[int, int]:
    """When a journey leaves one door and arrives at the other."""
    timetable = side.timetable
    moments = []
    for ride, position, times, ends in (
        (rides[0], rides[0].board, timetable.departure, access),
        (rides[-1], rides[-1].alight, timetable.arrival, egress),
    ):
        entry = int(timetable.pattern_offsets[ride.pattern])
        length = int(timetable.pattern_offsets[ride.pattern + 1]) - entry
        event = int(timetable.time_offsets[ride.pattern]) + ride.run * length + position
        walk = int(ends.seconds[ends.stops == timetable.pattern_stops[entry + position]].min())
        moments.append((int(times[event]), walk))
    (leave, there), (arrive, away) = moments
    return leave - there, arrive + away


def first_departure(side: SearchSide, access: Ends, run: int, board: int) -> int:
    """When one leaves the door to board a run of a prepared day at a position."""
    assert side.prepared is not None
    entry, _, event, _ = side.prepared.index.row[run].tolist()
    walks = access.seconds[access.stops == side.timetable.pattern_stops[entry + board]]
    return int(side.timetable.departure[event + board]) - int(walks.min())


def rides_of(side: SearchSide, rows: npt.NDArray[np.int32]) -> list[Ride]:
    """Rides by the numbers of their runs in the day, board and alight; (rides, 3)."""
    offsets = side.timetable.run_offsets
    pattern = np.searchsorted(offsets, rows[:, 0], "right") - 1
    run = rows[:, 0] - offsets[pattern]
    return list(map(Ride, pattern.tolist(), run.tolist(), rows[:, 1].tolist(), rows[:, 2].tolist()))


def turned_round(side: SearchSide, ride: Ride) -> Ride:
    """A ride found in the mirrored timetable, as it is ridden."""
    timetable = side.timetable
    length = int(timetable.pattern_offsets[ride.pattern + 1] - timetable.pattern_offsets[ride.pattern])
    runs = int(timetable.run_offsets[ride.pattern + 1] - timetable.run_offsets[ride.pattern])
    return Ride(ride.pattern, runs - 1 - ride.run, length - 1 - ride.alight, length - 1 - ride.board)


def doors(network: DayNetwork, rides: list[Ride], access: Ends, egress: Ends) -> tuple[int, int]:
    """Seconds from the origin to the first stop, and from the last one to the destination."""
    timetable = network.forward.timetable
    offsets, stops = timetable.pattern_offsets, timetable.pattern_stops
    first, last = rides[0], rides[-1]
    start = stops[offsets[first.pattern] + first.board]
    end = stops[offsets[last.pattern] + last.alight]
    return (
        int(access.seconds[access.stops == start].min()),
        int(egress.seconds[egress.stops == end].min()),
    )
