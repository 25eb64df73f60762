"""Buses on a timetable: which trip they run, and when they will be where."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from fakes.feed_text import schedule_of

from gtfs.model.schedule import NONE
from gtfs.realtime.apply import Timetable
from gtfs.realtime.avl.learn import Learned
from gtfs.realtime.avl.match import Fix, Matcher, Report
from gtfs.realtime.avl.predict import Predictor
from gtfs.realtime.avl.simulate import World
from gtfs.realtime.avl.track import Tracks

DAY = date(2026, 11, 24).toordinal() - 719_163
MIDNIGHT = 1_795_446_000  # 2026-11-24 00:00 +09:00
EIGHT = MIDNIGHT + 8 * 3600
STOPS = 9


def line_feed(blocks: bool = True) -> str:
    """A line of nine stops 600 m apart, there and back every 20 minutes by two buses."""
    rows = [
        "[stops]", "stop_id,stop_lat,stop_lon", *(f"s{k},{35 + 0.0054 * k:.4f},140.0" for k in range(STOPS)),
        "[trips]", "trip_id,service_id,block_id,direction_id",
    ]  # fmt: skip
    times = ["[stop_times]", "trip_id,stop_id,arrival_time,departure_time,stop_sequence"]
    for n in range(12):
        start = 7 * 60 + 20 * n
        for back in (0, 1):
            trip = f"{'back' if back else 'out'}{n}"
            rows.append(f"{trip},daily,{f'b{n % 3}' if blocks else ''},{back}")
            for k in range(STOPS):
                at = start + 25 * back + 2 * k
                stop = STOPS - 1 - k if back else k
                times.append(f"{trip},s{stop},{at // 60}:{at % 60:02},{at // 60}:{at % 60:02},{k + 1}")
    return "\n".join([*rows, *times, "[calendar]", "service_id,days", "daily,1111111"])


@pytest.fixture(scope="module")
def timetable() -> Timetable:
    return Timetable(schedule_of(line_feed()))


def place(metres: float) -> tuple[float, float]:
    """So many metres along the line, and ten to the side."""
    return 35.0 + metres / 111_320.0, 140.00011


def test_stops_lie_along_a_shape_in_their_order_also_where_it_returns() -> None:
    feed = """
