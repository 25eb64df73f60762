"""Flex, fares, translations and zones that are right, to spoil: what tests of rules share."""

from __future__ import annotations

import json

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
WORDS = "table_name,field_name,language,translation,record_id,record_sub_id,field_value\n"
BOW = [[[140, 35], [140.1, 35.1], [140.1, 35], [140, 35.1], [140, 35]]]
