"""Everything a planner reads, compiled once: timetable, interchanges, streets and the names of things."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from gtfs.model.schedule import NONE, WAYSIDE, Bool, Schedule
from routing.day_network import DayNetwork, both_ways
from routing.kernels.layout import Interchanges, Timetable
from routing.kernels.nearby import Nearby
from routing.labels import Labels
from routing.modes import mode_name
from routing.needs import USUAL, Needs
from routing.ports import Footpaths, Streets
from routing.query import DEFAULT_WALK_SPEED_M_S, Profile
from routing.shapes import Drawings
from routing.street.beeline import BeelineStreets
from routing.street.graph import StreetGraph
from routing.street.router import StreetRouter
from routing.timetable.added import with_added
from routing.timetable.build import build_timetable
from routing.timetable.clock import ServiceClock
from routing.timetable.day import Day, cut_day, mirrored_interchanges
from routing.timetable.interchange import barred, interchanges, limited, slackened
from routing.timetable.live import LiveTrips, overlaid, with_closures, without
from routing.timetable.passages import Passages
from routing.timetable.prepare import PreparedStore, can_prepare, prepare
from routing.timetable.published import published, stretched
from routing.timetable.shortcuts import (
    FAR_WALK_S_MAX,
    NEAR_WALK_S_MAX,
    among,
    far_limit_s,
    joined,
    needed_walks,
    paced,
)
from routing.timetable.splits import platforms_of, split_stops

_LONELY_WALK_S_MAX = 300
"""The same where no street map is known and the feed names no transfer for the stop."""
_DAYS_KEPT = 12
_NOT_ACCESSIBLE = 2
_TAKES_BICYCLES = 1


@dataclass(frozen=True, slots=True)
class _Live:
    """What differs from the timetable, and the days that it has been laid over; swapped as one."""

    trips: LiveTrips
    days: dict[tuple[date, Needs], DayNetwork]


class Network:
    """Immutable but for a cache of days and what is live; safe to share between threads."""

    def __init__(
        self,
        schedule: Schedule,
        timetable: Timetable,
        walks: Footpaths,
        graph: StreetGraph | None,
        street_names: tuple[str, ...] = (),
        prepared: PreparedStore | None = None,
        nearby: Nearby | None = None,
        step_free: Footpaths | None = None,
    ) -> None:
        self._prepared = prepared
        self._live: _Live | None = None
        self.schedule = schedule
        self.timetable = timetable
        self.walks = walks  # at the default speed: all near ones, and the far ones that journeys need
        self.step_free = step_free  # the same by wheelchair, at the same speed; None if not known
        self.graph = graph
        self.street_names = street_names
        stops = schedule.stops
        self.passages = Passages(schedule)
        at = _boarding_positions(schedule, self.passages)
        self.streets: Streets = BeelineStreets(*at) if graph is None else StreetRouter(graph, *at, nearby)
        self.nearby = nearby  # stops near each junction on foot
        self.splits = split_stops(schedule)
        self.clock = ServiceClock(schedule.timezone)
        self.stop_index = {stop_id: k for k, stop_id in enumerate(stops.ids)}
        self.platforms = platforms_of(schedule)
        self._days: OrderedDict[tuple[date, Needs], DayNetwork] = OrderedDict()
        self._lock = threading.Lock()
        self.drawings = Drawings(schedule)
        self._labels: dict[str, Labels] = {}

    @cached_property
    def service_dates(self) -> tuple[date, date]:
        """First and last day on which anything runs."""
        running = np.flatnonzero(self.timetable.service_active.any(axis=0))
        first = self.schedule.services.first_date
        if not len(running):
            return first, first
        return first + timedelta(days=int(running[0])), first + timedelta(days=int(running[-1]))

    @cached_property
    def trip_index(self) -> dict[str, int]:
        """trip_id -> trip of the schedule."""
        return {trip_id: k for k, trip_id in enumerate(self.schedule.trips.ids)}

    @cached_property
    def route_index(self) -> dict[str, int]:
        """route_id -> route of the schedule."""
        return {route_id: k for k, route_id in enumerate(self.schedule.routes.ids)}

    @cached_property
    def published(self) -> Schedule:
        """The schedule as the feeds have it, without waysides: what realtime is about."""
        return published(self.schedule)

    def labels(self, lang: str) -> Labels:
        """What things are called in a language, or as the feeds call them where they do not know it."""
        spoken = lang.lower() if lang.lower() in self._languages else ""
        labels = self._labels.get(spoken)
        if labels is None:
            labels = self._labels[spoken] = Labels(self.schedule, self.splits.stop_of, spoken)
        return labels

    @cached_property
    def _languages(self) -> frozenset[str]:
        """Languages that some text is translated to, and those that they are kinds of."""
        tags = {tag.lower() for texts in self.schedule.translations.values() for tag in texts}
        return frozenset(tags | {tag.split("-")[0] for tag in tags})

    def on(self, day: date, needs: Needs = USUAL) -> DayNetwork:
        """The network of one service day, with what is known to differ from the timetable."""
        key = (day, needs)
        live = self._live
        if live is not None and live.trips.concern(day):
            with self._lock:
                known = live.days.get(key)
            if known is None:
                known = self._overlaid(day, needs, live.trips)
                with self._lock:
                    live.days[key] = known
            return known
        return self._timetabled(day, needs)

    def go_live(self, trips: LiveTrips | None, days: Iterable[date] = ()) -> None:
        """Lay what differs from the timetable over it, or take it away (None); later queries see it whole.

        What is told is about the calls of `published`. `days` are made ready before the swap, so that no
        query waits for them; others when they are asked.
        """
        live = None
        if trips is not None:
            trips = stretched(trips, self.schedule)
            live = _Live(trips, {})
            for day in filter(trips.concern, days):
                live.days[day, USUAL] = self._overlaid(day, USUAL, trips)
        self._live = live

    @property
    def live(self) -> LiveTrips | None:
        """What is known beyond the timetable."""
        live = self._live
        return None if live is None else live.trips

    def _overlaid(self, day: date, needs: Needs, trips: LiveTrips) -> DayNetwork:
        base = self._timetabled(day, needs)
        cut, told = base.day, with_closures(trips, self.schedule, self.clock, day)
        partly = self._partly(needs)
        if partly:  # not those that parts were already made of
            cut = self._cut(day, needs)
            told = without(told, partly, _service_days(cut))
        laid = overlaid(cut, self.timetable, self.schedule, told)
        added = [run for run in trips.added if self._fits(needs, run.route, run.template)]
        laid = with_added(laid, len(self.timetable.run_pattern), added, self.clock.origin(day))
        closed = self._closed(needs)
        if closed is not None:
            laid.timetable.pattern_flags[closed[laid.timetable.pattern_stops]] = 0
        return both_ways(laid, base.forward.change, base.backward.change)

    def _timetabled(self, day: date, needs: Needs) -> DayNetwork:
        """The network of a day as the timetable has it, cut on first use and kept for the next queries."""
        key = (day, needs)
        with self._lock:
            if key in self._days:
                self._days.move_to_end(key)
                return self._days[key]
        made = self._made(day, needs)
        with self._lock:
            self._days[key] = made
            while len(self._days) > _DAYS_KEPT:
                self._days.popitem(last=False)
        return made

    def _made(self, day: date, needs: Needs) -> DayNetwork:
        usual = self._timetabled(day, USUAL) if needs.every_vehicle and needs != USUAL else None
        if usual and needs.usual_but_less:
            return usual.for_less(needs.walk_s_max)
        change = self._change(needs)
        turned = mirrored_interchanges(change)
        if usual:  # all runs are the same, only the ways between them are not
            return both_ways(usual.day, change, turned, usual.backward.timetable)
        cut, partly = self._cut(day, needs), self._partly(needs)
        if partly:
            left = without(LiveTrips(), partly, _service_days(cut))
            cut = overlaid(cut, self.timetable, self.schedule, left)
            closed = self._closed(needs)
            if closed is not None:
                cut.timetable.pattern_flags[closed[cut.timetable.pattern_stops]] = 0
        return self._as_prepared(both_ways(cut, change, turned), needs)

    def _cut(self, day: date, needs: Needs) -> Day:
        """The runs of a day of which a rider may use any part."""
        return cut_day(
            self.timetable,
            self.schedule.services.first_date,
            day,
            self.clock,
            allowed=self._allowed(needs),
            closed=self._closed(needs),
            stops=len(self.splits.stop_of),
        )

    def prepare(self, day: date) -> bool:
        """Prepare a day for riders without special needs, if it is not; takes seconds to a minute.

        False if nothing was to be done. Days that are alike share what was prepared.
        """
        network = self._timetabled(day, USUAL)
        if network.forward.prepared or not can_prepare(network.forward.timetable):
            return False
        ahead, back = network.forward, network.backward
        kept = prepare(ahead.timetable, ahead.change, back.timetable, back.change)
        if self._prepared is not None:
            self._prepared.save(network.key, kept)
            kept = self._prepared.load(network.key) or kept  # mapped, as every other process has it
        self._take_up(day, network.with_prepared(kept))
        return True

    def _take_up(self, day: date, prepared: DayNetwork) -> None:
        """Have a day prepared, also for who walks less: their days are made anew when they are asked for."""
        with self._lock:
            for key in [key for key in self._days if key[0] == day and key[1].usual_but_less]:
                del self._days[key]
            self._days[day, USUAL] = prepared

    def adopt(self) -> int:
        """Take up what another process has prepared since; returns for how many of the days in use."""
        with self._lock:
            known = list(self._days.items())
        adopted = 0
        for key, network in known:
            made = network if network.forward.prepared else self._as_prepared(network, key[1])
            if made is not network:
                self._take_up(key[0], made)
                adopted += 1
        return adopted

    def _as_prepared(self, network: DayNetwork, needs: Needs) -> DayNetwork:
        if self._prepared is None or needs != USUAL or not can_prepare(network.forward.timetable):
            return network
        kept = self._prepared.load(network.key)
        return network if kept is None else network.with_prepared(kept)

    def _change(self, needs: Needs) -> Interchanges:
        """Interchanges at the pace and with the profile of a rider."""
        walks, speed, limit = self.walks, needs.walk_speed_m_s, needs.walk_s_max
        if needs.profile is not Profile.WALK and self.graph is not None:
            walks = self._own_walks(needs)
        elif speed != DEFAULT_WALK_SPEED_M_S:
            walks = paced(walks, speed)
        change = limited(interchanges(self.schedule, self.splits, walks, speed_m_s=speed), limit)
        if needs.profile in (Profile.WHEELCHAIR, Profile.PRAM):  # whatever transfers.txt says
            change = barred(change, self.splits, self.passages.inside(needs.profile, speed).barred())
        return change if not needs.slack_s else slackened(change, needs.slack_s)

    def _own_walks(self, needs: Needs) -> Footpaths:
        """Walks of a profile other than WALK; far ones without steps are a wheelchair's for all of them."""
        speed, limit = needs.walk_speed_m_s, needs.walk_s_max
        far = None if self.step_free is None else paced(self.step_free, speed)
        if far is not None and needs.profile is Profile.WHEELCHAIR:
            return far
        near_s = min(limit, NEAR_WALK_S_MAX)
        near = self.streets.footpaths(profile=needs.profile, speed_m_s=speed, limit_s=near_s)
        near = self.passages.inside(needs.profile, speed).joined(near, near_s)
        # Who rides a cycle is as far in a quarter of an hour as others in one hour.
        return near if far is None or needs.profile is Profile.CYCLE else joined(near, far)

    def _allowed(self, needs: Needs) -> Bool | None:
        """Of which runs a rider may use some trip, None for all."""
        if needs.every_vehicle:
            return None
        if not len(self.timetable.run_pattern):
            return np.empty(0, np.bool_)
        members = self._fitting(needs)[self.timetable.member_trip]
        allowed: Bool = np.logical_or.reduceat(members, self.timetable.member_offsets[:-1])
        return allowed

    def _partly(self, needs: Needs) -> tuple[int, ...]:
        """Trips that a rider does not take of runs of which they take others."""
        timetable = self.timetable
        if needs.every_vehicle or len(timetable.member_trip) == len(timetable.run_pattern):
            return ()
        fits = self._fitting(needs)[timetable.member_trip]
        some = np.logical_or.reduceat(fits, timetable.member_offsets[:-1])
        of_run = np.repeat(some, np.diff(timetable.member_offsets))
        return tuple(np.unique(timetable.member_trip[of_run & ~fits]).tolist())

    def _fitting(self, needs: Needs) -> Bool:
        """Which trips a rider may use; shape (trips,)."""
        trips = self.schedule.trips
        fits = np.ones(len(trips.ids), np.bool_)
        if needs.modes:
            fits &= self._asked(needs)[trips.route]
        if needs.profile is Profile.WHEELCHAIR:
            fits &= trips.wheelchair != _NOT_ACCESSIBLE
        if needs.bicycle:
            fits &= trips.bikes == _TAKES_BICYCLES
        return fits

    def _asked(self, needs: Needs) -> Bool:
        """Which routes are of the modes asked for; shape (routes,)."""
        return np.array([mode_name(int(t)) in needs.modes for t in self.schedule.routes.types], np.bool_)

    def _fits(self, needs: Needs, route: int, template: int) -> bool:
        """Whether a rider may use a run beyond the timetable; a new trip's vehicle is not known."""
        if needs.modes and not self._asked(needs)[route]:
            return False
        if needs.bicycle and (template == NONE or self.schedule.trips.bikes[template] != _TAKES_BICYCLES):
            return False
        like = 0 if template == NONE else int(self.schedule.trips.wheelchair[template])
        return needs.profile is not Profile.WHEELCHAIR or like != _NOT_ACCESSIBLE

    def _closed(self, needs: Needs) -> Bool | None:
        """Stops at which a rider can neither board nor alight, None for none."""
        if needs.profile is not Profile.WHEELCHAIR:
            return None
        closed: Bool = (self.schedule.stops.wheelchair == _NOT_ACCESSIBLE)[self.splits.stop_of]
        return closed


