"""Random networks that have every feature at once, riders with needs, and what brute force makes of them.

A network mixes what the generators of single features make: changes by rule, frequencies, trips of a block,
waysides, pathways, vehicles and stops that not everybody can use, kinds of lines, walks by who goes there,
and told delays. The brute force sees the same as plain tables: every place as a stop of its own, told times
written in, vehicles and walks that the rider does not take left out.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
from fakes.brute_force import FOREVER, Changes, Ends, Vehicles, Walks, arrivals, pareto, vehicles
from fakes.feed_text import FIRST_DATE, Tables, schedule_from
from fakes.random_feeds import Dice, feed_of
from fakes.routing_checks import DAY
from fakes.written_out import clock, hailed_feed, written_out

from gtfs.model.schedule import NONE, Schedule
from gtfs.realtime.added import AddedTrip
from routing.modes import mode_name
from routing.needs import Needs
from routing.network import Network
from routing.ports import Footpaths
from routing.query import Profile
from routing.street.profiles import SPEED_M_S
from routing.timetable.added import added_runs
from routing.timetable.build import build_timetable
from routing.timetable.clock import ServiceClock
from routing.timetable.interchange import rules_between
from routing.timetable.interpolate import filled_times
from routing.timetable.live import LiveTrips, RunKey, TripChange
from routing.timetable.passages import Passages
from routing.timetable.splits import split_stops
from routing.waysides import with_waysides

EPOCH = 719_163
NEAR_S = 900  # walks of other profiles are known this far
LIMITS_S = (300, 600, 1200, 1800)


@dataclass(frozen=True)
class Mixed:
    """A network as it is searched, and the plain timetable that it stands for."""

    network: Network
    plain: Schedule
    walks: dict[Profile, Walks]  # over streets, between stops and entrances
    features: frozenset[str]

    @property
    def alike(self) -> bool:
        """Whether both took every place for the same stop: one within 30 m of two others may be either."""
        calls = self.network.schedule.stop_times.stop  # those of added trips come after them
        return np.array_equal(calls, self.plain.stop_times.stop[: len(calls)])


@dataclass
class GivenStreets:
    """Streets of which only the walks between stops are known."""

    walks: dict[Profile, Walks]
    stops: int

    def footpaths(self, *, profile: Profile, speed_m_s: float, limit_s: int) -> Footpaths:
        del speed_m_s  # walks are given at the pace of their profile
        return footpaths(self.walks[profile], self.stops, limit_s)

    def path(self, *_ends: object, **_how: object) -> None:
        """How a walk runs is not known."""


def footpaths(walks: Walks, stops: int, limit_s: int = FOREVER) -> Footpaths:
    keys = sorted(pair for pair, s in walks.items() if s <= limit_s)
    counts = np.bincount([a for a, _ in keys], minlength=stops) if keys else np.zeros(stops, np.int64)
    return Footpaths(
        np.concatenate(([0], np.cumsum(counts))).astype(np.int64), np.array([b for _, b in keys], np.int32),
        np.array([walks[k] for k in keys], np.int32), np.array([walks[k] * 1.33 for k in keys]),
    )  # fmt: skip


def mixed(seed: int) -> Mixed:
    """A small network with most of the features, each in some."""
    rng = random.Random(seed)
    hailed, live = rng.random() < 0.4, rng.random() < 0.4
    tables = hailed_feed(seed) if hailed else feed_of(Dice(rng.randint))
    _for_whom(tables, rng)
    inside = rng.random() < 0.5
    if inside:
        _pathways(tables, rng)
    changes: dict[RunKey, TripChange] = {}
    added: list[AddedTrip] = []
    if live:  # told trips are linked to no other, and single runs of a frequency are another test's matter
        tables["frequencies"] = []
        tables["transfers"] = [t for t in tables["transfers"] if t["transfer_type"] not in ("4", "5")]
        for trip in tables["trips"]:
            trip["block_id"] = ""
    schedule = schedule_from(tables)
    if live:
        changes = _told(tables, schedule, rng, hailed=hailed)
        added = [] if hailed else _added(tables, schedule, rng)
    told = schedule_from(tables)
    plain = schedule_from(_left_out(written_out(tables, told), schedule, changes)) if hailed else told
    searched = with_waysides(schedule) if hailed else schedule
    walks = _walks(searched, rng)
    network = _network(searched, walks)
    prepared = rng.random() < 0.6 and network.prepare(DAY)
    if live:
        network.go_live(LiveTrips(changes, added_runs(searched, network.splits, added)), [DAY])
    kinds = {
        "hailed": hailed, "live": live, "inside": inside, "frequency": len(schedule.frequencies.trip) > 0,
        "single rule": len(split_stops(schedule).matches) > 0, "rule": len(schedule.transfers.type) > 0,
        "prepared": prepared and not live, "added": len(added) > 0,
        "in seat": any(vehicle.onward for vehicle in vehicles(plain, DAY).values()),
    }  # fmt: skip
    return Mixed(network, plain, walks, frozenset(name for name, there in kinds.items() if there))


def needs_of(made: Mixed, rng: random.Random) -> Needs:
    """A rider."""
    if rng.random() < 0.2:  # nothing but a limit, as days are prepared for
        return Needs(walk_s_max=1800 if "single rule" in made.features else rng.choice(LIMITS_S[1:]))
    profile = rng.choice((Profile.WALK, Profile.WALK, *Profile)[:7])
    if profile in (Profile.DEVICE, Profile.SHUTTLE):
        profile = Profile.WHEELCHAIR
    modes = rng.choice((frozenset(), frozenset(), frozenset({"bus"}), frozenset({"bus", "rail"})))
    # The brute force takes the length of a walk that a rule for single trips names from what may be walked.
    limit = 1800 if "single rule" in made.features else rng.choice(LIMITS_S)
    cycle = profile is Profile.CYCLE
    return Needs(
        profile, SPEED_M_S[Profile.CYCLE] if cycle else Needs().walk_speed_m_s, limit, modes,
        rng.choice((0, 0, 120, 300)), bicycle=cycle,
    )  # fmt: skip


def running(made: Mixed, needs: Needs) -> Vehicles:
    """The vehicles that a rider takes, calling where they can board and leave them."""
    schedule = made.plain
    closed = schedule.stops.wheelchair == 2
    found: Vehicles = {}
    for name, vehicle in vehicles(schedule, DAY).items():
        trip = name[0]
        kind = mode_name(int(schedule.routes.types[schedule.trips.route[trip]]))
        if needs.modes and kind not in needs.modes:
            continue
        if needs.profile is Profile.WHEELCHAIR and schedule.trips.wheelchair[trip] == 2:
            continue
        if needs.bicycle and schedule.trips.bikes[trip] != 1:
            continue
        visits = vehicle.visits
        if needs.profile is Profile.WHEELCHAIR:
            visits = tuple(
                replace(v, board=v.board and not closed[v.stop], alight=v.alight and not closed[v.stop])
                for v in visits
            )
        found[name] = replace(vehicle, visits=visits)
    return {
        name: replace(vehicle, onward=tuple(other for other in vehicle.onward if other in found))
        for name, vehicle in found.items()
    }


class NeedyChanges(Changes):
    """Changes of a rider: walks of who goes there, no longer than they may be, some barred, all slackened."""

    def __init__(self, made: Mixed, needs: Needs) -> None:
        schedule = made.network.schedule
        passages = Passages(schedule)
        near = FOREVER if needs.profile is Profile.WALK else min(needs.walk_s_max, NEAR_S)
        own = footpaths(made.walks[needs.profile], len(schedule.stops.ids), near)
        joined = passages.inside(needs.profile, needs.walk_speed_m_s).joined(own, near)
        origin = np.repeat(np.arange(len(joined.offsets) - 1), np.diff(joined.offsets)).tolist()
        pairs = zip(origin, joined.target.tolist(), strict=True)
        walks = dict(zip(pairs, joined.duration_s.tolist(), strict=True))
        ruled = rules_between(made.plain)
        super().__init__(made.plain, {p: s for p, s in walks.items() if s <= needs.walk_s_max or p in ruled})
        step_free = needs.profile in (Profile.WHEELCHAIR, Profile.PRAM)
        self.barred = passages.inside(needs.profile, needs.walk_speed_m_s).barred() if step_free else set()
        self.slack_s = needs.slack_s

    def needed(self, a: int, left: int, b: int, boarded: int) -> int | None:
        """What the rider needs from a vehicle to the next one."""
        seconds = None if (a, b) in self.barred else super().seconds(a, left, b, boarded)
        return None if seconds is None else seconds + self.slack_s


class Slackened:
    """What `arrivals` asks for changes, answered with the rider's slack."""

    def __init__(self, changes: NeedyChanges) -> None:
        self.seconds = changes.needed


