"""Continuous stopping: riders hail a vehicle, and get off, anywhere on its way."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from fakes.asked import told
from fakes.brute_force import Changes, arrivals, pareto, vehicles
from fakes.feed_text import schedule_from, schedule_of
from fakes.hailing import FAR, FEED, ON_THE_WAY, ask, network
from fakes.random_feeds import ends, network_of
from fakes.routing_checks import DAY, within_the_day
from fakes.routing_checks import told as moments
from fakes.written_out import M_PER_DEGREE, hailed_feed, written_out
from google.transit import gtfs_realtime_pb2 as pb

from gtfs.model.schedule import NONE, WAYSIDE
from gtfs.realtime.apply import Timetable, apply_updates
from gtfs.realtime.parse import parse
from gtfs.schedule.merge import merge
from routing import waysides
from routing.adapters.snapshot import open_network, save_network
from routing.search import Searcher
from routing.street import tags
from routing.street.graph import Way, assemble
from routing.timetable.interpolate import at_waysides, filled_times
from routing.timetable.live import LiveTrips, RunKey, TripChange, live_trips
from routing.timetable.published import published, stretched
from routing.waysides import with_waysides

TOKYO = ZoneInfo("Asia/Tokyo")


def test_one_waves_to_the_driver_between_two_stops():
    assert ask(network("0"), ON_THE_WAY, FAR, "07:50") == told("""
        2026-11-25 8:04:50 to 8:20, 0 changes
          walk door to Asa – Bora 8:04:50-8:06:44 (151 m)
          bus R to Chiba (t1 of 2026-11-25): Asa – Bora 8:06:44, Bora 8:10, Chiba 8:20 [on: wave]
    """)


def test_one_is_let_off_where_one_asks_the_driver():
    assert ask(network("", "3"), (35.0, 140.0), ON_THE_WAY, "07:50") == told("""
        2026-11-25 8:00 to 8:07:21, 0 changes
          bus R to Chiba (t1 of 2026-11-25): Asa 8:00, Asa – Bora 8:05:23 [off: driver]
          walk Asa – Bora to goal 8:05:23-8:07:21 (156 m)
    """)


def test_where_the_agency_wants_a_call_its_phone_is_told():
    assert ask(network("2"), ON_THE_WAY, FAR, "07:50").endswith("[on: phone] [tel: 0120-000-000]")


def test_nobody_boards_between_stops_where_it_is_not_allowed():
    without = ask(network(), ON_THE_WAY, FAR, "07:50")
    assert ask(network("1"), ON_THE_WAY, FAR, "07:50") == without
    assert ask(network("", "0"), ON_THE_WAY, FAR, "07:50") == without  # off, but not on
    assert "[on" not in without
    assert ": Bora 8:10" in without
    # The value counts from the stop to the next one alone.
    assert "[on" not in ask(network("0"), (35.0161, 140.0), FAR, "07:50", walk_s_max=300)


def test_any_point_of_the_way_serves_as_a_stop_written_there_would():
    hailed = 0
    for seed in range(70_000, 70_080):
        tables = hailed_feed(seed)
        schedule = schedule_from(tables)
        made, rng = with_waysides(schedule), random.Random(seed)
        by_hand = schedule_from(written_out(tables, schedule))
        assert len(made.stops.ids) == len(by_hand.stops.ids), seed
        np.testing.assert_allclose(made.stops.lat, by_hand.stops.lat, atol=2e-6)
        np.testing.assert_allclose(made.stops.lon, by_hand.stops.lon, atol=2e-6)
        count = len(made.stops.ids)
        places = [k for k in range(count) if made.stops.location_type[k] != 1]
        walks = {
            (a, b): rng.randint(60, 600)
            for a in places
            for b in rng.sample(places, min(2, len(places)))
            if a != b
        }
        searched, changes = network_of(made, walks), Changes(by_hand, walks)
        begin = 60 * rng.randint(0, 60)
        access = {k: rng.randint(0, 300) for k in rng.sample(places, 2)}
        rounds = arrivals(vehicles(by_hand, DAY), changes, access, begin, 4)
        start = ends(searched, access)
        for goal in rng.sample(places, min(8, len(places))):
            found = Searcher().arrivals(searched.on(DAY).forward, start, ends(searched, {goal: 0}), begin, 4)
            assert within_the_day(moments(found)) == within_the_day(pareto(rounds, {goal: 0})), (seed, goal)
            hailed += made.stops.location_type[goal] == WAYSIDE and (np.asarray(found) < 1 << 29).any()
    assert hailed > 100


def test_without_its_waysides_a_schedule_is_as_the_feed_has_it():
    schedule = schedule_of(FEED.format(pickup="0", drop_off="2"))
    made = with_waysides(schedule)
    assert len(made.stops.ids) > 10
    assert with_waysides(made) is made
    back = published(made)
    for name in back.stop_times.__dataclass_fields__:
        np.testing.assert_array_equal(
            getattr(back.stop_times, name), getattr(schedule.stop_times, name), name
        )


def test_delays_of_the_calls_move_the_places_between_them():
    on = network("0", "0")
    message = pb.FeedMessage()
    message.header.gtfs_realtime_version = "2.0"
    update = message.entity.add(id="e").trip_update
    update.trip.trip_id, update.trip.start_date = "t1", "20261125"
    update.stop_time_update.add(stop_sequence=1).departure.delay = 300
    update.stop_time_update.add(stop_sequence=2).arrival.delay = 60
    timetable = Timetable(on.published)
    applied = apply_updates(timetable, parse(message.SerializeToString(), "x").trips, 1_795_000_000)
    assert not applied.faults.total
    assert "(t2 of" in ask(on, (35.0, 140.0), (35.0095, 140.0), "08:01", walk_s_max=60)
    on.go_live(live_trips(applied, {int(d): timetable.zero_s(int(d)) for d in applied.day}), [DAY])
    assert ask(on, (35.0, 140.0), (35.0095, 140.0), "08:01", walk_s_max=60) == told("""
        2026-11-25 8:05 to 8:10:46, 0 changes
          bus R to Chiba (t1 of 2026-11-25): Asa 8:05, Asa – Bora 8:10:39 [off: driver]
          walk Asa – Bora to goal 8:10:39-8:10:46 (8 m)
    """)


def test_told_times_move_random_places_as_the_timetable_made_anew_would():
    moved = 0
    for seed in range(71_000, 71_060):
        rng = random.Random(seed)
        schedule = schedule_from(hailed_feed(seed))
        arrival, departure = filled_times(schedule)
        changes: dict[RunKey, TripChange] = {}
        for trip in range(len(schedule.trips.ids)):
            rows = slice(*schedule.stop_times.offsets[trip : trip + 2].tolist())
            late = 0
            for row in range(rows.start, rows.stop):
                late = max(0, late + rng.choice((-120, 0, 60, 300)))
                floor = int(departure[row - 1]) if row > rows.start else 0  # no travel in time
                stay = int(departure[row] - arrival[row])
                arrival[row] = max(int(arrival[row]) + late, floor)
                departure[row] = arrival[row] + stay
            none = np.zeros(rows.stop - rows.start, np.uint8)
            times = [column[rows].astype(np.int64) for column in (arrival, departure)]
            changes[trip, DAY, NONE] = TripChange(times[0], times[1], none, False)
        made = with_waysides(schedule)
        anew = with_waysides(
            replace(
                schedule, stop_times=replace(schedule.stop_times, arrival_s=arrival, departure_s=departure)
            )
        )
        here, planned = at_waysides(made), filled_times(made)[1]
        for (trip, _, _), change in stretched(LiveTrips(changes), made).changes.items():
            rows = slice(*made.stop_times.offsets[trip : trip + 2].tolist())
            expected = anew.stop_times.departure_s[rows]
            assert (np.diff(change.departure_s) >= 0).all()
            np.testing.assert_array_equal(change.departure_s[~here[rows]], expected[~here[rows]])
            # Places are known to a second of the timetable; where it stands still it says nothing.
            slower = np.ptp(expected) / max(1, np.ptp(planned[rows]))
            runs = np.diff(planned[rows], append=planned[rows][-1]) > 0
            off = np.abs(change.departure_s - expected)[runs]
            assert off.max(initial=0) <= 3 + 12 * slower, seed
            moved += int(here[rows].sum())
    assert moved > 500


def test_feeds_with_and_without_it_stand_side_by_side():
    plain = replace(schedule_of(FEED.format(pickup="", drop_off="")), translations={})
    nothing = np.empty(0, np.int8)
    without = replace(
        plain, stop_times=replace(plain.stop_times, continuous_pickup=nothing, continuous_drop_off=nothing)
    )
    both = merge([("a", without), ("b", schedule_of(FEED.format(pickup="0", drop_off="")))])
    assert both.stop_times.continuous_pickup.tolist() == [1] * 6 + [0, 1, 1, 0, 1, 1]
    assert both.agencies.phones == ("0120-000-000",) * 2
    assert len(with_waysides(both).stops.ids) == len(both.stops.ids) + 7


def test_a_place_beside_a_call_that_is_left_out_is_not_hailed():
    on = network("0", "0")
    message = pb.FeedMessage()
    message.header.gtfs_realtime_version = "2.0"
    update = message.entity.add(id="e").trip_update
    update.trip.trip_id, update.trip.start_date = "t1", "20261125"
    update.stop_time_update.add(stop_sequence=2, schedule_relationship="SKIPPED")
    timetable = Timetable(on.published)
    applied = apply_updates(timetable, parse(message.SerializeToString(), "x").trips, 1_795_000_000)
    assert "t1" in ask(on, ON_THE_WAY, FAR, "07:50")
    on.go_live(live_trips(applied, {int(d): timetable.zero_s(int(d)) for d in applied.day}), [DAY])
    assert "t1" not in ask(on, ON_THE_WAY, FAR, "07:50", walk_s_max=300)


def test_only_where_a_street_is_at_hand_one_can_hail_and_the_place_is_called_after_it():
    lat = (35.0, 35.008)
    east = [140.0 + metres / (M_PER_DEGREE * math.cos(math.radians(35.0))) for metres in (20, 30)]
    for lon, names in zip(east, (("Ginza",), ()), strict=True):
        way = Way((1, 2), lat, (lon, lon), tags.FOOT | tags.PAVED, 30.0, 0)
        other = Way((3, 4), (35.03, 35.04), (140.0, 140.0), tags.FOOT, 30.0, -1)
        made = with_waysides(
            schedule_of(FEED.format(pickup="0", drop_off="")), assemble([way, other]), ("Ginza",)
        )
        here = made.stops.location_type == WAYSIDE
        assert set(np.array(made.stops.names)[here].tolist()) == set(names)
        assert not here.any() or float(made.stops.lat[here].max()) < 35.0083


def test_too_many_places_lie_farther_apart_and_it_is_said(monkeypatch: pytest.MonkeyPatch):
    schedule = schedule_of(FEED.format(pickup="0", drop_off="0"))
    said: list[str] = []
    fine = len(with_waysides(schedule, progress=said.append).stops.ids)
    assert not any("apart" in line for line in said)
    monkeypatch.setattr(waysides, "WAYSIDES_MAX", 4)
    coarse = len(with_waysides(schedule, progress=said.append).stops.ids)
    assert 3 < coarse <= 7 < fine
    assert "lie 600 m apart" in said[-1]
    monkeypatch.setattr(waysides, "CALLS_MAX", 0)
    assert with_waysides(schedule, progress=said.append) is schedule
    assert "left out" in said[-1]


def test_a_saved_network_is_hailed_as_before(tmp_path: Path):
    on = network("0")
    save_network(on, tmp_path / "n")
    again = open_network(tmp_path / "n")
    assert ask(again, ON_THE_WAY, FAR, "07:50") == ask(on, ON_THE_WAY, FAR, "07:50")
    assert len(again.published.stop_times.stop) == 6
