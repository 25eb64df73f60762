"""Flex, booking rules, fares, translations, zones as GeoJSON."""

from __future__ import annotations

import json

import pytest
from fakes.judged import judged, places

ON_DEMAND = "trip_id,stop_id,location_id,location_group_id,stop_sequence,start_pickup_drop_off_window,end_pickup_drop_off_window,pickup_type,drop_off_type,arrival_time,departure_time,shape_dist_traveled,pickup_booking_rule_id,drop_off_booking_rule_id\n"
ROW_1 = "T1,,Z,,1,08:00:00,12:00:00,2,1,,,,B,\n"
ROW_2 = "T1,,Z,,2,08:00:00,12:00:00,1,2,,,,,B\n"
REST = "T2,S1,,,1,,,0,0,09:00:00,09:00:00,,,\nT2,S2,,,2,,,0,0,09:05:00,09:05:00,,,\nT2,S3,,,3,,,0,0,09:10:00,09:10:00,,,\n"
RULES = "booking_rule_id,booking_type,prior_notice_duration_min,prior_notice_duration_max,prior_notice_last_day,prior_notice_last_time,prior_notice_start_day,prior_notice_start_time,prior_notice_service_id\n"
SAME_DAY = "B,1,30,,,,,,\n"


def square(x, y, size=0.01):
    return [[[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]]


def feature(name="Z", **changes):
    body = {
        "type": "Feature",
        "id": name,
        "properties": {},
        "geometry": {"type": "Polygon", "coordinates": square(140.03, 35.64)},
    }
    return {key: value for key, value in (body | changes).items() if value is not None}


def zones(*features, **more):
    return json.dumps({"type": "FeatureCollection", "features": list(features or [feature()]), **more})


def flex(first=ROW_1, second=ROW_2, rest=REST, booking=SAME_DAY, geojson=None):
    return {
        "stop_times.txt": ON_DEMAND + first + second + rest,
        "booking_rules.txt": RULES + booking,
        "locations.geojson": geojson or zones(),
    }


FLEX = [
    (
        "forbidden_arrival_or_departure_time",
        flex(ROW_1.replace("2,1,,,", "2,1,08:00:00,08:00:00,")),
        [("stop_times.txt", 2, "arrival_time", "08:00:00")],
    ),
    (
        "missing_pickup_or_drop_off_window",
        flex(ROW_1.replace("12:00:00", "")),
        [("stop_times.txt", 2, "end_pickup_drop_off_window", "")],
    ),
    (
        "missing_pickup_or_drop_off_window",
        flex(ROW_1.replace("08:00:00,12:00:00", ",")),
        [
            ("stop_times.txt", 2, "start_pickup_drop_off_window", ""),
            ("stop_times.txt", 2, "end_pickup_drop_off_window", ""),
        ],
    ),
    (
        "invalid_pickup_drop_off_window",
        flex(ROW_1.replace("12:00:00", "08:00:00")),
        [("stop_times.txt", 2, "end_pickup_drop_off_window", "08:00:00")],
    ),
    (
        "forbidden_pickup_type",
        flex(ROW_1.replace("2,1,,,", "3,1,,,")),
        [("stop_times.txt", 2, "pickup_type", "3")],
    ),
    (
        "forbidden_drop_off_type",
        flex(ROW_1.replace("2,1,,,", "2,0,,,")),
        [("stop_times.txt", 2, "drop_off_type", "0")],
    ),
    (
        "forbidden_continuous_pickup_drop_off",
        {
            **flex(),
            "routes.txt": (
                "route_text_color\nR,A,10,Messe Line,3,0039A6,FFFFFF",
                "continuous_pickup\nR,A,10,Messe Line,3,0039A6,2",
            ),
        },
        [("routes.txt", 2, "continuous_pickup", "2")],
    ),
    (
        "missing_pickup_drop_off_booking_rule_id",
        flex(ROW_1.replace(",B,", ",,")),
        [("stop_times.txt", 2, "pickup_booking_rule_id", "")],
    ),
    (
        "forbidden_geography_id",
        flex(ROW_1.replace("T1,,Z", "T1,S1,Z")),
        [("stop_times.txt", 2, "stop_id", "S1")],
    ),
    ("forbidden_geography_id", flex(ROW_1.replace("T1,,Z", "T1,,")), [("stop_times.txt", 2, "stop_id", "")]),
    (
        "forbidden_shape_dist_traveled",
        flex(ROW_1.replace(",B,", "7,B,")),
        [("stop_times.txt", 2, "shape_dist_traveled", "7")],
    ),
    ("missing_stop_times_record", flex(second=""), [("stop_times.txt", 2, "trip_id", "T1")]),
    (
        "overlapping_zone_and_pickup_drop_off_window",
        flex(
            second=ROW_2.replace("Z,,2", "Y,,2").replace("1,2,,", "2,2,,").replace(",,B\n", ",B,B\n"),
            geojson=zones(
                feature(), feature("Y", geometry={"type": "Polygon", "coordinates": square(140.035, 35.645)})
            ),
        ),
        [("stop_times.txt", 3, "location_id", "Y")],
    ),
    (
        "overlapping_zone_and_pickup_drop_off_window",
        flex(
            second=ROW_2.replace("08:00:00", "09:00:00").replace("1,2,,", "2,2,,").replace(",,B\n", ",B,B\n")
        ),
        [("stop_times.txt", 3, "location_id", "Z")],
    ),
    (
        "foreign_key_violation",
        flex(geojson=zones(feature("Q"))),
        [("stop_times.txt", 2, "location_id", "Z"), ("stop_times.txt", 3, "location_id", "Z")],
    ),
]
BOOKING = [
    ("forbidden_real_time_booking_field_value", "B,0,30,,,,,,\n", "prior_notice_duration_min", "30"),
    ("forbidden_same_day_booking_field_value", "B,1,30,,1,,,,\n", "prior_notice_last_day", "1"),
    ("forbidden_prior_day_booking_field_value", "B,2,30,,1,17:00:00,,,\n", "prior_notice_duration_min", "30"),
    ("forbidden_prior_notice_start_day", "B,1,30,60,,,2,09:00:00,\n", "prior_notice_start_day", "2"),
    ("forbidden_prior_notice_start_time", "B,1,30,,,,,09:00:00,\n", "prior_notice_start_time", "09:00:00"),
    ("missing_prior_notice_duration_min", "B,1,,,,,,,\n", "prior_notice_duration_min", ""),
    ("missing_prior_notice_last_day", "B,2,,,,17:00:00,,,\n", "prior_notice_last_day", ""),
    ("missing_prior_notice_last_time", "B,2,,,1,,,,\n", "prior_notice_last_time", ""),
    ("missing_prior_notice_start_time", "B,2,,,1,17:00:00,7,,\n", "prior_notice_start_time", ""),
    ("invalid_prior_notice_duration_min", "B,1,30,20,,,,,\n", "prior_notice_duration_min", "30"),
    ("prior_notice_last_day_after_start_day", "B,2,,,8,17:00:00,7,09:00:00,\n", "prior_notice_last_day", "8"),
]
MEDIA = "fare_media_id,fare_media_name,fare_media_type\nM1,Card,2\n"
CATEGORIES = "rider_category_id,rider_category_name,is_default_fare_category\nA,Adult,1\nC,Child,1\n"
PRODUCTS = "fare_product_id,rider_category_id,amount,currency\nP,A,200,JPY\nP,C,100,JPY\n"
LEGS = {
    "fare_products.txt": "fare_product_id,amount,currency\nP,200,JPY\nQ,300,JPY\n",
    "fare_leg_rules.txt": "leg_group_id,fare_product_id\nL,P\nM,Q\n",
}
TRANSFER = (
    "from_leg_group_id,to_leg_group_id,transfer_count,duration_limit,duration_limit_type,fare_transfer_type\n"
)
FRAMES = "timeframe_group_id,start_time,end_time,service_id\n"
FARES = [
    (
        "duplicate_fare_media",
        {"fare_media.txt": MEDIA + "M2,Card,2\n"},
        [("fare_media.txt", 3, "fare_media_name", "Card")],
    ),
    (
        "fare_product_with_multiple_default_rider_categories",
        {"rider_categories.txt": CATEGORIES, "fare_products.txt": PRODUCTS},
        [("fare_products.txt", 3, "rider_category_id", "C")],
    ),
    (
        "fare_transfer_rule_duration_limit_type_without_duration_limit",
        {**LEGS, "fare_transfer_rules.txt": TRANSFER + "L,L,1,,0,0\n"},
        [("fare_transfer_rules.txt", 2, "duration_limit_type", "0")],
    ),
    (
        "fare_transfer_rule_duration_limit_without_type",
        {**LEGS, "fare_transfer_rules.txt": TRANSFER + "L,L,1,600,,0\n"},
        [("fare_transfer_rules.txt", 2, "duration_limit", "600")],
    ),
    (
        "fare_transfer_rule_invalid_transfer_count",
        {**LEGS, "fare_transfer_rules.txt": TRANSFER + "L,L,-2,,,0\n"},
        [("fare_transfer_rules.txt", 2, "transfer_count", "-2")],
    ),
    (
        "fare_transfer_rule_with_forbidden_transfer_count",
        {**LEGS, "fare_transfer_rules.txt": TRANSFER + "L,M,1,,,0\n"},
        [("fare_transfer_rules.txt", 2, "transfer_count", "1")],
    ),
    (
        "fare_transfer_rule_without_transfer_count",
        {**LEGS, "fare_transfer_rules.txt": TRANSFER + "L,L,,,,0\n"},
        [("fare_transfer_rules.txt", 2, "transfer_count", "")],
    ),
    (
        "timeframe_only_start_or_end_time_specified",
        {"timeframes.txt": FRAMES + "G,08:00:00,,W\n"},
        [("timeframes.txt", 2, "end_time", "")],
    ),
    (
        "timeframe_start_or_end_time_greater_than_twenty_four_hours",
        {"timeframes.txt": FRAMES + "G,08:00:00,25:00:00,W\n"},
        [("timeframes.txt", 2, "end_time", "25:00:00")],
    ),
    (
        "timeframe_overlap",
        {"timeframes.txt": FRAMES + "G,08:00:00,10:00:00,W\nG,09:00:00,11:00:00,W\n"},
        [("timeframes.txt", 3, "start_time", "09:00:00")],
    ),
]
WORDS = "table_name,field_name,language,translation,record_id,record_sub_id,field_value\n"
TRANSLATIONS = [
    (
        "translation_foreign_key_violation",
        WORDS + "stops,stop_name,en,x,S9,,\n",
        [("translations.txt", 2, "record_id", "S9")],
    ),
    (
        "translation_foreign_key_violation",
        WORDS + "stop_times,stop_headsign,en,x,T1,9,\nstop_times,stop_headsign,en,x,T1,1,\n",
        [("translations.txt", 2, "record_id", "T1")],
    ),
    (
        "translation_unexpected_value",
        WORDS + "feed_info,feed_publisher_name,en,x,A,,\n",
        [("translations.txt", 2, "record_id", "A")],
    ),
    (
        "translation_unexpected_value",
        WORDS + "stops,stop_name,en,x,S1,,Messe\n",
        [("translations.txt", 2, "field_value", "Messe")],
    ),
    (
        "translation_unexpected_value",
        WORDS + "stops,stop_name,en,x,S1,2,\n",
        [("translations.txt", 2, "record_sub_id", "2")],
    ),
    (
        "translation_unknown_table_name",
        WORDS + "stop,stop_name,en,x,S1,,\n",
        [("translations.txt", 2, "table_name", "stop")],
    ),
    (
        "duplicate_key",
        WORDS + "stops,stop_name,en,x,S1,,\nstops,stop_name,en,y,S1,,\n",
        [("translations.txt", 3, "table_name", "stops")],
    ),
]
BOW = [[[140, 35], [140.1, 35.1], [140.1, 35], [140, 35.1], [140, 35]]]
GEOJSON = [
    ("malformed_json", "{", ""),
    ("unsupported_geo_json_type", '{"type": "Feature"}', "type"),
    ("missing_required_element", '{"features": []}', "type"),
    ("missing_required_element", '{"type": "FeatureCollection"}', "features"),
    ("missing_required_element", zones(feature(id=None)), "features[0].id"),
    (
        "missing_required_element",
        zones(feature(geometry={"type": "Polygon"})),
        "features[0].geometry.coordinates",
    ),
    ("unsupported_feature_type", zones(feature(type="Thing")), "features[0].type"),
    (
        "unsupported_geometry_type",
        zones(feature(geometry={"type": "Point", "coordinates": [140, 35]})),
        "features[0].geometry.type",
    ),
    (
        "invalid_geometry",
        zones(feature(geometry={"type": "Polygon", "coordinates": BOW})),
        "features[0].geometry.coordinates",
    ),
    (
        "invalid_geometry",
        zones(
            feature(geometry={"type": "MultiPolygon", "coordinates": [[[[140, 35], [141, 35], [140, 36]]]]})
        ),
        "features[0].geometry.coordinates",
    ),
    ("geo_json_unknown_element", zones(name="x"), "name"),
    ("geo_json_unknown_element", zones(feature(properties={"color": "red"})), "features[0].properties.color"),
    (
        "geo_json_duplicated_element",
        zones().replace('"type": "FeatureCollection"', '"type": "FeatureCollection", "type": "x"'),
        "type",
    ),
    ("duplicate_geo_json_key", zones(feature(), feature()), "id"),
]


@pytest.mark.parametrize(("code", "edits", "expected"), FLEX + FARES)
def test_a_fault_of_an_extension_is_told_with_its_place(code, edits, expected):
    assert places(judged(edits), code) == expected


@pytest.mark.parametrize(("code", "rule", "field", "value"), BOOKING)
def test_a_fault_of_a_booking_rule_is_told(code, rule, field, value):
    assert places(judged(flex(booking=rule)), code) == [("booking_rules.txt", 2, field, value)]


@pytest.mark.parametrize(("code", "text", "expected"), TRANSLATIONS)
def test_a_fault_of_a_translation_is_told(code, text, expected):
    assert places(judged({"translations.txt": text}), code) == expected


@pytest.mark.parametrize(("code", "text", "field"), GEOJSON)
def test_a_fault_of_the_zones_is_told(code, text, field):
    found = places(judged({"locations.geojson": text}), code)
    assert [p[:3] for p in found] == [("locations.geojson", 0, field)]


def test_an_on_demand_service_that_is_right_raises_nothing_of_its_own():
    assert judged(flex()).codes() == set()


def test_fares_and_translations_that_are_right_raise_nothing():
    fine = {
        **LEGS, "fare_transfer_rules.txt": TRANSFER + "L,L,-1,600,0,0\nL,M,,,,0\n",
        "timeframes.txt": FRAMES + "G,08:00:00,10:00:00,W\nG,10:00:00,24:00:00,W\n", "fare_media.txt": MEDIA,
        "translations.txt": WORDS + "stops,stop_name,en,x,S1,,\nstops,stop_name,en,x,,,Messe\nfeed_info,feed_publisher_name,en,x,,,\n",
    }  # fmt: skip
    assert judged(fine).codes() == set()


def test_stops_and_zones_share_one_space_of_names():
    assert places(judged({"locations.geojson": zones(feature("S1"))}), "duplicate_geography_id") == [
        ("locations.geojson", 0, "id", "S1")
    ]