def window(
    taken: Vehicles, changes: Changes, access: Ends, egress: Ends, begin: int, window_s: int, most: int
) -> set[tuple[int, int, int]]:
    """Every best (departure, arrival, vehicles) that leaves in a window, each departure tried by itself."""
    leaving = {
        visit.departure - access[visit.stop]
        for vehicle in taken.values()
        for visit in vehicle.visits
        if visit.board and visit.stop in access
    }
    found = {
        (moment, arrival, k)
        for moment in leaving
        if begin <= moment < begin + window_s
        for k, arrival in enumerate(pareto(arrivals(taken, changes, access, moment, most), egress))
        if arrival is not None
    }
    later = {
        (moment, arrival, k)
        for moment in (begin + window_s,)
        for k, arrival in enumerate(pareto(arrivals(taken, changes, access, moment, most), egress))
        if arrival is not None
    }
    return {
        one
        for one in found
        if not any(o != one and o[0] >= one[0] and o[1] <= one[1] and o[2] <= one[2] for o in found | later)
    }


def _for_whom(tables: Tables, rng: random.Random) -> None:
    """Which vehicles and stops serve whom, and what kind of line each is."""
    tables["routes"] = [{"route_id": r, "route_type": rng.choice("0233")} for r in "RQ"]
    for stop in tables["stops"]:
        stop["wheelchair_boarding"] = rng.choice(("", "0", "1", "2"))
    for trip in tables["trips"]:
        trip["wheelchair_accessible"] = rng.choice(("", "1", "1", "2"))
        trip["bikes_allowed"] = rng.choice(("", "1", "1", "2"))


