"""Whether a journey that was planned earlier can still be made, by what is known now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np

from gtfs.model.schedule import NONE
from routing.day_network import DayNetwork
from routing.kernels.layout import ALIGHT, BOARD
from routing.network import Network

__all__ = ["Ridden", "State", "Stated", "change_s", "recheck"]


class State(StrEnum):
    """What became of a ride."""

    GOOD = "good"
    UNKNOWN = "unknown"  # the timetable has no such trip or stop
    CANCELLED = "cancelled"
    LEFT_OUT = "left_out"  # the vehicle does not call where one would board or alight
    MISSED = "missed"  # it leaves before one can be there


@dataclass(frozen=True, slots=True)
class Stated:
    """A ride as it was planned; instants are POSIX seconds."""

    trip_id: str
    service_date: date
    board_stop: str
    alight_stop: str
    departure_at_s: int
    arrival_at_s: int


@dataclass(frozen=True, slots=True)
class Ridden:
    """The same ride as it is now; as stated where it is not known."""

    state: State
    departure_at_s: int
    arrival_at_s: int


def recheck(network: Network, ride: Stated, ready_at_s: int) -> Ridden:
    """A ride by the timetable and what is live; `ready_at_s` is when one can be at its first stop."""
    lost = Ridden(State.UNKNOWN, ride.departure_at_s, ride.arrival_at_s)
    extra = _added(network, ride, ready_at_s)
    if extra is not None:
        return extra
    calls = _calls(network, ride)
    if calls is None:
        return lost
    trip, board, alight = calls
    on = network.on(ride.service_date)
    rows = _day_runs(network, on, trip)
    if not rows:
        return Ridden(State.CANCELLED, ride.departure_at_s, ride.arrival_at_s)
    origin_s = network.clock.origin(ride.service_date)
    times = lost
    for day_run, begin in rows:  # one of several where trips in the middle of a run are cancelled
        flags, arrivals, departures = _events(on, day_run)
        departure, arrival = origin_s + departures[begin + board], origin_s + arrivals[begin + alight]
        if not flags[begin + board : begin + alight + 1].any():
            continue
        if not (flags[begin + board] & BOARD and flags[begin + alight] & ALIGHT):
            times = Ridden(State.LEFT_OUT, departure, arrival)
        else:
            late = departure < ready_at_s
            return Ridden(State.MISSED if late else State.GOOD, departure, arrival)
    return times if times is not lost else Ridden(State.CANCELLED, ride.departure_at_s, ride.arrival_at_s)


def _added(network: Network, ride: Stated, ready_at_s: int) -> Ridden | None:
    """The ride on a trip that realtime adds; None if it is none, or is not known any more."""
    if network.live is None:
        return None
    board, alight = (network.stop_index.get(name, NONE) for name in (ride.board_stop, ride.alight_stop))
    for run in network.live.added:
        if (run.trip_id, run.date) != (ride.trip_id, ride.service_date):
            continue
        stops = network.splits.stop_of[run.stop]
        for b in np.flatnonzero(stops == board).tolist():
            for a in (b + 1 + np.flatnonzero(stops[b + 1 :] == alight)).tolist():
                departure, arrival = int(run.departure[b]), int(run.arrival[a])
                if not (run.flags[b] & BOARD and run.flags[a] & ALIGHT):
                    return Ridden(State.LEFT_OUT, departure, arrival)
                return Ridden(State.MISSED if departure < ready_at_s else State.GOOD, departure, arrival)
    return None


def change_s(network: Network, stop_id: str, on: date) -> int:
    """Least time between two vehicles at a stop; nothing where the stop is not known."""
    stop = network.stop_index.get(stop_id)
    return 0 if stop is None else int(network.on(on).forward.change.change_s[stop])


def _calls(network: Network, ride: Stated) -> tuple[int, int, int] | None:
    """Trip and the two of its calls that are meant: of a stop called at twice the one nearest in time."""
    schedule = network.schedule
    trip = network.trip_index.get(ride.trip_id)
    ends = [network.stop_index.get(name) for name in (ride.board_stop, ride.alight_stop)]
    if trip is None or None in ends:
        return None
    rows = slice(int(schedule.stop_times.offsets[trip]), int(schedule.stop_times.offsets[trip + 1]))
    stops = np.asarray(schedule.stop_times.stop[rows])
    boards, alights = (np.flatnonzero(stops == end) for end in ends)
    pairs = [(int(b), int(a)) for b in boards for a in alights if b < a]
    if not pairs:
        return None
    origin_s = network.clock.origin(ride.service_date)
    departure = np.asarray(schedule.stop_times.departure_s[rows]).astype(np.int64) + origin_s
    board, alight = min(pairs, key=lambda pair: (abs(int(departure[pair[0]]) - ride.departure_at_s), pair[1]))
    return trip, board, alight


def _day_runs(network: Network, on: DayNetwork, trip: int) -> list[tuple[int, int]]:
    """Runs of the day itself that the trip is part of, and the position at which it begins."""
    timetable = network.timetable
    found: list[tuple[int, int]] = []
    for member in np.flatnonzero(np.asarray(timetable.member_trip) == trip).tolist():
        run = int(np.searchsorted(timetable.member_offsets, member, "right")) - 1
        begin = int(timetable.member_position[member])
        same = np.flatnonzero((on.day.run == run) & (on.day.service_day == 0))
        found += [(int(day_run), begin) for day_run in same]
    return found


def _events(on: DayNetwork, day_run: int) -> tuple[np.ndarray, list[int], list[int]]:
    """Boarding rules, arrivals and departures of a day run."""
    day = on.day.timetable
    pattern = int(np.searchsorted(day.run_offsets, day_run, "right")) - 1
    entry = slice(int(day.pattern_offsets[pattern]), int(day.pattern_offsets[pattern + 1]))
    length = entry.stop - entry.start
    first = int(day.time_offsets[pattern]) + (day_run - int(day.run_offsets[pattern])) * length
    rows = slice(first, first + length)
    return day.pattern_flags[entry], day.arrival[rows].tolist(), day.departure[rows].tolist()