[stops]
stop_id,stop_lat,stop_lon
A,35.000,140.0
B,35.005,140.0
C,35.001,140.0
[trips]
trip_id,shape_id
t,loop
[stop_times]
trip_id,stop_id,arrival_time
t,A,8:00
t,B,8:05
t,C,8:10
[shapes]
shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence
loop,35.000,140.0,1
loop,35.010,140.0,2
loop,35.000,140.0,3
"""
    track = Tracks(schedule_of(feed)).of(0)
    assert np.round(track.stop_m).tolist() == [0, 557, 2115]  # C is passed at 111 m, too, but before B
    out, _ = track.nearest(35.003, 140.0, expected_m=300)
    back, off = track.nearest(35.003, 140.0, expected_m=1900)
    assert (round(out), round(back), round(off)) == (334, 1892, 0)


def test_a_vehicle_that_names_its_trip_is_believed(timetable: Timetable) -> None:
    fix = Matcher(timetable).heard(Report("x", EIGHT + 300, *place(1200), "out3"))
    assert fix is not None
    assert (timetable.schedule.trips.ids[fix.trip], fix.day, fix.confidence) == ("out3", DAY, 1.0)
    assert fix.along_m == pytest.approx(1200, abs=5)
    assert Matcher(timetable).heard(Report("x", EIGHT, *place(0), "nonsense")) is None


def test_the_direction_is_told_by_the_way_that_it_moves(timetable: Timetable) -> None:
    matcher = Matcher(timetable)
    found: list[str] = []
    for minute in range(6):
        fix = matcher.heard(Report("x", EIGHT + 240 + 60 * minute, *place(1200 + 300 * minute)))
        assert fix is not None
        found.append(timetable.schedule.trips.ids[fix.trip])
    assert found[-1] == "out3"
    assert fix is not None
    assert 0.5 < fix.confidence < 1.0


def test_far_from_every_line_no_trip_is_guessed(timetable: Timetable) -> None:
    assert Matcher(timetable).heard(Report("x", EIGHT, 35.02, 140.02)) is None
    assert Matcher(timetable).heard(Report("x", MIDNIGHT + 3 * 3600, *place(1200))) is None


def test_a_report_that_is_late_changes_nothing(timetable: Timetable) -> None:
    matcher = Matcher(timetable)
    first = matcher.heard(Report("x", EIGHT + 300, *place(1500), "out3"))
    assert matcher.heard(Report("x", EIGHT + 200, *place(100), "out3")) is first


@pytest.mark.parametrize(("blocks", "share"), [(True, 0.9), (False, 0.85)])
def test_trips_are_guessed_all_day_from_positions_alone(blocks: bool, share: float) -> None:
    timetable = Timetable(schedule_of(line_feed(blocks)))
    world = World(timetable, 5)
    runs = world.day(DAY)
    truth = {(r.vehicle_id, r.trip): r for r in runs}
    matcher = Matcher(timetable)
    right = seen = 0
    for report in world.reports(runs, 1, every_s=30, told=False):
        fix = matcher.heard(report)
        seen += 1
        if fix is not None:
            true = truth.get((fix.vehicle_id, fix.trip))
            right += true is not None and true.departure[0] - 120 <= fix.at_s <= true.arrival[-1] + 60
    assert right / seen > share


def test_what_was_learnt_is_the_time_that_was_needed() -> None:
    learned = Learned()
    assert learned.travel_s(0, 1, 8, 120.0, 0.0) == 120.0  # nothing seen: the timetable
    for n in range(40):
        learned.saw_travel(0, 1, 8, 200.0, 120.0, n * 1200.0)
        learned.saw_dwell(1, 8, 30.0)
    assert learned.travel_s(0, 1, 8, 120.0, 1e6) == pytest.approx(197, abs=4)
    assert learned.travel_s(0, 1, 15, 120.0, 1e6) == pytest.approx(196, abs=4)  # an hour not seen: the day's
    assert learned.dwell_s(1, 8) == pytest.approx(30, abs=1)
    learned.saw_travel(0, 1, 8, 400.0, 120.0, 50_000.0)
    now, later = (learned.travel_s(0, 1, 8, 120.0, 50_000.0 + s) for s in (60.0, 7200.0))
    assert now > 1.2 * later  # a queue of just now is not one of two hours later


def test_nobody_leaves_before_time_and_delays_shrink_at_a_terminal(timetable: Timetable) -> None:
    predictor = Predictor(timetable, Tracks(timetable.schedule))
    trip = timetable.trips["out3"]
    early = Fix("x", trip, DAY, EIGHT + 60, 900.0, 5.0, 1.0, *place(900))  # at 8:01 where it is due at 8:03
    calls = predictor.ahead(early)
    assert [c.row for c in calls] == list(range(2, STOPS))
    assert all(c.departure_s >= c.planned_s for c in calls[:-1])
    assert calls[0].arrival_s < calls[0].planned_s
    (following, *_) = predictor.block_after(trip, DAY)
    assert timetable.schedule.trips.ids[following] == "back3"
    late_s = EIGHT + 22 * 60  # six minutes late at the end, three of which the layover takes up
    back = predictor.next_trip(following, DAY, late_s)
    assert back[0].departure_s == max(late_s + 120, back[0].planned_s)
    on_time = predictor.next_trip(following, DAY, EIGHT + 16 * 60)
    assert on_time[0].departure_s == on_time[0].planned_s


def test_predictions_beat_the_timetable_and_a_constant_delay(timetable: Timetable) -> None:
    from benchmarks.prediction import HORIZONS, METHODS, judged

    world = World(timetable, 7)
    predictor = Predictor(timetable, world.tracks)
    for day in (DAY - 1, DAY):
        matcher = Matcher(timetable)
        for report in world.reports(world.day(day), day):
            fix = matcher.heard(report)
            assert fix is not None
            predictor.watch(fix)
    runs = world.day(DAY + 1)
    truth = {run.trip: run for run in runs}
    errors: dict[str, list[float]] = {name: [] for name in METHODS}
    matcher = Matcher(timetable)
    for report in world.reports(runs, 99, every_s=60):
        fix = matcher.heard(report)
        assert fix is not None
        predictor.watch(fix)
        for method, horizon, error in judged(timetable, predictor, fix, truth[fix.trip]):
            if horizon != HORIZONS[0]:
                errors[method].append(error)
    mean = {name: float(np.mean(values)) for name, values in errors.items()}
    assert mean["ours"] < 0.85 * mean["constant delay"] < mean["timetable"]


def test_the_same_seed_gives_the_same_day(timetable: Timetable) -> None:
    first, again = World(timetable, 3).day(DAY), World(timetable, 3).day(DAY)
    assert all(np.array_equal(a.arrival, b.arrival) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first[0].arrival, World(timetable, 4).day(DAY)[0].arrival)
    assert all((np.diff(run.arrival) > 0).all() for run in first)
    assert all((run.departure >= run.arrival - 1e-6).all() for run in first)
    assert NONE not in [run.trip for run in first]