def _pathways(tables: Tables, rng: random.Random) -> None:
    """Entrances and ways within the station that some stops belong to."""
    station = next(k for k, stop in enumerate(tables["stops"]) if stop["stop_id"] == "S")
    doors = [
        {"stop_id": f"E{k}", "location_type": "2", "parent_station": "S", "stop_lat": "35", "stop_lon": "140"}
        for k in range(rng.randint(0, 2))
    ]
    tables["stops"][station:station] = doors
    inside = [s["stop_id"] for s in tables["stops"] if s.get("parent_station") == "S"]
    tables["pathways"] = []
    for k in range(rng.randint(1, 6) if len(inside) > 1 else 0):
        a, b = rng.sample(inside, 2)
        tables["pathways"].append({
            "pathway_id": str(k), "from_stop_id": a, "to_stop_id": b, "pathway_mode": str(rng.randint(1, 7)),
            "is_bidirectional": rng.choice("01"), "traversal_time": str(rng.randint(1, 200)),
        })  # fmt: skip


def _told(
    tables: Tables, schedule: Schedule, rng: random.Random, *, hailed: bool
) -> dict[RunKey, TripChange]:
    """Delays, calls left out and cancelled trips, told and written into the tables."""
    arrival, departure = filled_times(schedule)
    changes: dict[RunKey, TripChange] = {}
    for k, trip in enumerate(schedule.trips.ids):
        if rng.random() < 0.4:
            continue
        begin, end = (int(schedule.stop_times.offsets[k + n]) for n in (0, 1))
        skipped, cancelled = np.zeros(end - begin, np.uint8), rng.random() < 0.2
        delay, new = rng.choice((0, 60, 240)), []
        for i, row in enumerate(r for r in tables["stop_times"] if r["trip_id"] == trip):
            skipped[i] = rng.random() < 0.2
            if (
                not hailed
            ):  # places between the calls move in proportion, to a second, as a test of theirs shows
                delay += rng.choice((0, 0, 60, 300))
            came = max(int(arrival[begin + i]) + delay, new[-1][1] if new else 0)
            new.append((came, max(int(departure[begin + i]) + delay, came)))
            row["arrival_time"], row["departure_time"] = (clock(s) for s in new[-1])
            if skipped[i] and not hailed:
                row["pickup_type"] = row["drop_off_type"] = "1"
        if cancelled and not hailed:
            for row in tables["stop_times"]:
                if row["trip_id"] == trip:
                    row["pickup_type"] = row["drop_off_type"] = "1"
        times = np.array(new, np.int64)
        for of in range(5):
            on = FIRST_DATE + timedelta(days=of)
            changes[k, on, NONE] = TripChange(times[:, 0], times[:, 1], skipped, cancelled)
    return changes


