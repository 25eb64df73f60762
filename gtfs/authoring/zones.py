"""On-demand services (GTFS-Flex): zones or groups of stops, windows, and how a ride is booked."""

from __future__ import annotations

import itertools
import json
from typing import Any

from gtfs.authoring.documents import Document, Flex, hms, seconds
from gtfs.authoring.edit import EditError, Editor

__all__ = ["put_flex", "remove_flex"]

_LOCATIONS = "locations.geojson"
_BY_PHONE, _NONE = "2", "1"  # pickup_type: must phone the agency; no pickup
_DEMAND_BUS = "715"
_REALTIME, _SAME_DAY, _DAYS_BEFORE = "0", "1", "2"


def put_flex(editor: Editor, key: str, document: Document) -> None:
    """Work an on-demand service in as a route, a trip and a booking rule, all called `key`."""
    if not isinstance(document, Flex):
        raise EditError(f"{type(document).__name__} is no on-demand service")
    if not editor.has("agency", "agency_id", document.agency):
        raise EditError(f"agency: there is no agency {document.agency!r}; put it first")
    if not any(editor.has(t, "service_id", document.calendar) for t in ("calendar", "calendar_dates")):
        raise EditError(f"calendar: there is no calendar {document.calendar!r}; put it first")
    remove_flex(editor, key)
    editor.put(
        "routes", ["route_id"],
        {
            "route_id": key, "agency_id": document.agency, "route_short_name": "",
            "route_long_name": document.name, "route_type": _DEMAND_BUS,
        },
    )  # fmt: skip
    names = {"ja": document.name, "ja-Hrkt": document.kana, **document.names}
    if document.kana or document.names:
        editor.translate("routes", "route_long_name", key, names)
    editor.put("booking_rules", ["booking_rule_id"], {"booking_rule_id": key, **_booking(document)})
    editor.add("trips", [{"route_id": key, "service_id": document.calendar, "trip_id": key}])
    place = _zone(editor, key, document) if document.zone else _group(editor, key, document)
    window = {
        "start_pickup_drop_off_window": hms(seconds(document.start)),
        "end_pickup_drop_off_window": hms(seconds(document.end)),
    }
    rules = {"pickup_booking_rule_id": key, "drop_off_booking_rule_id": key}
    editor.add(
        "stop_times",
        [
            {
                "trip_id": key, "stop_sequence": str(k), **place, **window, **rules,
                "pickup_type": _BY_PHONE if k == 1 else _NONE,
                "drop_off_type": _NONE if k == 1 else _BY_PHONE,
            }
            for k in (1, 2)
        ],
    )  # fmt: skip


def remove_flex(editor: Editor, key: str) -> None:
    """Take an on-demand service out."""
    if not editor.has("booking_rules", "booking_rule_id", key):
        return
    for stem, column in (
        ("booking_rules", "booking_rule_id"), ("trips", "trip_id"), ("stop_times", "trip_id"),
        ("routes", "route_id"), ("location_groups", "location_group_id"),
        ("location_group_stops", "location_group_id"),
    ):  # fmt: skip
        editor.remove(stem, column, [key])
    editor.forget("routes", key)
    collection = _collection(editor)
    kept = [f for f in collection["features"] if f.get("id") != key]
    if len(kept) != len(collection["features"]):
        _save(editor, {**collection, "features": kept})


def _booking(flex: Flex) -> dict[str, str]:
    rule, found = flex.booking, {"booking_type": _REALTIME}
    if rule.ahead_min:
        found = {"booking_type": _SAME_DAY, "prior_notice_duration_min": str(rule.ahead_min)}
    elif rule.ahead_days is not None:
        found = {
            "booking_type": _DAYS_BEFORE, "prior_notice_last_day": str(rule.ahead_days),
            "prior_notice_last_time": hms(seconds(rule.until or "17:00")),
        }  # fmt: skip
    return found | {
        "message": rule.message, "phone_number": rule.phone, "booking_url": rule.url,
        "info_url": rule.info_url,
    }  # fmt: skip


def _zone(editor: Editor, key: str, flex: Flex) -> dict[str, str]:
    ring = [[round(lon, 6), round(lat, 6)] for lat, lon in flex.zone]
    if ring[0] != ring[-1]:
        ring.append(ring[0])
    if _doubled_area(ring) < 0:
        ring.reverse()  # RFC 7946: an outer ring runs anticlockwise
    feature = {
        "type": "Feature", "id": key, "properties": {"stop_name": flex.name},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }  # fmt: skip
    collection = _collection(editor)
    _save(editor, {**collection, "features": [*collection["features"], feature]})
    return {"location_id": key}


def _doubled_area(ring: list[list[float]]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(ring))


def _group(editor: Editor, key: str, flex: Flex) -> dict[str, str]:
    for stop in flex.stops:
        if not editor.has("stops", "stop_id", stop):
            raise EditError(f"stops: there is no stop {stop!r}; put it first")
    editor.put(
        "location_groups", ["location_group_id"], {"location_group_id": key, "location_group_name": flex.name}
    )
    editor.add("location_group_stops", [{"location_group_id": key, "stop_id": s} for s in flex.stops])
    return {"location_group_id": key}


def _collection(editor: Editor) -> dict[str, Any]:
    try:
        found = json.loads(editor.feed.raw.get(_LOCATIONS, b'{"type": "FeatureCollection", "features": []}'))
        if isinstance(found["features"], list):
            return dict(found)
    except (ValueError, KeyError, TypeError):
        pass
    raise EditError(f"{_LOCATIONS} is no FeatureCollection; mend or remove it first")


def _save(editor: Editor, collection: dict[str, Any]) -> None:
    if collection["features"]:
        editor.feed.raw[_LOCATIONS] = json.dumps(collection, ensure_ascii=False).encode()
    else:
        editor.feed.raw.pop(_LOCATIONS, None)
