"""GTFS-Flex of any feed: where one may ask to be picked up and set down, when, and until when one must ask.

What a feed leaves half said (a window without an end, a zone that nobody defines) is left out.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import shapely

from gtfs.schedule.feed import Feed

__all__ = ["BookingRule", "FlexCall", "FlexRide", "Zone", "flex_rides"]

_NOT = "1"
_DAY_S = 86_400
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class BookingRule:
    """`booking_rules.txt`: how early one must ask, and where."""

    id: str = ""
    kind: int = 0  # 0 at once, 1 on the same day, 2 days before
    notice_s: int = 0  # kind 1: at least so long before
    notice_s_max: int = 30 * _DAY_S  # at most so long before
    last_day: int = 0  # kind 2: so many days before at the latest …
    last_time_s: int = _DAY_S  # … by this time of day
    phone: str = ""
    url: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Zone:
    """Where a vehicle comes: anywhere in an area, or to stops of a group."""

    id: str
    name: str
    area: shapely.Geometry | None  # lon, lat
    stop_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FlexCall:
    """A zone, and seconds of the service day between which the vehicle comes."""

    zone: Zone
    opens_s: int
    closes_s: int
    rule: BookingRule


@dataclass(frozen=True, slots=True)
class FlexRide:
    """From one zone to another (or the same) by request."""

    trip_id: str
    route_id: str
    route_name: str
    service_id: str
    pickup: FlexCall
    drop_off: FlexCall


def flex_rides(feed: Feed) -> list[FlexRide]:
    """Everything that may be asked for, in the feed's own identifiers."""
    rules = {rule.id: rule for rule in map(_rule, _rows(feed, "booking_rules"))}
    zones = _zones(feed)
    routes = {r["route_id"]: r for r in _rows(feed, "routes")}
    trips = {t["trip_id"]: t for t in _rows(feed, "trips")}
    calls: dict[str, list[Row]] = defaultdict(list)
    for row in _rows(feed, "stop_times"):
        if row.get("start_pickup_drop_off_window") and row.get("trip_id") in trips:
            calls[row["trip_id"]].append(row)
    found: list[FlexRide] = []
    for trip_id, rows in calls.items():
        rows.sort(key=lambda row: int(row.get("stop_sequence") or 0))
        trip = trips[trip_id]
        route = routes.get(trip["route_id"], {})
        name = route.get("route_short_name") or route.get("route_long_name") or trip["route_id"]
        for first, last in combinations(rows, 2):
            if first.get("pickup_type") == _NOT or last.get("drop_off_type") == _NOT:
                continue
            pickup = _call(first, zones, rules, "pickup_booking_rule_id")
            drop_off = _call(last, zones, rules, "drop_off_booking_rule_id")
            if pickup is not None and drop_off is not None:
                found.append(FlexRide(trip_id, trip["route_id"], name, trip["service_id"], pickup, drop_off))
    return found


def _rows(feed: Feed, table: str) -> Iterator[Row]:
    return iter(feed.table(table).to_dicts())


def _call(row: Row, zones: dict[str, Zone], rules: dict[str, BookingRule], rule: str) -> FlexCall | None:
    zone = zones.get(row.get("location_id") or row.get("location_group_id") or "")
    opens, closes = (_seconds(row.get(f"{end}_pickup_drop_off_window", "")) for end in ("start", "end"))
    if zone is None or opens is None or closes is None or closes < opens:
        return None
    return FlexCall(zone, opens, closes, rules.get(row.get(rule, ""), BookingRule()))


def _zones(feed: Feed) -> dict[str, Zone]:
    found: dict[str, Zone] = {}
    members: dict[str, list[str]] = defaultdict(list)
    for row in _rows(feed, "location_group_stops"):
        members[row["location_group_id"]].append(row["stop_id"])
    names = {
        row["location_group_id"]: row.get("location_group_name", "") for row in _rows(feed, "location_groups")
    }
    for group, stops in members.items():
        found[group] = Zone(group, names.get(group, ""), None, tuple(stops))
    try:
        features = json.loads(feed.raw.get("locations.geojson", b"{}")).get("features", [])
    except (ValueError, AttributeError):
        return found
    for feature in features:
        zone = _area(feature)
        if zone is not None:
            found[zone.id] = zone
    return found


def _area(feature: Any) -> Zone | None:
    try:
        area = shapely.from_geojson(json.dumps(feature["geometry"]))
        identity, name = str(feature["id"]), str((feature.get("properties") or {}).get("stop_name", ""))
    except (KeyError, TypeError, AttributeError, shapely.errors.ShapelyError):
        return None
    if area.geom_type not in ("Polygon", "MultiPolygon"):
        return None
    area = shapely.make_valid(area)
    shapely.prepare(area)
    return Zone(identity, name, area)


def _rule(row: Row) -> BookingRule:
    least, most = _number(row, "prior_notice_duration_min"), _number(row, "prior_notice_duration_max")
    last = _seconds(row.get("prior_notice_last_time", ""))
    return BookingRule(
        row.get("booking_rule_id", ""),
        _number(row, "booking_type") or 0,
        (least or 0) * 60,
        30 * _DAY_S if most is None else most * 60,
        _number(row, "prior_notice_last_day") or 0,
        _DAY_S if last is None else last,
        row.get("phone_number", ""),
        row.get("booking_url", "") or row.get("info_url", ""),
        row.get("message", ""),
    )


def _number(row: Row, column: str) -> int | None:
    text = row.get(column, "")
    return int(text) if text.isdigit() else None


def _seconds(text: str) -> int | None:
    parts = text.strip().split(":")
    if len(parts) != 3 or not all(part.strip().isdigit() for part in parts):
        return None
    hours, minutes, seconds = (int(part) for part in parts)
    return (hours * 60 + minutes) * 60 + seconds