def _added(tables: Tables, schedule: Schedule, rng: random.Random) -> list[AddedTrip]:
    """Trips that no timetable has, new ones and copies, told and written into the tables."""
    tables["calendar"].append(
        {
            "service_id": "today",
            "days": "".join(str(int(FIRST_DATE + timedelta(days=k) == DAY)) for k in range(5)),
        }
    )
    zero_s = ServiceClock(schedule.timezone).origin(DAY)
    made = []
    for k in range(rng.randint(1, 3)):
        template = rng.choice((NONE, rng.randrange(len(schedule.trips.ids))))
        like = {} if template == NONE else tables["trips"][template]
        route = rng.randrange(2) if template == NONE else int(schedule.trips.route[template])
        at, stops, came, goes = 60 * rng.randint(0, 60), [], [], []
        for _ in range(rng.randint(2, 5)):
            stops.append(rng.choice([s for s, kind in enumerate(schedule.stops.location_type) if kind == 0]))
            came.append(at)
            goes.append(at + 60 * rng.choice((0, 2)))
            at = goes[-1] + 60 * rng.randint(1, 12)
        none = np.zeros(len(stops), np.int8)
        made.append(
            AddedTrip(
                f"new{k}", route, DAY.toordinal() - EPOCH, template, False, np.array(stops, np.int32),
                np.array(came, np.int64) + zero_s, np.array(goes, np.int64) + zero_s, none, none,
            )
        )  # fmt: skip
        tables["trips"].append({
            "trip_id": f"new{k}", "route_id": tables["routes"][route]["route_id"], "service_id": "today",
            "wheelchair_accessible": like.get("wheelchair_accessible", ""),
            "bikes_allowed": like.get("bikes_allowed", ""),
        })  # fmt: skip
        tables["stop_times"] += [
            {
                "trip_id": f"new{k}", "stop_id": schedule.stops.ids[stop], "stop_sequence": str(n),
                "arrival_time": clock(came[n]), "departure_time": clock(goes[n]),
            }
            for n, stop in enumerate(stops)
        ]  # fmt: skip
    return made


def _left_out(tables: Tables, schedule: Schedule, changes: dict[RunKey, TripChange]) -> Tables:
    """Nobody boards or leaves at calls that are left out, beside them, or of a cancelled trip."""
    told = {schedule.trips.ids[trip]: change for (trip, on, _), change in changes.items() if on == DAY}
    for row in tables["stop_times"]:
        change = told.get(row["trip_id"])
        if change is None:
            continue
        before, beyond = divmod(int(row["stop_sequence"]), 1000)  # calls are thousands, places between them
        beside = [before, before + 1] if beyond else [before]
        if change.cancelled or change.skipped[beside].any():
            row["pickup_type"] = row["drop_off_type"] = "1"
    return tables


def _walks(schedule: Schedule, rng: random.Random) -> dict[Profile, Walks]:
    """Walks over streets by who goes there."""
    on = np.flatnonzero(Passages(schedule).on_streets()).tolist()
    single = {pair for rule in split_stops(schedule).rules for pair in rule.pairs}
    base: Walks = {}
    for a in on:
        for b in rng.sample(on, min(3, len(on))):
            if a != b:
                base[a, b] = rng.randint(30, 250 if (a, b) in single else 1700)
    found: dict[Profile, Walks] = {profile: dict(base) for profile in Profile}
    for pair, s in base.items():
        for profile, share, most in (
            (Profile.WHEELCHAIR, 0.6, 3.0), (Profile.PRAM, 0.8, 1.5), (Profile.EASY, 1.0, 2.0),
        ):  # fmt: skip
            found[profile][pair] = round(s * rng.uniform(1.0, most))
            if rng.random() > share:
                del found[profile][pair]
        found[Profile.CYCLE][pair] = -(-s // 3)
    return found


def _network(schedule: Schedule, walks: dict[Profile, Walks]) -> Network:
    stops = len(schedule.stops.ids)
    own = Passages(schedule).inside(Profile.WALK).joined(footpaths(walks[Profile.WALK], stops), FOREVER)
    network = Network(schedule, build_timetable(schedule, split_stops(schedule)), own, None)
    network.streets = GivenStreets(walks, stops)  # type: ignore[assignment]
    network.graph = object()  # type: ignore[assignment]  # there is a map, so that profiles walk their own ways
    return network
