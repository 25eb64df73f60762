"""Trips, stop times, blocks, headways, shapes, interchanges, pathways."""

from __future__ import annotations

import numpy as np
from fakes.judged import GOOD, judged, places
from fakes.judged_trips import LINE, ON_LINE, PATHS, SHAPES, STATION, TIMES, TRIPS, WITH_DIST

from gtfs.validate.overlaps import count_overlaps, first_overlaps


def test_a_line_with_stops_on_it_raises_nothing():
    assert (
        judged({"shapes.txt": LINE, "stop_times.txt": WITH_DIST.format(end=2000), **ON_LINE}).codes() == set()
    )


def test_a_station_whose_ways_join_raises_nothing():
    paths = PATHS + "P,E,N,1,1\nQ,N,S1,1,1\n"
    assert judged({"stops.txt": STATION, "pathways.txt": paths}).codes() == set()


def test_a_loop_that_passes_its_first_stop_again_is_in_order():
    shape = (
        SHAPES
        + "H,35.6484,140.0419,1,\nH,35.6480,140.0345,2,\nH,35.6579,140.0272,3,\nH,35.6480,140.0345,4,\nH,35.6484,140.0419,5,\n"
    )
    times = (
        TIMES.replace("S3,3,1\nT2", "S3,3,1\nT1,08:20:00,08:20:00,S1,4,1\nT2")
        + "T2,09:20:00,09:20:00,S1,4,1\n"
    )
    trips = ON_LINE["trips.txt"].replace("Toyosuna", "Loop")
    assert judged({"shapes.txt": shape, "stop_times.txt": times, "trips.txt": trips}).codes() == set()


def test_trips_of_one_block_may_follow_one_another_and_run_on_other_days():
    calendar = (
        GOOD["calendar.txt"].replace("1,1,1,1,1,1,1", "1,1,1,1,1,0,0") + "H,0,0,0,0,0,1,1,20261101,20270331\n"
    )
    overlap = TIMES.replace("T2,09:00:00,09:00:00", "T2,08:09:00,08:09:00")
    blocks = TRIPS.replace("Toyosuna,,", "Toyosuna,K,")
    weekend = blocks.replace("R,W,T2", "R,H,T2")
    assert "block_trips_with_overlapping_stop_times" not in judged({"trips.txt": blocks}).codes()
    apart = judged({"trips.txt": weekend, "stop_times.txt": overlap, "calendar.txt": calendar})
    assert "block_trips_with_overlapping_stop_times" not in apart.codes()
    shared = judged(
        {
            "trips.txt": weekend,
            "stop_times.txt": overlap,
            "calendar.txt": calendar.replace("H,0,0,0,0,0", "H,0,0,0,0,1"),
        }
    )
    assert len(places(shared, "block_trips_with_overlapping_stop_times")) == 1


def test_ten_million_overlaps_are_counted_and_few_are_kept():
    n = 4500
    trips = "route_id,service_id,trip_id,trip_headsign,block_id,shape_id\n" + "".join(
        f"R,W,T{k},,K,\n" for k in range(n)
    )
    times = "trip_id,arrival_time,departure_time,stop_id,stop_sequence,timepoint\n" + "".join(
        f"T{k},08:00:00,08:00:00,S1,1,1\nT{k},08:10:00,08:10:00,S2,2,1\nT{k},09:10:00,09:10:00,S3,3,1\n"
        for k in range(n)
    )
    notice = judged({"trips.txt": trips, "stop_times.txt": times}).notice(
        "block_trips_with_overlapping_stop_times"
    )
    assert notice is not None
    assert notice.total == n * (n - 1) // 2
    assert len(notice.samples) == 50


def test_counting_overlaps_agrees_with_looking_at_every_pair():
    random = np.random.default_rng(7)
    for n in range(30):
        start = random.integers(0, 40, n)
        end = start + random.integers(1, 15, n)
        pairs = {(a, b) for a in range(n) for b in range(a + 1, n) if start[a] < end[b] and start[b] < end[a]}
        assert count_overlaps(start, end) == len(pairs)
        spans = np.stack((start, end), axis=1)
        shown = first_overlaps(np.arange(n), None, spans, 1000)
        assert {tuple(sorted(p)) for p in shown} == pairs


def test_duplicated_trips_do_not_hide_their_stop_times():
    report = judged(
        {"trips.txt": TRIPS + "R,W,T2,Toyosuna,,\n", "stop_times.txt": ("T2,09:05:00", "T2,08:05:00")}
    )
    assert {"duplicate_key", "stop_time_with_arrival_before_previous_departure_time"} <= report.codes()