def _service_days(day: Day) -> list[date]:
    """The service days that runs of a day are of."""
    return [day.date + timedelta(days=int(of)) for of in np.unique(day.service_day)]


def build_network(
    schedule: Schedule,
    graph: StreetGraph | None = None,
    street_names: tuple[str, ...] = (),
    progress: Callable[[str], None] = lambda _: None,
) -> Network:
    """Compile a schedule, with a street graph if there is one.

    Without a map only stops for which `transfers.txt` says nothing are joined by short straight walks: a feed
    that names its interchanges is believed to name them all.
    """
    passages = Passages(schedule)
    splits = split_stops(schedule)
    timetable = build_timetable(schedule, splits)
    if graph is None:
        walks = BeelineStreets(*_lonely(schedule)).footpaths(
            profile=Profile.WALK, speed_m_s=DEFAULT_WALK_SPEED_M_S, limit_s=_LONELY_WALK_S_MAX
        )
        walks = passages.inside(Profile.WALK).joined(walks, FAR_WALK_S_MAX)
        return Network(schedule, timetable, walks, None, street_names)
    router = StreetRouter(graph, *_boarding_positions(schedule, passages))

    def all_walks(profile: Profile, limit_s: int) -> Footpaths:
        walks = router.footpaths(profile=profile, speed_m_s=DEFAULT_WALK_SPEED_M_S, limit_s=limit_s)
        return passages.inside(profile).joined(walks, limit_s)

    far_s = far_limit_s(all_walks(Profile.WALK, NEAR_WALK_S_MAX))
    walks = needed_walks(schedule, splits, timetable, all_walks(Profile.WALK, far_s), progress=progress)
    step_free = among(all_walks(Profile.WHEELCHAIR, far_s), walks)
    return Network(schedule, timetable, walks, graph, street_names, None, router.near(), step_free)


def _boarding_positions(schedule: Schedule, passages: Passages) -> tuple[np.ndarray, np.ndarray]:
    """Positions of the stops where vehicles call, and of entrances to them; NaN for all others."""
    boards = passages.on_streets()
    return np.where(boards, schedule.stops.lat, np.nan), np.where(boards, schedule.stops.lon, np.nan)


def _lonely(schedule: Schedule) -> tuple[np.ndarray, np.ndarray]:
    boards = (schedule.stops.location_type == 0) | (schedule.stops.location_type == WAYSIDE)
    lat, lon = (np.where(boards, degrees, np.nan) for degrees in (schedule.stops.lat, schedule.stops.lon))
    named = np.zeros(len(lat), np.bool_)
    for column in (schedule.transfers.from_stop, schedule.transfers.to_stop):
        named[column[column >= 0]] = True
    return np.where(named, np.nan, lat), np.where(named, np.nan, lon)
