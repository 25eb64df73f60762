"""A prepared day answers as an unprepared one does: same arrivals, same journeys; from memory or files."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
from fakes.random_feeds import ends, network_of, seeded
from fakes.routing_checks import DAY, check_arrivals, check_departures, check_journeys

from routing.adapters.prepared import PreparedFiles
from routing.kernels.layout import UNREACHED
from routing.needs import Needs
from routing.network import Network, build_network
from routing.planner import Planner
from routing.query import Point, Profile, Query
from routing.search import Searcher


def prepared_network(*arguments) -> Network:
    network = network_of(*arguments)
    network.prepare(DAY)
    return network


def test_trip_based_search_equals_the_brute_force_on_hundreds_of_feeds():
    for seed in range(30_000, 30_300):
        try:
            check_arrivals(seeded(seed), prepared_network)
            check_departures(seeded(seed + 1000), prepared_network)
            check_journeys(seeded(seed + 2000), arrive_by=bool(seed % 2), build=prepared_network)
        except AssertionError as error:
            error.add_note(f"seed {seed}")
            raise


def test_a_range_equals_the_union_of_single_queries():
    told = 0
    for seed in range(40_000, 40_120):
        schedule, walks, access, egress, begin = seeded(seed)
        network = network_of(schedule, walks)
        plain = network.on(DAY)
        network.prepare(DAY)
        start, goal = ends(network, access), ends(network, egress)
        found = []
        for day in (network.on(DAY), plain):
            rides = Searcher().departures(day, start, goal, begin, 3600, 4)
            found.append({(*t, len(r)) for t, r in zip(_doors(day, rides, start, goal), rides, strict=True)})
        singles = set()
        for at in range(begin, begin + 3600, 60):  # every time in these feeds and walks is whole minutes …
            for moment in (at, at + 1):  # … but for walks from the door
                rides = Searcher().journeys(plain, start, goal, moment, arrive_by=False, vehicles_max=4)
                singles |= {
                    (*t, len(r)) for t, r in zip(_doors(plain, rides, start, goal), rides, strict=True)
                }
        best = {
            a
            for a in singles
            if not any(b != a and b[0] >= a[0] and b[1] <= a[1] and b[2] <= a[2] for b in singles)
        }
        assert found[0] == found[1], seed
        assert {a for a in best if a[0] < begin + 3600} <= found[0], seed
        told += len(found[0])
    assert told > 30


def test_the_soonest_alone_is_the_first_of_all_journeys_prepared_or_not():
    told = 0
    for seed in range(42_000, 42_200):
        schedule, walks, access, egress, begin = seeded(seed)
        network = network_of(schedule, walks)
        start, goal = ends(network, access), ends(network, egress)
        for turn in range(2):
            day = network.on(DAY)
            for arrive_by, when in ((False, begin), (True, begin + 4 * 3600)):
                asked = {"arrive_by": arrive_by, "vehicles_max": 4}
                every = Searcher().journeys(day, start, goal, when, **asked)
                first = Searcher().soonest(day, start, goal, when, **asked)
                assert _times(day, every[:1]) == _times(day, [first] if first else []), (seed, turn)
                assert [len(rides) for rides in every[:1]] == ([len(first)] if first else [])
                told += len(every) > 1
            arrivals = Searcher().arrivals(day.forward, start, goal, begin, 4)
            assert Searcher().arrival(day.forward, start, goal, begin, 4) == arrivals.min()
            network.prepare(DAY)
    assert told > 20


def test_of_a_range_the_first_departures_are_told_without_searching_all_of_it():
    told = 0
    for seed in range(41_000, 41_040):
        schedule, walks, *_, begin = seeded(seed)
        network = network_of(schedule, walks)
        at = network.clock.instant(DAY, begin)
        planner, stops = Planner(network), network.schedule.stops.ids
        for turn in range(2):  # not prepared, then prepared
            for start, goal in pairwise(stops[:4]):
                for arrive_by, when in ((False, at), (True, at + timedelta(hours=4))):
                    places = Point(0, 0, "", (start,)), Point(0, 0, "", (goal,))
                    query = Query(*places, when, arrive_by=arrive_by)
                    every = planner.plan_range(query, 14_400)
                    for count in (1, 2, 5):
                        assert planner.plan_range(query, 14_400, count) == every[:count], (seed, turn)
                    told += len(every)
            network.prepare(DAY)
    assert told > 100


def test_changes_are_of_three_kinds_each_earliest_first():
    kinds = [0, 0, 0]
    for seed in range(50_000, 50_030):
        schedule, walks, *_ = seeded(seed)
        stops = range(len(schedule.stops.ids) - 1)
        far = {(a, b): 300 * (1 + (a + 2 * b) % 6) for a in stops for b in stops if a != b}
        ready = prepared_network(schedule, far | walks).on(DAY).forward.prepared
        if ready is None:
            continue
        event, change, limit = ready.changes
        assert event[-1, 1] == len(change) == len(limit)
        for (_, *firsts), end in zip(event[:-1].tolist(), event[1:, 1].tolist(), strict=True):
            assert sorted(firsts) == firsts
            for kind, (first, after) in enumerate(pairwise((*firsts, end))):
                rows = change[first:after]
                kinds[kind] += len(rows)
                assert (np.diff(rows[:, 0]) >= 0).all()
                assert (rows[:, 0] <= rows[:, 1]).all(), "one alights before one boards"
    assert min(kinds) > 10


def test_floors_are_below_every_arrival_that_is_found():
    for seed in range(200):
        schedule, walks, *_ = seeded(seed)
        network = network_of(schedule, walks)
        network.prepare(DAY)
        day = network.on(DAY)
        ready = day.forward.prepared
        if ready is None or network.splits.matches:  # a stop with copies has several floors
            continue
        plain = Searcher()
        unprepared = network_of(schedule, walks).on(DAY).forward
        for goal in range(len(schedule.stops.ids) - 1):
            row = ready.floors.number[goal]
            for start in range(len(schedule.stops.ids) - 1):
                column = ready.floors.number[start]
                found = plain.arrivals(unprepared, ends(network, {start: 0}), ends(network, {goal: 0}), 0, 4)
                if start == goal or found.min() == UNREACHED:
                    continue
                # Who is ready at the start has at best alighted there a change before.
                change = int(network.on(DAY).forward.change.change_s[start])
                assert ready.floors.least_s[row, column] <= found.min() + change
                assert ready.floors.vehicles[row, column] <= np.argmax(found < UNREACHED)


def test_a_real_bus_network_answers_the_same(shared: Path):
    from gtfs.schedule.reader import read_feed
    from gtfs.schedule.typed import to_schedule

    feed = read_feed(shared / "data" / "japan" / "keisei_bus_chiba_west.gtfs.zip")
    network = build_network(to_schedule(feed))
    first = network.schedule.services.first_date
    running = network.timetable.service_active[network.timetable.run_service].sum(axis=0)
    on = first + timedelta(days=int(running.argmax()))
    plain = network.on(on)
    assert network.prepare(on)
    fast = network.on(on)
    assert fast.forward.prepared is not None
    rng = np.random.default_rng(1)
    served = np.unique(plain.forward.timetable.pattern_stops)
    a, b = Searcher(), Searcher()
    some = 0
    for _ in range(300):
        start, goal = (ends(network, {int(s): 0}) for s in rng.choice(served, 2, replace=False))
        at = int(rng.integers(5 * 3600, 22 * 3600))
        for arrive_by in (False, True):
            one = a.journeys(plain, start, goal, at, arrive_by=arrive_by, vehicles_max=6)
            two = b.journeys(fast, start, goal, at, arrive_by=arrive_by, vehicles_max=6)
            assert [len(rides) for rides in one] == [len(rides) for rides in two]
            assert _times(plain, one) == _times(plain, two)
            some += len(one)
    assert some > 100


def _doors(day, journeys, access, egress):
    """When each journey leaves one door and arrives at the other."""
    stops = day.forward.timetable.pattern_stops
    offsets = day.forward.timetable.pattern_offsets
    for rides, (leave, arrive) in zip(journeys, _times(day, journeys), strict=True):
        first = stops[offsets[rides[0].pattern] + rides[0].board]
        last = stops[offsets[rides[-1].pattern] + rides[-1].alight]
        yield (
            leave - int(access.seconds[access.stops == first].min()),
            arrive + int(egress.seconds[egress.stops == last].min()),
        )


def _times(day, journeys):
    timetable = day.forward.timetable

    def event(ride, position):
        length = int(timetable.pattern_offsets[ride.pattern + 1] - timetable.pattern_offsets[ride.pattern])
        return int(timetable.time_offsets[ride.pattern]) + ride.run * length + position

    return [
        (
            int(timetable.departure[event(rides[0], rides[0].board)]),
            int(timetable.arrival[event(rides[-1], rides[-1].alight)]),
        )
        for rides in journeys
    ]


def test_alike_days_share_files_and_other_processes_take_them_up(tmp_path: Path):
    schedule, walks, *_ = seeded(5)

    def opened() -> Network:
        network = network_of(schedule, walks)
        network._prepared = PreparedFiles(tmp_path)
        return network

    maker, user = opened(), opened()
    assert user.on(DAY).forward.prepared is None
    assert maker.prepare(DAY)
    assert not maker.prepare(DAY)
    assert user.adopt() == 1
    assert user.adopt() == 0
    ready = user.on(DAY).backward.prepared
    assert ready is not None
    assert isinstance(ready.changes.change.base, np.memmap)
    assert len(list(tmp_path.iterdir())) == 1
    assert opened().on(DAY).forward.prepared is not None


def test_damaged_files_leave_the_day_unprepared(tmp_path: Path):
    schedule, walks, *_ = seeded(5)
    network = network_of(schedule, walks)
    network._prepared = PreparedFiles(tmp_path)
    network.prepare(DAY)
    for path in tmp_path.rglob("*.least_s.npy"):
        path.write_bytes(path.read_bytes()[:20])
    again = network_of(schedule, walks)
    again._prepared = PreparedFiles(tmp_path)
    assert again.on(DAY).forward.prepared is None


def test_riders_with_needs_of_their_own_are_searched_unprepared(tmp_path: Path):
    schedule, walks, *_ = seeded(5)
    network = network_of(schedule, walks)
    network._prepared = PreparedFiles(tmp_path)
    network.prepare(DAY)
    assert network.on(DAY, Needs(profile=Profile.WHEELCHAIR)).forward.prepared is None
