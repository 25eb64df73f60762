"""Files, columns, keys and references; the good feed raises nothing."""

from __future__ import annotations

import pytest
from fakes.judged import GOOD, judged, places

ROUTES, STOPS = GOOD["routes.txt"], GOOD["stops.txt"]
CASES = [
    ("missing_required_file", {"routes.txt": None}, [("routes.txt", 0, "", "")]),
    ("missing_required_file", {"stops.txt": None}, [("stops.txt", 0, "", "")]),
    (
        "missing_required_file",
        {"pathways.txt": "pathway_id,from_stop_id,to_stop_id,pathway_mode,is_bidirectional\nP,S1,S2,5,1\n"},
        [("levels.txt", 0, "", "")],
    ),
    ("missing_calendar_and_calendar_date_files", {"calendar.txt": None}, [("calendar.txt", 0, "", "")]),
    ("missing_recommended_file", {"feed_info.txt": None}, [("feed_info.txt", 0, "", "")]),
    ("empty_file", {"routes.txt": ROUTES.splitlines()[0] + "\n"}, [("routes.txt", 0, "", "")]),
    ("empty_file", {"areas.txt": ""}, [("areas.txt", 0, "", "")]),
    ("unknown_file", {"rotues.txt": "a,b\n1,2\n"}, [("rotues.txt", 0, "", "")]),
    ("unknown_column", {"stops.txt": ("zone_id", "zone")}, [("stops.txt", 1, "zone", "")]),
    (
        "invalid_input_files_in_subfolder",
        {"more/shapes.txt": "x"},
        [("more/shapes.txt", 0, "", "more/shapes.txt")],
    ),
    (
        "missing_required_column",
        {"routes.txt": ("route_type", "type")},
        [("routes.txt", 1, "route_type", "")],
    ),
    (
        "missing_recommended_column",
        {"feed_info.txt": ("feed_version", "version")},
        [("feed_info.txt", 1, "feed_version", "")],
    ),
    (
        "more_than_one_entity",
        {"feed_info.txt": GOOD["feed_info.txt"] + GOOD["feed_info.txt"].splitlines()[1] + "\n"},
        [("feed_info.txt", 3, "", "")],
    ),
    ("duplicate_key", {"stops.txt": ("S3,Toyosuna", "S2,Toyosuna")}, [("stops.txt", 5, "stop_id", "S2")]),
    (
        "duplicate_key",
        {"stop_times.txt": ("S3,3", "S3,2")},
        [("stop_times.txt", 4, "trip_id", "T1"), ("stop_times.txt", 7, "trip_id", "T2")],
    ),
    (
        "foreign_key_violation",
        {"trips.txt": ("R,W,T2", "Q,W,T2")},
        [("trips.txt", 3, "route_id", "Q")],
    ),
    (
        "foreign_key_violation",
        {"stop_times.txt": ("T1,08:05:00,08:05:30,S2", "T1,08:05:00,08:05:30,S9")},
        [("stop_times.txt", 3, "stop_id", "S9")],
    ),
    (
        "duplicated_column",
        {"routes.txt": ("route_text_color", "route_color")},
        [("routes.txt", 1, "route_color", "")],
    ),
    ("empty_column_name", {"routes.txt": ("route_text_color", "")}, [("routes.txt", 1, "", "")]),
    ("empty_row", {"routes.txt": ("R,A", "\nR,A")}, [("routes.txt", 2, "", "")]),
    ("invalid_row_length", {"routes.txt": ("FFFFFF", "FFFFFF,7")}, [("routes.txt", 2, "", "")]),
    ("csv_parsing_failed", {"routes.txt": ("Messe Line", '"Messe Line')}, [("routes.txt", 2, "", "")]),
    ("byte_order_mark", {"routes.txt": b"\xef\xbb\xbf" + ROUTES.encode()}, [("routes.txt", 1, "", "")]),
]


def test_the_good_feed_raises_nothing():
    assert judged().codes() == set()


@pytest.mark.parametrize(("code", "edits", "expected"), CASES)
def test_a_fault_of_files_is_told_with_its_place(code, edits, expected):
    assert places(judged(edits), code) == expected


def test_a_duplicate_key_masks_nothing_else():
    report = judged({"stops.txt": STOPS + "S3,Again,91,140.0,0,,\n", "routes.txt": ("3,0039A6", "x,0039A6")})
    assert {"duplicate_key", "number_out_of_range", "invalid_integer"} <= report.codes()


def test_the_first_of_two_rows_is_named():
    report = judged({"stops.txt": ("S3,Toyosuna", "S2,Toyosuna")})
    notice = report.notice("duplicate_key")
    assert notice is not None
    assert notice.samples[0].message(notice.kind) == "stop_id='S2' is on line 4 already"


def test_stops_may_be_missing_where_zones_are_defined():
    zones = b'{"type": "FeatureCollection", "features": []}'
    assert "missing_required_file" not in judged({"stops.txt": None, "locations.geojson": zones}).codes()
