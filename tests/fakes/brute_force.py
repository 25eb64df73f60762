"""Every way through a small timetable, tried one by one: what RAPTOR must equal.

Written from the GTFS reference and the model stated in `routing.timetable`, in plain Python; it shares no
code with `routing`. Between two vehicles lies one change at a stop or one footpath, never two in a row.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta

from gtfs.model.schedule import NONE, Schedule

DAY_S = 86_400
FOREVER = 10**9


@dataclass(frozen=True)
class Visit:
    """One call of one vehicle on one day."""

    stop: int
    arrival: int
    departure: int
    board: bool
    alight: bool


@dataclass(frozen=True)
class Vehicle:
    """A trip of one service day, and the vehicles that it becomes with its riders staying seated."""

    name: tuple[int, int, int]  # trip, day offset, number of its frequency
    visits: tuple[Visit, ...]
    onward: tuple[tuple[int, int, int], ...]


Walks = dict[tuple[int, int], int]
Reached = dict[tuple[int, int], int]  # stop, trip -> arrival
Vehicles = dict[tuple[int, int, int], Vehicle]
Ends = dict[int, int]


def vehicles(schedule: Schedule, day: date) -> Vehicles:
    """All vehicles of the service days around `day`, in seconds of `day`."""
    found: Vehicles = {}
    onward = _onward(schedule)
    for trip in range(len(schedule.trips.ids)):
        service = int(schedule.trips.service[trip])
        rows = range(int(schedule.stop_times.offsets[trip]), int(schedule.stop_times.offsets[trip + 1]))
        times = _times(schedule, rows)
        repeats = [k for k in range(len(schedule.frequencies.trip)) if schedule.frequencies.trip[k] == trip]
        starts = [
            t - times[0][1]
            for k in repeats
            for t in range(
                int(schedule.frequencies.start_s[k]),
                int(schedule.frequencies.end_s[k]),
                int(schedule.frequencies.headway_s[k]),
            )
        ]
        for offset in range(-3, 3):
            on = day + timedelta(days=offset)
            if not _runs(schedule, service, on):
                continue
            for number, start in enumerate(starts if repeats else [0]):
                visits = tuple(
                    Visit(
                        int(schedule.stop_times.stop[row]),
                        times[k][0] + start + offset * DAY_S,
                        times[k][1] + start + offset * DAY_S,
                        schedule.stop_times.pickup_type[row] != 1 and k + 1 < len(rows),
                        schedule.stop_times.drop_off_type[row] != 1 and k > 0,
                    )
                    for k, row in enumerate(rows)
                )
                following = (
                    ()
                    if repeats
                    else tuple(
                        (b, offset, 0)
                        for b in onward(trip, on)
                        if _runs(schedule, int(schedule.trips.service[b]), on)
                    )
                )
                found[trip, offset, number] = Vehicle((trip, offset, number), visits, following)
    return found


def _runs(schedule: Schedule, service: int, on: date) -> bool:
    index = (on - schedule.services.first_date).days
    active = schedule.services.active
    return 0 <= index < active.shape[1] and bool(active[service, index])


def _times(schedule: Schedule, rows: range) -> list[tuple[int, int]]:
    """Arrival and departure of every row, blanks filled by distance."""
    arrivals = [int(schedule.stop_times.arrival_s[r]) for r in rows]
    departures = [int(schedule.stop_times.departure_s[r]) for r in rows]
    along = [0.0]
    for before, after in zip(rows, list(rows)[1:], strict=False):
        along.append(along[-1] + _metres(schedule, before, after))
    given = [float(schedule.stop_times.shape_dist[r]) for r in rows]
    times = []
    for k in range(len(rows)):
        if arrivals[k] != NONE or departures[k] != NONE:
            times.append(
                (
                    arrivals[k] if arrivals[k] != NONE else departures[k],
                    departures[k] if departures[k] != NONE else arrivals[k],
                )
            )
            continue
        low = max(j for j in range(k) if departures[j] != NONE)
        high = min(j for j in range(k + 1, len(rows)) if arrivals[j] != NONE)
        if given[high] > given[low] and given[low] <= given[k] <= given[high]:
            share = (given[k] - given[low]) / (given[high] - given[low])
        elif along[high] > along[low]:
            share = (along[k] - along[low]) / (along[high] - along[low])
        else:
            share = (k - low) / (high - low)
        moment = departures[low] + round(share * (arrivals[high] - departures[low]))
        times.append((moment, moment))
    return times


def _metres(schedule: Schedule, a: int, b: int) -> float:
    stops = schedule.stops
    p, q = int(schedule.stop_times.stop[a]), int(schedule.stop_times.stop[b])
    middle = math.radians((stops.lat[p] + stops.lat[q]) / 2)
    north = math.radians(stops.lat[q] - stops.lat[p])
    east = math.radians(stops.lon[q] - stops.lon[p]) * math.cos(middle)
    return 6_371_000.0 * math.hypot(north, east)


def _onward(schedule: Schedule):
    """(trip, date) -> trips that the vehicle becomes."""
    trips, times, transfers = schedule.trips, schedule.stop_times, schedule.transfers
    repeated = set(schedule.frequencies.trip.tolist())

    def first(t: int) -> int:
        return int(times.offsets[t])

    def last(t: int) -> int:
        return int(times.offsets[t + 1]) - 1

    def place(stop: int) -> int:
        parent = int(schedule.stops.parent[stop])
        return stop if parent == NONE else parent

    def of(trip: int, on: date) -> list[int]:
        forbidden = {
            int(transfers.to_trip[k])
            for k in range(len(transfers.type))
            if transfers.type[k] == 5 and transfers.from_trip[k] == trip
        }
        found = [
            b
            for k in range(len(transfers.type))
            if transfers.type[k] == 4
            and transfers.from_trip[k] == trip
            and (b := int(transfers.to_trip[k])) != NONE
            and times.departure_s[first(b)] >= times.arrival_s[last(trip)]
        ]
        later = [
            b
            for b in range(len(trips.ids))
            if b != trip
            and trips.block[trip] != NONE
            and trips.block[b] == trips.block[trip]
            and _runs(schedule, int(trips.service[b]), on)
            and times.departure_s[first(b)] >= times.arrival_s[last(trip)]
        ]
        later.sort(key=lambda b: int(times.departure_s[first(b)]))
        for b in later[:1]:
            back = trips.route[b] == trips.route[trip] and {
                int(trips.direction[b]),
                int(trips.direction[trip]),
            } == {0, 1}
            if (
                place(int(times.stop[first(b)])) == place(int(times.stop[last(trip)]))
                and b not in forbidden
                and not back
            ):
                found.append(b)
        return [b for b in dict.fromkeys(found) if b not in repeated and trip not in repeated]

    return of


class Changes:
    """How long a rider needs from one vehicle to the next, by the rules of transfers.txt and the streets."""

    def __init__(self, schedule: Schedule, walks: Walks) -> None:
        self._schedule = schedule
        self._walks = walks
        self._known: dict[tuple[int, int, int, int], int | None] = {}
        t = schedule.transfers
        self._rows = list(
            zip(
                t.from_stop.tolist(), t.to_stop.tolist(), t.from_trip.tolist(), t.to_trip.tolist(),
                t.from_route.tolist(), t.to_route.tolist(), t.type.tolist(), t.min_s.tolist(),
                strict=True,
            )
        )  # fmt: skip

    def seconds(self, a: int, left: int, b: int, boarded: int) -> int | None:
        """From trip `left` at stop `a` to trip `boarded` at stop `b`; None if it cannot be done."""
        key = (a, left, b, boarded)
        if key not in self._known:
            self._known[key] = self._look_up(*key)
        return self._known[key]

    def _look_up(self, a: int, left: int, b: int, boarded: int) -> int | None:
        rule = self._rule(a, left, b, boarded)
        walk = 0 if a == b else self._walks.get((a, b))
        if rule is None:
            return walk
        kind, least, single = rule
        least = max(least, 0)
        if kind == 3:
            return None
        if kind == 1:
            return 0
        if kind == 2 or a == b:
            return least
        if single:  # what one would need without the rule for these trips, if that can be done at all
            walk = self.seconds(a, NONE, b, NONE)
        return max(walk if walk is not None else _beeline_s(self._schedule, a, b), least)

    def _rule(self, a: int, left: int, b: int, boarded: int) -> tuple[int, int, bool] | None:
        """Most specific about trips and routes, then the one that names fewest stations, then the last."""
        route = [*self._schedule.trips.route.tolist(), NONE]
        parent = self._schedule.stops.parent
        best, found = None, None
        for k, (x, y, from_trip, to_trip, from_route, to_route, kind, least) in enumerate(self._rows):
            if kind > 3 or x not in (a, parent[a]) or y not in (b, parent[b]) or NONE in (x, y):
                continue
            rank = 0
            for trip, wanted, wanted_route in ((left, from_trip, from_route), (boarded, to_trip, to_route)):
                if wanted != NONE:
                    rank += 3 if wanted == trip else -100
                elif wanted_route != NONE:
                    rank += 1 if wanted_route == route[trip] else -100
            order = (rank, -int(x != a) - int(y != b), k)
            if rank >= 0 and (best is None or order > best):
                best, found = order, (kind, least, rank > 0)
        return found


def _beeline_s(schedule: Schedule, a: int, b: int) -> int:
    stops = schedule.stops
    north = math.radians(stops.lat[b] - stops.lat[a])
    east = math.radians(stops.lon[b] - stops.lon[a]) * math.cos(math.radians(stops.lat[a]))
    return math.ceil(round(1.3 * 6_371_008.8 * math.hypot(north, east) / 1.33, 6))


def arrivals(
    running: Vehicles, changes: Changes, access: Ends, begin: int, vehicles_max: int
) -> list[Reached]:
    """Earliest arrival by each trip at each stop, with exactly as many vehicles as the index says."""
    rounds: list[Reached] = [{}]
    for number in range(vehicles_max):
        reached: Reached = {}
        ready: dict[tuple[int, int], int] = {}
        for vehicle in running.values():
            trip = vehicle.name[0]
            for k, visit in enumerate(vehicle.visits):
                if not visit.board:
                    continue
                at = (visit.stop, trip)
                if at not in ready:
                    if number == 0:
                        ready[at] = begin + access.get(visit.stop, FOREVER)
                    else:
                        ready[at] = min(
                            (
                                moment + seconds
                                for (stop, left), moment in rounds[-1].items()
                                if (seconds := changes.seconds(stop, left, *at)) is not None
                            ),
                            default=FOREVER,
                        )
                if ready[at] <= visit.departure:
                    _ride(running, vehicle, k, reached)
                    break
        rounds.append(reached)
    return rounds


def _ride(running: Vehicles, vehicle: Vehicle, at: int, reached: Reached) -> None:
    for visit in vehicle.visits[at + 1 :]:
        if visit.alight:
            key = (visit.stop, vehicle.name[0])
            reached[key] = min(reached.get(key, FOREVER), visit.arrival)
    for name in vehicle.onward:
        _ride(running, running[name], 0, reached)


def pareto(rounds: list[Reached], egress: Ends) -> list[int | None]:
    """Arrival at the destination by number of vehicles, None where fewer vehicles are as fast."""
    best, found = FOREVER, []
    for reached in rounds:
        moment = min((m + egress[s] for (s, _), m in reached.items() if s in egress), default=FOREVER)
        found.append(moment if moment < best else None)
        best = min(best, moment)
    return found


def latest_departures(
    running: Vehicles,
    changes: Changes,
    access: Ends,
    egress: Ends,
    deadline: int,
    vehicles_max: int,
) -> list[int | None]:
    """Latest departure that arrives by `deadline`, by number of vehicles, None where fewer do as well."""
    moments = {
        visit.departure - seconds
        for vehicle in running.values()
        for visit in vehicle.visits
        for stop, seconds in access.items()
        if visit.stop == stop and visit.board
    }
    latest: list[int] = [-FOREVER] * (vehicles_max + 1)
    for moment in sorted(m for m in moments if m <= deadline):
        rounds = arrivals(running, changes, access, moment, vehicles_max)
        best = FOREVER
        for k, reached in enumerate(rounds):
            best = min([best, *(m + egress[s] for (s, _), m in reached.items() if s in egress)])
            if best <= deadline:
                latest[k] = max(latest[k], moment)
    return [m if m > max(latest[:k], default=-FOREVER) else None for k, m in enumerate(latest)]
