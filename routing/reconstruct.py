"""From indices back to names: the runs that a search rode become the legs of a journey."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TypeAlias

from gtfs.model.schedule import NONE
from routing.day_network import DayNetwork
from routing.journey import Call, Journey, Leg, LegEnd, Passage
from routing.kernels.ways import length_of
from routing.line import Line
from routing.network import Network
from routing.ports import StreetPath
from routing.query import Point, Query
from routing.rides import Ride
from routing.stopping import stopped
from routing.street.beeline import DETOUR
from routing.timetable.added import AddedRun

Walked: TypeAlias = tuple[StreetPath | None, tuple[Passage, ...]]
"""The way over streets, and what of it is within stations."""


class Reconstruction:
    """Builds the journeys of one query on one day."""

    def __init__(self, network: Network, day: DayNetwork, query: Query) -> None:
        self._network = network
        self._schedule = network.schedule
        self._day = day.day
        self._change = day.forward.change
        self._query = query
        self._stop_of = network.splits.stop_of
        self._labels = network.labels(query.lang)
        self._walks: dict[tuple[LegEnd, LegEnd], Walked] = {}  # journeys share doors and stops
        self._on_foot = "bicycle" if query.bicycle else "walk"

    def journey(self, rides: list[Ride], access_s: int, egress_s: int) -> Journey:
        """A journey of one or more rides, with the ways from and to the doors in seconds."""
        legs: list[Leg] = []
        first_stop, first_departure = self._event(rides[0], rides[0].board, departure=True)
        walk = self._door_walk(
            self._query.origin, first_stop, first_departure - access_s, access_s, outward=True
        )
        legs += [walk] if walk else []
        for k, ride in enumerate(rides):
            if k:
                legs += self._walk_between(rides[k - 1], ride)
            legs += self._ride(ride)
        last_stop, last_arrival = self._event(rides[-1], rides[-1].alight, departure=False)
        walk = self._door_walk(self._query.destination, last_stop, last_arrival, egress_s, outward=False)
        legs += [walk] if walk else []
        return Journey(
            service_date=self._day.date,
            departure_s=legs[0].departure_s,
            arrival_s=legs[-1].arrival_s,
            interchanges=len(rides) - 1,
            walk_m=sum(leg.distance_m for leg in legs if leg.mode == "walk"),
            legs=tuple(legs),
        )

    def edges(self, rides: list[Ride], access_s: int, egress_s: int) -> tuple[int, int]:
        """When a journey leaves the origin and is at the destination, in seconds of the day."""
        _, departure = self._event(rides[0], rides[0].board, departure=True)
        _, arrival = self._event(rides[-1], rides[-1].alight, departure=False)
        return departure - access_s, arrival + egress_s

    def walk_only(self, departure_s: int | None, arrival_s: int | None, limit_s: int) -> Journey | None:
        """The whole way on foot, if it takes no longer than `limit_s`; leaves or arrives as given."""
        query = self._query
        a, b = query.origin, query.destination
        path = self._network.streets.path(
            (a.lat, a.lon), (b.lat, b.lon), profile=query.profile, speed_m_s=query.walk_speed_m_s,
            limit_s=limit_s,
        )  # fmt: skip
        if path is None:
            return None
        begin = departure_s if departure_s is not None else (arrival_s or 0) - path.duration_s
        leg = Leg(
            mode=self._on_foot,
            start=self._end_of(a),
            end=self._end_of(b),
            departure_s=begin,
            arrival_s=begin + path.duration_s,
            distance_m=path.distance_m,
            geometry=path.geometry,
        )
        walk_m = 0.0 if query.bicycle else leg.distance_m
        return Journey(self._day.date, leg.departure_s, leg.arrival_s, 0, walk_m, (leg,))

    def _event(self, ride: Ride, position: int, *, departure: bool) -> tuple[int, int]:
        """Search stop and time of a ride's position."""
        timetable = self._day.timetable
        entry = int(timetable.pattern_offsets[ride.pattern])
        length = int(timetable.pattern_offsets[ride.pattern + 1]) - entry
        event = int(timetable.time_offsets[ride.pattern]) + ride.run * length + position
        stop = int(timetable.pattern_stops[entry + position])
        return stop, int(timetable.departure[event] if departure else timetable.arrival[event])

    def _ride(self, ride: Ride) -> Iterator[Leg]:
        """One leg per trip: staying seated joins them."""
        timetable, schedule = self._network.timetable, self._schedule
        day_run = int(self._day.timetable.run_offsets[ride.pattern]) + ride.run
        run = int(self._day.run[day_run])
        if run >= len(timetable.run_pattern):
            yield self._added_leg(ride, self._day.added[run - len(timetable.run_pattern)])
            return
        service_date = self._day.date + timedelta(days=int(self._day.service_day[day_run]))
        length = int(timetable.run_times[run + 1] - timetable.run_times[run])
        times = int(self._day.timetable.time_offsets[ride.pattern]) + ride.run * length
        members = range(int(timetable.member_offsets[run]), int(timetable.member_offsets[run + 1]))
        seated = False
        for member in members:
            trip = int(timetable.member_trip[member])
            begin = int(timetable.member_position[member])
            calls = int(schedule.stop_times.offsets[trip + 1] - schedule.stop_times.offsets[trip])
            first, last = max(ride.board, begin), min(ride.alight, begin + calls - 1)
            if first >= last:
                continue
            entry = int(self._day.timetable.pattern_offsets[ride.pattern])
            called = slice(entry + first, entry + last + 1)
            timed = slice(times + first, times + last + 1)
            listed = tuple(
                map(
                    Call,
                    self._labels.stops(self._day.timetable.pattern_stops[called].tolist()),
                    self._day.timetable.arrival[timed].tolist(),
                    self._day.timetable.departure[timed].tolist(),
                )
            )
            leg = self._trip_leg(trip, service_date, listed, first - begin, last - begin, seated)
            gets_off = ride.alight < begin + calls
            yield stopped(schedule, leg, trip, first - begin, last - begin, on=not seated, off=gets_off)
            seated = True

    def _trip_leg(
        self, trip: int, service_date: date, calls: tuple[Call, ...], first: int, last: int, seated: bool
    ) -> Leg:
        schedule = self._schedule
        line = self._labels.line(int(schedule.trips.route[trip]))
        geometry, metres = self._network.drawings.ridden(trip, first, last)
        return Leg(
            mode=line.mode,
            start=calls[0].stop,
            end=calls[-1].stop,
            departure_s=calls[0].departure_s,
            arrival_s=calls[-1].arrival_s,
            distance_m=metres,
            geometry=geometry,
            route_id=line.route_id,
            route_name=line.name,
            route_color=line.color,
            agency_name=line.agency_name,
            trip_id=schedule.trips.ids[trip],
            trip_name=schedule.trips.short_names[trip],
            trip_service_date=service_date,
            headsign=self._labels.headsign(trip, int(schedule.stop_times.offsets[trip]) + first),
            calls=calls,
            stay_seated=seated,
        )

    def _added_leg(self, ride: Ride, run: AddedRun) -> Leg:
        """A ride on a trip that realtime adds."""
        events = int(self._day.timetable.time_offsets[ride.pattern])
        timed = slice(events + ride.board, events + ride.alight + 1)
        calls = tuple(
            map(
                Call,
                self._labels.stops(run.stop[ride.board : ride.alight + 1].tolist()),
                self._day.timetable.arrival[timed].tolist(),
                self._day.timetable.departure[timed].tolist(),
            )
        )
        geometry = Line.of(*((call.stop.lat, call.stop.lon) for call in calls))
        metres = length_of(geometry.lat, geometry.lon)
        if run.like != NONE:
            geometry, metres = self._network.drawings.ridden(run.like, ride.board, ride.alight)
        line = self._labels.line(run.route)
        leg = Leg(
            mode=line.mode,
            start=calls[0].stop,
            end=calls[-1].stop,
            departure_s=calls[0].departure_s,
            arrival_s=calls[-1].arrival_s,
            distance_m=metres,
            geometry=geometry,
            route_id=line.route_id,
            route_name=line.name,
            route_color=line.color,
            agency_name=line.agency_name,
            trip_id=run.trip_id,
            trip_name=run.short_name,
            trip_service_date=run.date,
            headsign=run.headsign,
            calls=calls,
        )
        if run.like == NONE:
            return leg
        return stopped(self._schedule, leg, run.like, ride.board, ride.alight, on=True, off=True)

    def _walk_between(self, before: Ride, after: Ride) -> Iterator[Leg]:
        start, arrival = self._event(before, before.alight, departure=False)
        end, _ = self._event(after, after.board, departure=True)
        if self._stop_of[start] == self._stop_of[end]:
            return
        entries = slice(int(self._change.offsets[start]), int(self._change.offsets[start + 1]))
        ways = self._change.duration_s[entries][self._change.target[entries] == end]
        walked_s = int(ways.min()) - self._query.interchange_slack_s
        ends = (self._labels.stop(start), self._labels.stop(end))
        yield self._walk_leg(*ends, arrival, walked_s, (int(self._stop_of[start]), int(self._stop_of[end])))

    def _door_walk(self, point: Point, stop: int, begin_s: int, seconds: int, *, outward: bool) -> Leg | None:
        at_stop = self._labels.stop(stop)
        if seconds == 0 and (point.stop_ids or (point.lat, point.lon) == (at_stop.lat, at_stop.lon)):
            return None
        door = self._end_of(point)
        start, end = (door, at_stop) if outward else (at_stop, door)
        platform = int(self._stop_of[stop])
        return self._walk_leg(start, end, begin_s, seconds, (NONE, platform) if outward else (platform, NONE))

    def _walk_leg(
        self, start: LegEnd, end: LegEnd, begin_s: int, seconds: int, stops: tuple[int, int]
    ) -> Leg:
        """A walk between two ends, of which `stops` are, NONE for a door."""
        if (start, end) not in self._walks:
            self._walks[start, end] = self._walked(start, end, stops)
        path, passages = self._walks[start, end]
        if path is None:  # transfers.txt knows a way that the map does not
            geometry = Line.of((start.lat, start.lon), (end.lat, end.lon))
            distance = DETOUR * length_of(geometry.lat, geometry.lon)
        else:
            geometry, distance = path.geometry, path.distance_m
        return Leg(
            self._on_foot, start, end, begin_s, begin_s + seconds, distance, geometry, passages=passages
        )

    def _walked(self, start: LegEnd, end: LegEnd, stops: tuple[int, int]) -> Walked:
        """The way over streets and through stations; None where the map knows none."""
        query, known = self._query, self._network.passages
        if not known.platforms:
            return self._street((start.lat, start.lon), (end.lat, end.lon), stops), ()
        inside = known.inside(query.profile, query.walk_speed_m_s)
        within = inside.ways.get(stops)
        if within is not None:
            line = Line.of((start.lat, start.lon), (end.lat, end.lon))
            return StreetPath(within.seconds, within.length_m, line), within.parts
        places = self._schedule.stops
        best: Walked = (None, ())
        for out, out_s in inside.doors(stops[0], backward=True) or [(NONE, 0)]:
            for into, into_s in inside.doors(stops[1], backward=False) or [(NONE, 0)]:
                begin, goal = [
                    (float(places.lat[door]), float(places.lon[door])) if door != NONE else (at.lat, at.lon)
                    for door, at in ((out, start), (into, end))
                ]
                path = self._street(
                    begin, goal, (stops[0] if out == NONE else out, stops[1] if into == NONE else into)
                )
                if path is None:
                    continue
                seconds = out_s + path.duration_s + into_s
                if best[0] is None or seconds < best[0].duration_s:
                    ways = [
                        inside.ways[pair] for pair in ((stops[0], out), (into, stops[1])) if NONE not in pair
                    ]
                    metres = path.distance_m + sum(way.length_m for way in ways)
                    line = _led(path.geometry, start if out != NONE else None, end if into != NONE else None)
                    best = StreetPath(seconds, metres, line), tuple(p for way in ways for p in way.parts)
        return best

    def _street(
        self, start: tuple[float, float], end: tuple[float, float], stops: tuple[int, int]
    ) -> StreetPath | None:
        query = self._query
        return self._network.streets.path(
            start, end, profile=query.profile, speed_m_s=query.walk_speed_m_s, stops=stops
        )

    def _end_of(self, point: Point) -> LegEnd:
        return LegEnd(point.name, point.lat, point.lon, point.stop_ids[0] if point.stop_ids else None)


def _led(line: Line, start: LegEnd | None, end: LegEnd | None) -> Line:
    """A line that also leads from a platform to its first point and from its last point to a platform."""
    before, after = ([] if at is None else [(at.lat, at.lon)] for at in (start, end))
    return Line.of(*before, *line, *after) if before or after else line
