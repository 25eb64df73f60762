"""Agencies, stops, routes, days of service."""

from __future__ import annotations

from datetime import date

import pytest
from fakes.judged import GOOD, TODAY, judged, places

A, S, R = GOOD["agency.txt"], GOOD["stops.txt"], GOOD["routes.txt"]
SECOND = "B,Harbour Bus,https://harbour.example.jp,{zone},{lang},,\n"
FARES = "fare_id,price,currency_type,payment_method,transfers\nF,200,JPY,0,\n"
HEAD = S.splitlines()[0]
LINK = "stop_id,stop_name,stop_lat,stop_lon,stop_url,stop_desc\nS1,A,35.6,140.0,{0},{1}\nS2,B,35.6,140.01,,\nS3,C,35.6,140.02,,\n"
CASES = [
    (
        "inconsistent_agency_timezone",
        {"agency.txt": A + SECOND.format(zone="Asia/Seoul", lang="ja")},
        [("agency.txt", 3, "agency_timezone", "Asia/Seoul")],
    ),
    (
        "inconsistent_agency_lang",
        {"agency.txt": A + SECOND.format(zone="Asia/Tokyo", lang="en")},
        [("agency.txt", 3, "agency_lang", "en")],
    ),
    (
        "missing_required_agency_id",
        {"agency.txt": A + SECOND.format(zone="Asia/Tokyo", lang="ja"), "routes.txt": ("R,A", "R,")},
        [("routes.txt", 2, "agency_id", "")],
    ),
    (
        "missing_required_agency_id",
        {"agency.txt": A + SECOND.format(zone="Asia/Tokyo", lang="ja"), "fare_attributes.txt": FARES},
        [("fare_attributes.txt", 2, "agency_id", "")],
    ),
    ("missing_recommended_field", {"routes.txt": ("R,A", "R,")}, [("routes.txt", 2, "agency_id", "")]),
    (
        "missing_recommended_column",
        {"routes.txt": ("agency_id,", "agency,")},
        [("routes.txt", 1, "agency_id", "")],
    ),
    (
        "feed_info_lang_and_agency_lang_mismatch",
        {"feed_info.txt": (",ja,", ",en,")},
        [("agency.txt", 2, "agency_lang", "ja")],
    ),
    (
        "feed_expiration_date7_days",
        {"feed_info.txt": ("20270331", "20261130")},
        [("feed_info.txt", 2, "feed_end_date", "20261130")],
    ),
    (
        "feed_expiration_date30_days",
        {"feed_info.txt": ("20270331", "20261224")},
        [("feed_info.txt", 2, "feed_end_date", "20261224")],
    ),
    (
        "future_feed",
        {"feed_info.txt": ("20261101", "20261126")},
        [("feed_info.txt", 2, "feed_start_date", "20261126")],
    ),
    (
        "missing_feed_info_date",
        {"feed_info.txt": ("20270331", "")},
        [("feed_info.txt", 2, "feed_end_date", "")],
    ),
    (
        "missing_feed_contact_email_and_url",
        {"feed_info.txt": ("info@example.jp", "")},
        [("feed_info.txt", 2, "", "")],
    ),
    (
        "attribution_without_role",
        {"attributions.txt": "organization_name,is_producer\nCity,0\nBus,1\n"},
        [("attributions.txt", 2, "organization_name", "City")],
    ),
    ("missing_stop_name", {"stops.txt": ("S2,Messe", "S2,")}, [("stops.txt", 4, "stop_name", "")]),
    (
        "stop_without_location",
        {"stops.txt": ("35.6480,140.0345", "35.6480,")},
        [("stops.txt", 4, "stop_lat", "35.6480")],
    ),
    (
        "location_without_parent_station",
        {"stops.txt": S + "E,Gate,35.64,140.04,2,,\n"},
        [("stops.txt", 6, "parent_station", "")],
    ),
    (
        "station_with_parent_station",
        {"stops.txt": S + "ST2,Big Station,35.64,140.04,1,ST,\n"},
        [("stops.txt", 6, "parent_station", "ST")],
    ),
    (
        "wrong_parent_location_type",
        {"stops.txt": S + "E,Gate,35.64,140.04,2,S2,\n"},
        [("stops.txt", 6, "parent_station", "S2")],
    ),
    (
        "wrong_parent_location_type",
        {"stops.txt": S + "E,Front,35.64,140.04,4,ST,\n"},
        [("stops.txt", 6, "parent_station", "ST")],
    ),
    (
        "platform_without_parent_station",
        {"stops.txt": ("zone_id", "platform_code")},
        [("stops.txt", 4, "platform_code", "Z1"), ("stops.txt", 5, "platform_code", "Z2")],
    ),
    ("unused_station", {"stops.txt": ("0,ST", "0,")}, [("stops.txt", 2, "stop_id", "ST")]),
    (
        "point_near_origin",
        {"stops.txt": ("35.6480,140.0345", "0.0,0.1")},
        [("stops.txt", 4, "stop_lat", "0.0")],
    ),
    ("point_near_pole", {"stops.txt": ("35.6480", "-89.9")}, [("stops.txt", 4, "stop_lat", "-89.9")]),
    (
        "point_near_origin",
        {
            "locations.geojson": '{"type":"FeatureCollection","features":[{"type":"Feature","id":"z","properties":{},"geometry":{"type":"Polygon","coordinates":[[[0.1,0.2],[9,9],[9,3],[0.1,0.2]]]}}]}'
        },
        [("locations.geojson", 0, "coordinates", "0.1, 0.2")] * 2,
    ),
    (
        "stop_without_stop_time",
        {"stops.txt": S + "S4,Lonely,35.64,140.04,0,,\n"},
        [("stops.txt", 6, "stop_id", "S4")],
    ),
    (
        "location_with_unexpected_stop_time",
        {"stop_times.txt": ("T1,08:05:00,08:05:30,S2", "T1,08:05:00,08:05:30,ST")},
        [("stop_times.txt", 3, "stop_id", "ST")],
    ),
    (
        "same_name_and_description_for_stop",
        {"stops.txt": LINK.format("", "a")},
        [("stops.txt", 2, "stop_desc", "a")],
    ),
    (
        "same_stop_and_agency_url",
        {"stops.txt": LINK.format("https://example.jp", "")},
        [("stops.txt", 2, "stop_url", "https://example.jp")],
    ),
    (
        "same_stop_and_route_url",
        {
            "stops.txt": LINK.format("https://r.jp", ""),
            "routes.txt": R.replace("route_type", "route_url,route_type").replace(
                "Line,3", "Line,https://r.jp,3"
            ),
        },
        [("stops.txt", 2, "stop_url", "https://r.jp")],
    ),
    (
        "stop_access_specified_for_incorrect_location",
        {
            "stops.txt": HEAD.replace("zone_id", "stop_access")
            + "\nST,St A,35.6,140.0,1,,1\nS1,A,35.6,140.0,0,ST,1\nS2,B,35.6,140.0,0,,1\nS3,C,35.6,140.0,0,,\n"
        },
        [("stops.txt", 2, "stop_access", "1")],
    ),
    (
        "stop_access_specified_for_stop_with_no_parent_station",
        {
            "stops.txt": HEAD.replace("zone_id", "stop_access")
            + "\nST,St A,35.6,140.0,1,,\nS1,A,35.6,140.0,0,ST,1\nS2,B,35.6,140.0,0,,1\nS3,C,35.6,140.0,0,,\n"
        },
        [("stops.txt", 4, "stop_access", "1")],
    ),
    (
        "stop_without_zone_id",
        {
            "stops.txt": ("ST,Z1", "ST,"),
            "fare_attributes.txt": FARES,
            "fare_rules.txt": "fare_id,route_id,origin_id\nF,R,Z2\n",
        },
        [("stops.txt", 3, "zone_id", "")],
    ),
    (
        "duplicate_geography_id",
        {"location_groups.txt": "location_group_id\nS1\nG\n"},
        [("location_groups.txt", 2, "location_group_id", "S1")],
    ),
    (
        "route_both_short_and_long_name_missing",
        {"routes.txt": ("10,Messe Line", ",")},
        [("routes.txt", 2, "route_short_name", "")],
    ),
    (
        "route_long_name_contains_short_name",
        {"routes.txt": ("Messe Line", "10 Messe Line")},
        [("routes.txt", 2, "route_long_name", "10 Messe Line")],
    ),
    (
        "route_short_name_too_long",
        {"routes.txt": (",10,", ",1234567890123,")},
        [("routes.txt", 2, "route_short_name", "1234567890123")],
    ),
    (
        "same_name_and_description_for_route",
        {
            "routes.txt": R.replace("route_type", "route_desc,route_type").replace(
                "Line,3", "Line,messe line,3"
            )
        },
        [("routes.txt", 2, "route_desc", "messe line")],
    ),
    (
        "duplicate_route_name",
        {"routes.txt": R + "R2,A,10,Messe Line,3,,\n"},
        [("routes.txt", 3, "route_long_name", "Messe Line")],
    ),
    (
        "same_route_and_agency_url",
        {
            "routes.txt": R.replace("route_type", "route_url,route_type").replace(
                "Line,3", "Line,https://example.jp,3"
            )
        },
        [("routes.txt", 2, "route_url", "https://example.jp")],
    ),
    (
        "route_color_contrast",
        {"routes.txt": ("FFFFFF", "0039A0")},
        [("routes.txt", 2, "route_text_color", "0039A0")],
    ),
    (
        "route_networks_specified_in_more_than_one_file",
        {"routes.txt": ("route_text_color", "network_id"), "networks.txt": "network_id\nFFFFFF\n"},
        [("networks.txt", 0, "network_id", "")],
    ),
    (
        "expired_calendar",
        {"calendar.txt": ("20270331", "20261124")},
        [("calendar.txt", 2, "service_id", "W")],
    ),
    ("future_calendar", {"calendar.txt": ("20261101", "20261201")}, [("calendar.txt", 0, "", "")]),
    (
        "big_gap_in_service",
        {
            "calendar.txt": ("20270331", "20270101"),
            "calendar_dates.txt": "service_id,date,exception_type\nW,20270116,1\n",
        },
        [("calendar.txt", 2, "service_id", "W")],
    ),
    (
        "service_extends_far_in_the_future",
        {"calendar.txt": ("20270331", "20281231")},
        [("calendar.txt", 2, "service_id", "W")],
    ),
    (
        "service_has_no_active_day_of_the_week",
        {"calendar.txt": ("1,1,1,1,1,1,1", "0,0,0,0,0,0,0")},
        [("calendar.txt", 2, "service_id", "W")],
    ),
    (
        "service_window_outside_feed_period",
        {"calendar.txt": ("20270331", "20270401")},
        [("calendar.txt", 2, "service_id", "W")],
    ),
    (
        "feed_valid_beyond_total_service_window",
        {"calendar.txt": ("20270331", "20270316")},
        [("feed_info.txt", 2, "feed_end_date", "20270331")],
    ),
    (
        "trip_coverage_not_active_for_next7_days",
        {"calendar.txt": ("20270331", "20261201")},
        [("trips.txt", 0, "", "")],
    ),
    (
        "start_and_end_range_out_of_order",
        {"calendar.txt": ("20270331", "20261001")},
        [("calendar.txt", 2, "end_date", "20261001")],
    ),
    (
        "start_and_end_range_out_of_order",
        {"feed_info.txt": ("20270331", "20261001")},
        [("feed_info.txt", 2, "feed_end_date", "20261001")],
    ),
    (
        "start_and_end_range_out_of_order",
        {"stop_times.txt": ("T1,08:05:00,08:05:30", "T1,08:05:00,08:04:30")},
        [("stop_times.txt", 3, "departure_time", "08:04:30")],
    ),
    (
        "start_and_end_range_equal",
        {"frequencies.txt": "trip_id,start_time,end_time,headway_secs\nT1,08:00:00,08:00:00,600\n"},
        [("frequencies.txt", 2, "end_time", "08:00:00")],
    ),
]


