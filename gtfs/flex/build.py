"""An on-demand service into the tables of a feed (GTFS reference, Flex and Fares v2)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import polars as pl

from gtfs.flex.model import Amounts, Form, Loop, OnDemandService, Price, ServiceDays, Texts
from gtfs.schedule.feed import Feed

__all__ = ["flex_feed"]

_ON_REQUEST, _NOT = "2", "1"
_BUS = "3"
_REAL_TIME = "0"
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_GROUP, _BOOKING, _NETWORK = "stops", "booking", "shuttle"
Rows = list[dict[str, str]]


def flex_feed(service: OnDemandService, form: Form = Form.STOPS) -> Feed:
    """The feed. Its version is a digest of what it says, so that the same service has the same version.

    In the form STOPS riders go from any stop to any other, and fares are exact for each pair; in the form
    ZONE they are met near any point of the zone, and the price, which depends on stops, is left open.
    """
    tables: dict[str, Rows] = {
        "agency": _agency(service),
        "stops": [
            {
                "stop_id": s.id, "stop_name": _main(service, s.name), "stop_lat": f"{s.lat:.6f}",
                "stop_lon": f"{s.lon:.6f}", "location_type": "0",
                "wheelchair_boarding": "1" if s.wheelchair else "2",
            }
            for s in service.stops
        ],
        "routes": _routes(service),
        "trips": _trips(service),
        "stop_times": _stop_times(service, form),
        "calendar": _calendar(service),
        "calendar_dates": _calendar_dates(service),
        "booking_rules": [_booking_rule(service)],
        "translations": _translations(service, form),
    }  # fmt: skip
    if form is Form.STOPS:
        tables["location_groups"] = [
            {"location_group_id": _GROUP, "location_group_name": _main(service, service.name)}
        ]
        tables["location_group_stops"] = [
            {"location_group_id": _GROUP, "stop_id": s.id} for s in service.stops
        ]
        if service.price is not None:
            tables |= _fares(service, service.price)
    else:
        used = {stop for loop in service.loops for stop in loop.stops}
        tables["stops"] = [row for row in tables["stops"] if row["stop_id"] in used]
        shown = {row["stop_id"] for row in tables["stops"]}
        tables["translations"] = [
            row for row in tables["translations"]
            if row["table_name"] != "stops" or row["record_id"] in shown
        ]  # fmt: skip
    raw = {"locations.geojson": _geojson(service)} if form is Form.ZONE else {}
    digest = hashlib.sha256(json.dumps(tables, sort_keys=True).encode() + b"".join(raw.values())).hexdigest()
    tables["feed_info"] = [_feed_info(service, digest[:12])]
    frames = {name: _frame(rows) for name, rows in tables.items() if rows}
    return Feed(source=service.id, tables=frames, raw=raw)


def _frame(rows: Rows) -> pl.DataFrame:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    return pl.DataFrame(
        {name: [row.get(name, "") for row in rows] for name in columns},
        schema=dict.fromkeys(columns, pl.String),
    )


def _main(service: OnDemandService, texts: Texts) -> str:
    return texts.get(service.lang) or next(iter(texts.values()))


def _clock(second: int) -> str:
    return f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"


def _agency(service: OnDemandService) -> Rows:
    return [
        {
            "agency_id": service.id, "agency_name": _main(service, service.name), "agency_url": service.url,
            "agency_timezone": service.timezone, "agency_lang": service.lang, "agency_email": service.contact,
            "agency_phone": service.booking.phone,
        }
    ]  # fmt: skip


def _routes(service: OnDemandService) -> Rows:
    rows = [(service.id, service.name), *((loop.id, loop.name) for loop in service.loops)]
    return [
        {
            "route_id": identity, "agency_id": service.id, "route_long_name": _main(service, name),
            "route_type": _BUS, **({"network_id": _NETWORK} if service.price is not None else {}),
        }
        for identity, name in rows
    ]  # fmt: skip


def _trips(service: OnDemandService) -> Rows:
    rows = [
        {"route_id": service.id, "service_id": days.id, "trip_id": _request_trip(service, days)}
        for days in service.days
    ]
    for loop in service.loops:
        rows += [
            {
                "route_id": loop.id, "service_id": trip.days_id, "trip_id": trip.id,
                "trip_headsign": _main(service, loop.name), "wheelchair_accessible": "1",
            }
            for trip in loop.trips
        ]  # fmt: skip
    return rows


def _request_trip(service: OnDemandService, days: ServiceDays) -> str:
    return f"{service.id}-{days.id}"


def _stop_times(service: OnDemandService, form: Form) -> Rows:
    where = {"location_group_id": _GROUP} if form is Form.STOPS else {"location_id": service.id}
    rows: Rows = []
    for days in service.days:
        window = {
            "start_pickup_drop_off_window": _clock(days.opens_s),
            "end_pickup_drop_off_window": _clock(days.closes_s),
        }
        trip = {"trip_id": _request_trip(service, days)}
        rows.append(
            {
                **trip, "stop_sequence": "1", **where, **window, "pickup_type": _ON_REQUEST,
                "drop_off_type": _NOT, "pickup_booking_rule_id": _BOOKING,
            }
        )  # fmt: skip
        rows.append(
            {
                **trip, "stop_sequence": "2", **where, **window, "pickup_type": _NOT,
                "drop_off_type": _ON_REQUEST, "drop_off_booking_rule_id": _BOOKING,
            }
        )  # fmt: skip
    for loop in service.loops:
        rows += _loop_times(loop)
    return rows


def _loop_times(loop: Loop) -> Iterator[dict[str, str]]:
    last = len(loop.stops) - 1
    for trip in loop.trips:
        for k, (stop, at) in enumerate(zip(loop.stops, trip.times_s, strict=True)):
            yield {
                "trip_id": trip.id, "stop_sequence": str(k + 1), "stop_id": stop, "arrival_time": _clock(at),
                "departure_time": _clock(at + (loop.dwell_s if 0 < k < last else 0)), "timepoint": "1",
                "pickup_type": _NOT if k == last else _ON_REQUEST,
                "drop_off_type": _NOT if k == 0 else _ON_REQUEST,
                "pickup_booking_rule_id": "" if k == last else _BOOKING,
                "drop_off_booking_rule_id": "" if k == 0 else _BOOKING,
            }  # fmt: skip


def _calendar(service: OnDemandService) -> Rows:
    return [
        {
            "service_id": days.id,
            **{name: "1" if k in days.weekdays else "0" for k, name in enumerate(_DAYS)},
            "start_date": f"{service.start:%Y%m%d}", "end_date": f"{service.end:%Y%m%d}",
        }
        for days in service.days
    ]  # fmt: skip


def _calendar_dates(service: OnDemandService) -> Rows:
    rows: Rows = []
    for day in sorted(service.holidays):
        for days in service.days:
            if service.start <= day <= service.end and (day.weekday() in days.weekdays) != days.holidays:
                kind = "1" if days.holidays else "2"
                rows.append({"service_id": days.id, "date": f"{day:%Y%m%d}", "exception_type": kind})
    return rows


def _booking_rule(service: OnDemandService) -> dict[str, str]:
    """Real-time booking: rides are asked for now or ahead, with no notice that must be kept."""
    return {
        "booking_rule_id": _BOOKING, "booking_type": _REAL_TIME,
        "message": _main(service, service.booking.message), "phone_number": service.booking.phone,
        "info_url": service.booking.url, "booking_url": service.booking.url,
    }  # fmt: skip


def _translations(service: OnDemandService, form: Form) -> Rows:
    named = [("stops", "stop_name", s.id, s.name) for s in service.stops]
    named += [("routes", "route_long_name", service.id, service.name)]
    named += [("routes", "route_long_name", loop.id, loop.name) for loop in service.loops]
    named += [("agency", "agency_name", service.id, service.name)]
    if form is Form.STOPS:
        named.append(("location_groups", "location_group_name", _GROUP, service.name))
    return [
        {
            "table_name": table, "field_name": field, "language": language, "translation": text,
            "record_id": identity,
        }
        for table, field, identity, texts in named
        for language, text in texts.items()
        if language != service.lang and text
    ]  # fmt: skip


def _feed_info(service: OnDemandService, version: str) -> dict[str, str]:
    return {
        "feed_publisher_name": _main(service, service.name), "feed_publisher_url": service.url,
        "feed_lang": service.lang, "feed_start_date": f"{service.start:%Y%m%d}",
        "feed_end_date": f"{service.end:%Y%m%d}", "feed_version": version,
        "feed_contact_email": service.contact,
    }  # fmt: skip


def _fares(service: OnDemandService, price: Price) -> dict[str, Rows]:
    """One area a stop; the base price everywhere, and pairs that cost otherwise by name with priority."""
    amounts = sorted({price.base, *price.by_pair.values()})
    products = [
        {
            "fare_product_id": _product(price, pair), "fare_product_name": f"{amount} {price.currency}",
            "rider_category_id": category, "amount": _amount(amount, price.decimals),
            "currency": price.currency,
        }
        for pair in amounts
        for category, amount in zip(("adult", "child"), pair, strict=True)
    ]  # fmt: skip
    rule = {"network_id": _NETWORK, "from_area_id": "", "to_area_id": "", "rule_priority": "0"}
    rules = [{**rule, "fare_product_id": _product(price, price.base)}]
    rules += [
        {
            **rule, "from_area_id": a, "to_area_id": b, "rule_priority": "1",
            "fare_product_id": _product(price, pair),
        }
        for (a, b), pair in sorted(price.by_pair.items())
        if pair != price.base
    ]  # fmt: skip
    return {
        "areas": [{"area_id": s.id, "area_name": _main(service, s.name)} for s in service.stops],
        "stop_areas": [{"area_id": s.id, "stop_id": s.id} for s in service.stops],
        "fare_products": products,
        "fare_leg_rules": rules,
        "rider_categories": [
            {"rider_category_id": "adult", "rider_category_name": "大人", "is_default_fare_category": "1"},
            {"rider_category_id": "child", "rider_category_name": "小児", "is_default_fare_category": "0"},
        ],
    }


def _product(price: Price, pair: Amounts) -> str:
    return f"{price.currency}-{pair[0]}-{pair[1]}"


def _amount(minor: int, decimals: int) -> str:
    return f"{minor / 10**decimals:.{decimals}f}"


def _geojson(service: OnDemandService) -> bytes:
    ring = [list(corner) for corner in service.zone]
    if ring[0] != ring[-1]:
        ring.append(ring[0])
    feature: dict[str, Any] = {
        "id": service.id, "type": "Feature",
        "properties": {"stop_name": _main(service, service.name)},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": [feature]}, ensure_ascii=False).encode()
