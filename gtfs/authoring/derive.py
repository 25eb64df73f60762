"""Documents of what a feed holds already, so that a clerk edits what is there and not an empty form."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime

from pydantic import ValidationError

from gtfs.authoring.documents import MODELS, Calendar, Document, Kind, Weekday
from gtfs.authoring.edit import Editor
from gtfs.authoring.holidays import WEEKDAYS, calendar_of, dates_of, weekly_of
from gtfs.authoring.patterns import Patterns
from gtfs.schedule.feed import Feed

__all__ = ["KANA", "canonical", "differences", "document_of", "keys_of"]

KANA = "ja-Hrkt"
_MODES = {"0": "tram", "1": "subway", "2": "rail", "3": "bus", "4": "ferry"}


def keys_of(feed: Feed, kind: Kind, patterns: Patterns | None = None) -> list[str]:
    """The identifiers of everything of that kind, in the order of the feed."""
    columns = {
        Kind.AGENCY: ("agency", "agency_id"), Kind.STOP: ("stops", "stop_id"),
        Kind.ROUTE: ("routes", "route_id"),
        Kind.FARE: ("fare_attributes", "fare_id"), Kind.FLEX: ("booking_rules", "booking_rule_id"),
    }  # fmt: skip
    if kind is Kind.INFO:
        return ["feed"] if feed.table("feed_info").height else []
    if kind is Kind.CALENDAR:
        names = (
            feed.table(t)["service_id"].to_list()
            for t in ("calendar", "calendar_dates")
            if "service_id" in feed.table(t).columns
        )
        return list(dict.fromkeys(n for part in names for n in part))
    if kind in columns:
        stem, column = columns[kind]
        table = feed.table(stem)
        return list(dict.fromkeys(table[column].to_list())) if column in table.columns else []
    found = patterns or Patterns(feed)
    if kind is Kind.PATTERN:
        return list(found.all)
    return [f"{p.id}@{service}" for p in found.all.values() for service in p.trips]


def document_of(feed: Feed, kind: Kind, key: str, patterns: Patterns | None = None) -> Document | None:
    """The document of one thing; None if the feed has none, or says it in a way that no document can.

    A value that the feed has wrong stays as it is: it is shown, and refused when it is sent back unmended.
    """
    editor = Editor(feed)
    if kind is Kind.PATTERN or kind is Kind.TIMETABLE:
        return _timed(feed, kind, key, patterns or Patterns(feed))
    if kind is Kind.CALENDAR:
        return _calendar(editor, key)
    found = {
        Kind.INFO: _info, Kind.AGENCY: _agency, Kind.STOP: _stop, Kind.ROUTE: _route, Kind.FARE: _fare,
    }.get(kind)  # fmt: skip
    values = None if found is None else found(editor, key)
    if values is None:
        return None
    try:
        return MODELS[kind].model_validate(values)
    except ValidationError:
        return MODELS[kind].model_construct(None, **values)


def _first(editor: Editor, stem: str, **key: str) -> dict[str, str] | None:
    rows = editor.rows(stem, **key)
    return {k: v.strip() for k, v in rows[0].items()} if rows else None


def _texts(editor: Editor, table: str, field: str, record: str, usual: str) -> tuple[str, dict[str, str]]:
    """The kana reading and the names in other languages."""
    kana, names = "", {}
    for row in editor.rows("translations", table_name=table, field_name=field, record_id=record):
        language, text = row.get("language", ""), row.get("translation", "")
        if language.lower() == KANA.lower():
            kana = text
        elif not (language == "ja" and text == usual):
            names[language] = text
    return kana, names


def _info(editor: Editor, _: str) -> dict[str, object] | None:
    row = _first(editor, "feed_info")
    if row is None:
        return None
    return {
        "publisher": row.get("feed_publisher_name", ""), "url": row.get("feed_publisher_url", ""),
        "lang": row.get("feed_lang", ""), "start": _day(row.get("feed_start_date", "")),
        "end": _day(row.get("feed_end_date", "")), "version": row.get("feed_version", ""),
        "contact_email": row.get("feed_contact_email", ""), "contact_url": row.get("feed_contact_url", ""),
    }  # fmt: skip


def _agency(editor: Editor, key: str) -> dict[str, object] | None:
    row = _first(editor, "agency", agency_id=key)
    if row is None:
        return None
    kana, names = _texts(editor, "agency", "agency_name", key, row.get("agency_name", ""))
    return {
        "name": row.get("agency_name", ""), "kana": kana, "names": names, "url": row.get("agency_url", ""),
        "timezone": row.get("agency_timezone", ""), "lang": row.get("agency_lang", ""),
        "phone": row.get("agency_phone", ""), "fare_url": row.get("agency_fare_url", ""),
        "email": row.get("agency_email", ""),
    }  # fmt: skip


def _stop(editor: Editor, key: str) -> dict[str, object] | None:
    row = _first(editor, "stops", stop_id=key)
    if row is None:
        return None
    kana, names = _texts(editor, "stops", "stop_name", key, row.get("stop_name", ""))
    return {
        "name": row.get("stop_name", ""), "kana": kana, "names": names,
        "lat": _number(row.get("stop_lat", "")),
        "lon": _number(row.get("stop_lon", "")), "code": row.get("stop_code", ""),
        "station": row.get("location_type", "") == "1", "parent": row.get("parent_station", ""),
        "platform": row.get("platform_code", ""), "zone": row.get("zone_id", ""),
        "wheelchair": int(row.get("wheelchair_boarding", "") or 0),
    }  # fmt: skip


def _route(editor: Editor, key: str) -> dict[str, object] | None:
    row = _first(editor, "routes", route_id=key)
    if row is None:
        return None
    long_name = row.get("route_long_name", "")
    field = "route_long_name" if long_name else "route_short_name"
    usual = row.get(field, "")
    kana, names = _texts(editor, "routes", field, key, usual)
    return {
        "agency": row.get("agency_id", ""), "short_name": row.get("route_short_name", ""),
        "long_name": long_name, "kana": kana, "names": names,
        "mode": _MODES.get(row.get("route_type", ""), "bus"), "color": row.get("route_color", ""),
        "text_color": row.get("route_text_color", ""),
    }  # fmt: skip


def _fare(editor: Editor, key: str) -> dict[str, object] | None:
    """A flat fare; fares between zones are many rows that no single document can be told from."""
    row = _first(editor, "fare_attributes", fare_id=key)
    rules = editor.rows("fare_rules", fare_id=key)
    zoned = any(r.get(c) for r in rules for c in ("origin_id", "destination_id", "contains_id"))
    price = _number(row.get("price", "")) if row is not None else None
    if row is None or zoned or price is None or price != int(price):
        return None
    ic = _number(row.get("ic_price", ""))
    return {
        "agency": row.get("agency_id", ""), "routes": [r["route_id"] for r in rules if r.get("route_id")],
        "price": int(price), "ic_price": None if ic is None else int(ic),
        "before_boarding": row.get("payment_method", "") == "1",
    }  # fmt: skip


def _calendar(editor: Editor, key: str) -> Calendar | None:
    row = _first(editor, "calendar", service_id=key)
    dated = editor.rows("calendar_dates", service_id=key)
    more = [d for r in dated if r.get("exception_type") == "1" and (d := _day(r.get("date", "")))]
    less = [d for r in dated if r.get("exception_type") == "2" and (d := _day(r.get("date", "")))]
    days: list[Weekday] = [d for d in WEEKDAYS if row is not None and row.get(d, "") == "1"]
    start = _day(row.get("start_date", "")) if row is not None else None
    end = _day(row.get("end_date", "")) if row is not None else None
    if start is None or end is None:
        if not more:
            return None
        days, start, end = weekly_of(more)
        running = set(more)
        base = calendar_of(days, start, end, (), ())
        usual = set(dates_of(base))
        more, less = sorted(running - usual), sorted(usual - running)
    if (end - start).days > 3 * 366:
        return Calendar.model_construct(
            days=days,
            start=start,
            end=end,
            holidays="as_usual",
            year_end="as_usual",
            also_on=more,
            not_on=less,
        )
    return calendar_of(days, start, end, more, less)


def _timed(feed: Feed, kind: Kind, key: str, patterns: Patterns) -> Document | None:
    if kind is Kind.PATTERN:
        if key not in patterns.all:
            return None
        return patterns.document(key, _shape(feed, patterns.all[key].shape))
    pattern, _, service = key.rpartition("@")
    if pattern not in patterns.all or service not in patterns.all[pattern].trips:
        return None
    return patterns.timetable(pattern, service)


def _shape(feed: Feed, shape: str) -> list[tuple[float, float]]:
    if not shape:
        return []
    points = [
        (int(r.get("shape_pt_sequence", "") or 0), float(r["shape_pt_lat"]), float(r["shape_pt_lon"]))
        for r in Editor(feed).rows("shapes", shape_id=shape)
        if _number(r.get("shape_pt_lat", "")) is not None and _number(r.get("shape_pt_lon", "")) is not None
    ]
    return [(lat, lon) for _, lat, lon in sorted(points)]


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text.strip(), "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None


def canonical(document: Document | None) -> str:
    """A document as text that is the same for the same content: what an ETag is made of."""
    if document is None:
        return ""
    return json.dumps(document.model_dump(mode="json", warnings=False), sort_keys=True, ensure_ascii=False)


def differences(mine: Iterable[tuple[str, object]], theirs: dict[str, object]) -> list[dict[str, object]]:
    """Fields in which two documents differ."""
    return [
        {"field": name, "yours": value, "current": theirs.get(name)}
        for name, value in mine
        if value != theirs.get(name)
    ]