@pytest.mark.parametrize(("code", "edits", "expected"), CASES)
def test_a_fault_of_the_network_is_told_with_its_place(code, edits, expected):
    found = places(judged(edits), code)
    assert [p for p in expected if p not in found] == []
    if code not in ("missing_recommended_field", "stop_access_specified_for_incorrect_location"):
        assert len(found) == len(expected)


def test_a_service_of_single_days_needs_no_weekday():
    edits = {
        "calendar.txt": ("1,1,1,1,1,1,1", "0,0,0,0,0,0,0"),
        "calendar_dates.txt": "service_id,date,exception_type\nW,20261126,1\n",
    }
    assert "service_has_no_active_day_of_the_week" not in judged(edits).codes()


def test_a_date_that_cannot_be_read_does_not_hide_the_other_services():
    edits = {
        "calendar.txt": GOOD["calendar.txt"]
        + "X,1,1,1,1,1,1,1,2026-1-1,20270331\nY,1,1,1,1,1,1,1,20250101,20250201\n"
    }
    found = judged(edits)
    assert places(found, "expired_calendar") == [("calendar.txt", 4, "service_id", "Y")]
    assert places(found, "invalid_date") == [("calendar.txt", 3, "start_date", "2026-1-1")]


def test_languages_of_one_region_agree():
    assert (
        "feed_info_lang_and_agency_lang_mismatch"
        not in judged({"feed_info.txt": (",ja,", ",ja-JP,")}).codes()
    )
    assert (
        "feed_info_lang_and_agency_lang_mismatch" not in judged({"feed_info.txt": (",ja,", ",mul,")}).codes()
    )


def test_today_decides_what_has_expired():
    assert "expired_calendar" in judged(today=date(2027, 4, 1)).codes()
    assert "expired_calendar" not in judged(today=TODAY).codes()


@pytest.mark.parametrize(
    ("long_", "found"), [("10", True), ("10-Line", True), ("100 Line", False), ("Line 10", False)]
)
def test_a_short_name_counts_as_a_word_at_the_beginning(long_, found):
    codes = judged({"routes.txt": ("Messe Line", long_)}).codes()
    assert ("route_long_name_contains_short_name" in codes) is found
