"""Buses that run a timetable with the day's luck, and what their radios say: a world whose truth is known.

Every stretch has a nature of its own (a timetable is never right everywhere), rush hours, congestion that
comes and goes and that one bus shares with the next, and chance. Buses leave the terminal late now and then,
stand at stops as long as riders need, leave none before its time, and run their vehicle's trips one after the
other. One seed gives one world; a day of it is the same whenever it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gtfs.model.schedule import F64, NONE
from gtfs.realtime.apply import Timetable
from gtfs.realtime.avl.match import Report, filled
from gtfs.realtime.avl.track import Tracks

__all__ = ["Run", "World"]

_SLOT_S = 600
_SLOTS = 36 * 6
_LAYOVER_S = 300
_RUSH = ((7.0, 9.5, 0.3), (16.5, 19.0, 0.25))
_STRETCH_SIGMA, _CONGESTION_SIGMA, _CHANCE_SIGMA = 0.18, 0.22, 0.08
_CONGESTION_KEPT = 0.9
_TURN_S = 60.0


@dataclass(frozen=True, slots=True)
class Run:
    """What a vehicle truly did on a trip; POSIX seconds at each stop."""

    vehicle_id: str
    trip: int
    day: int
    arrival: F64
    departure: F64


class World:
    """One network's buses."""

    def __init__(self, timetable: Timetable, seed: int) -> None:
        self.timetable = timetable
        self.tracks = Tracks(timetable.schedule)
        self._seed = seed
        self._nature: dict[tuple[int, int], float] = {}
        rng = np.random.default_rng(seed)
        self._busy = rng.uniform(0.5, 2.0, len(timetable.schedule.stops.ids))  # stop -> riders, relative
        times = timetable.schedule.stop_times
        self._times = [
            (filled(times.arrival_s[a:b]), filled(times.departure_s[a:b]))
            for a, b in zip(times.offsets[:-1].tolist(), times.offsets[1:].tolist(), strict=True)
        ]

    def day(self, day: int, trips: list[int] | None = None) -> list[Run]:
        """All runs of a service day, of some trips only if they are given."""
        rng = np.random.default_rng((self._seed, day))
        running = [
            t for t in (range(len(self._times)) if trips is None else trips) if self.timetable.runs_on(t, day)
        ]
        congestion: dict[tuple[int, int], F64] = {}
        runs: list[Run] = []
        for vehicle, chain in self._chains(running).items():
            free = -np.inf
            for trip in chain:
                runs.append(self._run(vehicle, trip, day, free, congestion, rng))
                free = float(runs[-1].arrival[-1]) + _TURN_S
        return sorted(runs, key=lambda run: float(run.departure[0]))

    def _chains(self, trips: list[int]) -> dict[str, list[int]]:
        """Trips given to vehicles: by block, else one after the other from where the last one ended."""
        schedule = self.timetable.schedule
        chains: dict[str, list[int]] = {}
        free: dict[int, list[tuple[int, str]]] = {}  # terminal -> when free, vehicle
        for trip in sorted(trips, key=lambda t: int(self._times[t][1][0])):
            rows = schedule.stop_times.offsets[trip], schedule.stop_times.offsets[trip + 1]
            first, last = int(schedule.stop_times.stop[rows[0]]), int(schedule.stop_times.stop[rows[1] - 1])
            block = int(schedule.trips.block[trip])
            start = int(self._times[trip][1][0])
            waiting = [v for v in free.get(first, []) if v[0] + _LAYOVER_S <= start]
            if block != NONE:
                vehicle = f"bus-b{block}"
            elif waiting:
                free[first].remove(waiting[0])
                vehicle = waiting[0][1]
            else:
                vehicle = f"bus-{len(chains) + 1}"
            chains.setdefault(vehicle, []).append(trip)
            free.setdefault(last, []).append((int(self._times[trip][0][-1]), vehicle))
        return chains

    def _run(
        self, vehicle: str, trip: int, day: int, free: float, congestion: dict[tuple[int, int], F64],
        rng: np.random.Generator,
    ) -> Run:  # fmt: skip
        times = self.timetable.schedule.stop_times
        stops = times.stop[times.offsets[trip] : times.offsets[trip + 1]].tolist()
        planned_in, planned_out = self._times[trip]
        zero = self.timetable.zero_s(day)
        n = len(stops)
        arrival, departure = np.empty(n), np.empty(n)
        arrival[0] = max(free, zero + float(planned_in[0]) - 240.0)
        departure[0] = max(zero + float(planned_out[0]), arrival[0] + 20.0) + rng.exponential(35.0)
        for k in range(1, n):
            planned = max(float(planned_in[k] - planned_out[k - 1]), 20.0)
            second = departure[k - 1] - zero
            factor = self._factor(stops[k - 1], stops[k], second, congestion, day)
            arrival[k] = departure[k - 1] + planned * factor * float(rng.lognormal(0.0, _CHANCE_SIGMA))
            if k < n - 1:
                dwell = float(rng.gamma(4.0, 2.0)) * self._busy[stops[k]] * (1.0 + _rush(second))
                departure[k] = max(arrival[k] + dwell, zero + float(planned_out[k]))
        departure[-1] = arrival[-1]
        return Run(vehicle, trip, day, arrival, departure)

    def _factor(
        self, a: int, b: int, second: float, congestion: dict[tuple[int, int], F64], day: int
    ) -> float:
        """How much slower than the timetable a stretch is at a second of the day."""
        nature = self._nature.get((a, b))
        if nature is None:
            own = np.random.default_rng((self._seed, a, b))
            nature = self._nature[a, b] = float(own.lognormal(-0.22, _STRETCH_SIGMA))
        series = congestion.get((a, b))
        if series is None:
            own = np.random.default_rng((self._seed, day, a, b))
            noise = own.normal(0.0, _CONGESTION_SIGMA * np.sqrt(1 - _CONGESTION_KEPT**2), _SLOTS)
            series = np.empty(_SLOTS)
            level = float(own.normal(0.0, _CONGESTION_SIGMA))
            for slot in range(_SLOTS):
                level = _CONGESTION_KEPT * level + float(noise[slot])
                series[slot] = level
            congestion[a, b] = series
        slot = min(max(int(second) // _SLOT_S, 0), _SLOTS - 1)
        return nature * (1.0 + _rush(second)) * float(np.exp(series[slot]))

    def reports(
        self, runs: list[Run], seed: int, *, every_s: int = 20, noise_m: float = 8.0, told: bool = True
    ) -> Iterator[Report]:
        """What the vehicles' radios say, in the order of time; one in twenty reports is lost.

        `told`: the vehicle says which trip it runs.
        """
        rng = np.random.default_rng((self._seed, seed))
        found: list[Report] = []
        for run in runs:
            track = self.tracks.of(run.trip)
            clock = np.column_stack((run.arrival, run.departure)).ravel()
            place = np.repeat(track.stop_m, 2)
            begin = int(run.departure[0]) - 60 + int(rng.integers(every_s))
            trip_id = self.timetable.schedule.trips.ids[run.trip] if told else ""
            for at in range(begin, int(run.arrival[-1]) + 30, every_s):
                if rng.random() < 0.05:
                    continue
                along = float(np.interp(at, clock, place))
                east, north = track.local(*track.at(along))
                noisy = east + float(rng.normal(0.0, noise_m)), north + float(rng.normal(0.0, noise_m))
                found.append(Report(run.vehicle_id, at, *track.position(*noisy), trip_id))
        return iter(sorted(found, key=lambda report: (report.at_s, report.vehicle_id)))


def _rush(second: float) -> float:
    """How much slower the rush hour makes everything."""
    hour = second / 3600.0
    return sum(
        share * float(np.sin(np.pi * (hour - begin) / (end - begin)))
        for begin, end, share in _RUSH
        if begin <= hour <= end
    )
