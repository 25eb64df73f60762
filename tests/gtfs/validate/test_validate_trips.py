"""Trips, stop times, blocks, headways, shapes, interchanges, pathways."""

from __future__ import annotations

import numpy as np
import pytest
from fakes.judged import GOOD, judged, places

from gtfs.validate.overlaps import count_overlaps, first_overlaps

S, TRIPS, TIMES = GOOD["stops.txt"], GOOD["trips.txt"], GOOD["stop_times.txt"]
SHAPES = "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence,shape_dist_traveled\n"
LINE = SHAPES + "H,35.6484,140.0419,1,0\nH,35.6480,140.0345,2,700\nH,35.6579,140.0272,3,2000\n"
ON_LINE = {"trips.txt": TRIPS.replace("Toyosuna,,\n", "Toyosuna,,H\n")}
WITH_DIST = TIMES.replace("timepoint", "timepoint,shape_dist_traveled").replace(
    "1,1\n", "1,1,0\n").replace("2,1\n", "2,1,700\n").replace("3,1\n", "3,1,{end}\n")  # fmt: skip
TRANSFERS = "from_stop_id,to_stop_id,transfer_type,from_trip_id,to_trip_id,from_route_id,to_route_id\n"
PATHS = "pathway_id,from_stop_id,to_stop_id,pathway_mode,is_bidirectional\n"
STATION = S + "E,Gate,35.6483,140.0418,2,ST,\nN,,35.6483,140.0418,3,ST,\n"
BOARDING = S + "E,Gate,35.6483,140.0418,2,ST,\nB,Front,35.6483,140.0418,4,S1,\n"
ACCESS = (
    S.replace("zone_id", "stop_access").replace(",Z1", ",").replace("ST,\nS2", "ST,1\nS2").replace(",Z2", ",")
    + "E,Gate,35.6483,140.0418,2,ST,\n"
)
CASES = [
    ("unused_trip", {"trips.txt": TRIPS + "R,W,T3,Toyosuna,,\n"}, [("trips.txt", 4, "trip_id", "T3")]),
    (
        "unusable_trip",
        {
            "trips.txt": TRIPS + "R,W,T3,Toyosuna,,\n",
            "stop_times.txt": TIMES + "T3,08:00:00,08:00:00,S1,1,1\n",
        },
        [("trips.txt", 4, "trip_id", "T3")],
    ),
    (
        "unsorted_stop_times",
        {
            "stop_times.txt": (
                "T1,08:05:00,08:05:30,S2,2,1\nT1,08:10:00,08:10:00,S3,3,1\n",
                "T1,08:10:00,08:10:00,S3,3,1\nT1,08:05:00,08:05:30,S2,2,1\n",
            )
        },
        [("stop_times.txt", 2, "trip_id", "T1")],
    ),
    (
        "stop_time_with_arrival_before_previous_departure_time",
        {"stop_times.txt": ("T1,08:05:00,08:05:30", "T1,07:59:00,08:05:30")},
        [("stop_times.txt", 3, "arrival_time", "07:59:00")],
    ),
    (
        "stop_time_with_arrival_before_previous_departure_time",
        {"stop_times.txt": ("T1,08:05:00,08:05:30,S2,2,1\nT1,08:10:00", "T1,,,S2,2,0\nT1,07:10:00")},
        [("stop_times.txt", 4, "arrival_time", "07:10:00")],
    ),
    (
        "missing_trip_edge",
        {"stop_times.txt": ("T1,08:00:00,08:00:00,S1,1,1", "T1,,,S1,1,0")},
        [("stop_times.txt", 2, "arrival_time", ""), ("stop_times.txt", 2, "departure_time", "")],
    ),
    (
        "stop_time_with_only_arrival_or_departure_time",
        {"stop_times.txt": ("T1,08:05:00,08:05:30,S2,2,1", "T1,08:05:00,,S2,2,0")},
        [("stop_times.txt", 3, "arrival_time", "08:05:00")],
    ),
    (
        "stop_time_timepoint_without_times",
        {"stop_times.txt": ("T1,08:05:00,08:05:30,S2", "T1,08:05:00,,S2")},
        [("stop_times.txt", 3, "departure_time", "")],
    ),
    (
        "missing_timepoint_value",
        {"stop_times.txt": ("08:05:30,S2,2,1", "08:05:30,S2,2,")},
        [("stop_times.txt", 3, "timepoint", "")],
    ),
    (
        "fast_travel_between_consecutive_stops",
        {"stop_times.txt": ("T1,08:10:00,08:10:00,S3", "T1,08:05:40,08:05:40,S3")},
        [("stop_times.txt", 4, "arrival_time", "08:05:40")],
    ),
    (
        "fast_travel_between_far_stops",
        {"stops.txt": ("35.6579,140.0272", "36.6579,140.0272")},
        [
            ("stop_times.txt", 4, "arrival_time", "08:10:00"),
            ("stop_times.txt", 7, "arrival_time", "09:10:00"),
        ],
    ),
    (
        "trip_headsign_matches_intermediate_stop",
        {"trips.txt": ("T2,Toyosuna", "T2,Messe")},
        [("trips.txt", 3, "trip_headsign", "Messe")],
    ),
    (
        "block_trips_with_overlapping_stop_times",
        {
            "trips.txt": ("Toyosuna,,", "Toyosuna,K,"),
            "stop_times.txt": ("T2,09:00:00,09:00:00", "T2,08:09:00,08:09:00"),
        },
        [("trips.txt", 3, "trip_id", "T2")],
    ),
    (
        "inconsistent_route_type_for_block_id",
        {
            "trips.txt": TRIPS.replace("Toyosuna,,", "Toyosuna,K,").replace("R,W,T2", "R2,W,T2"),
            "routes.txt": GOOD["routes.txt"] + "R2,A,,Train,2,,\n",
        },
        [("trips.txt", 2, "block_id", "K")],
    ),
    (
        "overlapping_frequency",
        {
            "frequencies.txt": "trip_id,start_time,end_time,headway_secs\nT1,10:00:00,12:00:00,600\nT1,08:00:00,10:00:01,600\n"
        },
        [("frequencies.txt", 2, "start_time", "10:00:00")],
    ),
    (
        "missing_bike_allowance",
        {"routes.txt": ("Line,3", "Line,4")},
        [("trips.txt", 2, "bikes_allowed", ""), ("trips.txt", 3, "bikes_allowed", "")],
    ),
    (
        "decreasing_shape_distance",
        {"shapes.txt": LINE.replace("2,700", "2,2700"), **ON_LINE},
        [("shapes.txt", 4, "shape_dist_traveled", "2000")],
    ),
    (
        "equal_shape_distance_diff_coordinates",
        {"shapes.txt": LINE.replace("2,700", "2,0"), **ON_LINE},
        [("shapes.txt", 3, "shape_dist_traveled", "0")],
    ),
    (
        "equal_shape_distance_diff_coordinates_distance_below_threshold",
        {"shapes.txt": LINE + "H,35.657905,140.0272,4,2000\n", **ON_LINE},
        [("shapes.txt", 5, "shape_dist_traveled", "2000")],
    ),
    (
        "equal_shape_distance_same_coordinates",
        {"shapes.txt": LINE + "H,35.6579,140.0272,4,2000\n", **ON_LINE},
        [("shapes.txt", 5, "shape_dist_traveled", "2000")],
    ),
    (
        "single_shape_point",
        {"shapes.txt": SHAPES + "H,35.6484,140.0419,1,0\n", **ON_LINE},
        [("shapes.txt", 2, "shape_id", "H")],
    ),
    ("unused_shape", {"shapes.txt": LINE}, [("shapes.txt", 2, "shape_id", "H")]),
    (
        "decreasing_or_equal_stop_time_distance",
        {"stop_times.txt": WITH_DIST.format(end=700)},
        [
            ("stop_times.txt", 4, "shape_dist_traveled", "700"),
            ("stop_times.txt", 7, "shape_dist_traveled", "700"),
        ],
    ),
    (
        "trip_distance_exceeds_shape_distance",
        {
            "shapes.txt": LINE.replace("140.0272", "140.0275"),
            "stop_times.txt": WITH_DIST.format(end=2100),
            **ON_LINE,
        },
        [
            ("stop_times.txt", 4, "shape_dist_traveled", "2100"),
            ("stop_times.txt", 7, "shape_dist_traveled", "2100"),
        ],
    ),
    (
        "trip_distance_exceeds_shape_distance_below_threshold",
        {"shapes.txt": LINE, "stop_times.txt": WITH_DIST.format(end=2001), **ON_LINE},
        [
            ("stop_times.txt", 4, "shape_dist_traveled", "2001"),
            ("stop_times.txt", 7, "shape_dist_traveled", "2001"),
        ],
    ),
    (
        "trip_with_shape_dist_traveled_but_no_shape_distances",
        {"shapes.txt": LINE.replace(",700", ","), "stop_times.txt": WITH_DIST.format(end=2000), **ON_LINE},
        [
            ("stop_times.txt", 2, "shape_dist_traveled", "0"),
            ("stop_times.txt", 5, "shape_dist_traveled", "0"),
        ],
    ),
    (
        "stop_too_far_from_shape",
        {"shapes.txt": LINE.replace("35.6480,140.0345", "35.6440,140.0345"), **ON_LINE},
        [("stop_times.txt", 3, "stop_id", "S2")],
    ),
    (
        "stop_too_far_from_shape_using_user_distance",
        {"shapes.txt": LINE, "stop_times.txt": WITH_DIST.format(end=2000).replace(",700", ",900"), **ON_LINE},
        [("stop_times.txt", 3, "shape_dist_traveled", "900")],
    ),
    (
        "stop_has_too_many_matches_for_shape",
        {
            "shapes.txt": SHAPES
            + "".join(f"H,35.648{4 if k % 2 else 9},140.04{19 if k % 2 else 40},{k},\n" for k in range(1, 62))
            + "H,35.6480,140.0345,70,\nH,35.6579,140.0272,71,\n",
            **ON_LINE,
        },
        [("stop_times.txt", 2, "stop_id", "S1")],
    ),
    (
        "stops_match_shape_out_of_order",
        {
            "shapes.txt": SHAPES + "H,35.6579,140.0272,1,\nH,35.6480,140.0345,2,\nH,35.6484,140.0419,3,\n",
            **ON_LINE,
        },
        [("stop_times.txt", 3, "stop_id", "S2")],
    ),
    (
        "transfer_with_invalid_stop_location_type",
        {"stops.txt": STATION, "transfers.txt": TRANSFERS + "E,S1,0,,,,\n"},
        [("transfers.txt", 2, "from_stop_id", "E")],
    ),
    (
        "transfer_distance_too_large",
        {"stops.txt": ("35.6579", "35.8579"), "transfers.txt": TRANSFERS + "S2,S3,0,,,,\n"},
        [("transfers.txt", 2, "to_stop_id", "S3")],
    ),
    (
        "transfer_distance_above_2_km",
        {"stops.txt": ("35.6579", "35.6779"), "transfers.txt": TRANSFERS + "S2,S3,0,,,,\n"},
        [("transfers.txt", 2, "to_stop_id", "S3")],
    ),
    (
        "transfer_with_invalid_trip_and_route",
        {
            "routes.txt": GOOD["routes.txt"] + "R2,A,2,Other Line,3,,\n",
            "transfers.txt": TRANSFERS + "S3,S1,0,T1,T2,R2,R\n",
        },
        [("transfers.txt", 2, "from_route_id", "R2")],
    ),
    (
        "transfer_with_invalid_trip_and_stop",
        {"stops.txt": S + "S4,Far,35.65,140.03,0,,\n", "transfers.txt": TRANSFERS + "S4,S1,0,T1,T2,,\n"},
        [("transfers.txt", 2, "from_stop_id", "S4")],
    ),
    (
        "transfer_with_suspicious_mid_trip_in_seat",
        {"transfers.txt": TRANSFERS + "S3,S2,4,T1,T2,,\n"},
        [("transfers.txt", 2, "to_stop_id", "S2")],
    ),
    (
        "inconsistent_route_type_for_in_seat_transfer",
        {
            "trips.txt": ("R,W,T2", "R2,W,T2"),
            "routes.txt": GOOD["routes.txt"] + "R2,A,,Train,2,,\n",
            "transfers.txt": TRANSFERS + "S3,S1,4,T1,T2,,\n",
        },
        [("transfers.txt", 2, "to_trip_id", "T2")],
    ),
    (
        "pathway_to_wrong_location_type",
        {"stops.txt": STATION, "pathways.txt": PATHS + "P,E,ST,1,1\nQ,E,S1,1,1\n"},
        [("pathways.txt", 2, "to_stop_id", "ST")],
    ),
    (
        "pathway_to_platform_with_boarding_areas",
        {"stops.txt": BOARDING, "pathways.txt": PATHS + "P,E,S1,1,1\n"},
        [("pathways.txt", 2, "to_stop_id", "S1")],
    ),
    (
        "pathway_to_stop_with_access_outside_of_station_pathways",
        {"stops.txt": ACCESS, "pathways.txt": PATHS + "P,E,S1,1,1\n"},
        [("pathways.txt", 2, "to_stop_id", "S1")],
    ),
    (
        "pathway_loop",
        {"stops.txt": STATION, "pathways.txt": PATHS + "P,E,E,1,1\n"},
        [("pathways.txt", 2, "to_stop_id", "E")],
    ),
    (
        "bidirectional_exit_gate",
        {"stops.txt": STATION, "pathways.txt": PATHS + "P,S1,E,7,1\n"},
        [("pathways.txt", 2, "is_bidirectional", "1")],
    ),
    (
        "missing_level_id",
        {"stops.txt": STATION, "pathways.txt": PATHS + "P,S1,E,5,1\n"},
        [("stops.txt", 3, "level_id", ""), ("stops.txt", 6, "level_id", "")],
    ),
    (
        "pathway_unreachable_location",
        {"stops.txt": STATION, "pathways.txt": PATHS + "P,E,N,1,1\nQ,N,S1,1,0\n"},
        [("stops.txt", 3, "stop_id", "S1")],
    ),
    (
        "pathway_dangling_generic_node",
        {"stops.txt": STATION, "pathways.txt": PATHS + "P,E,N,1,1\nQ,E,S1,1,1\n"},
        [("stops.txt", 7, "stop_id", "N")],
    ),
]


@pytest.mark.parametrize(("code", "edits", "expected"), CASES)
def test_a_fault_of_trips_is_told_with_its_place(code, edits, expected):
    assert places(judged(edits), code) == expected


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
