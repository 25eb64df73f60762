"""Documents worked into a feed: each becomes the rows that say it, everything else stays as it is.

Order matters (a timetable needs its pattern), so documents are applied by kind; two timetables never touch
the same trip. What a document names and the feed lacks raises EditError, so that a clerk hears of it at once;
what is merely unwise is the validator's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from gtfs.authoring.derive import KANA, document_of
from gtfs.authoring.documents import (
    Agency,
    Calendar,
    Document,
    FeedInfo,
    Kind,
    Route,
    Stop,
)
from gtfs.authoring.edit import EditError, Editor
from gtfs.authoring.holidays import WEEKDAYS, exceptions, ymd
from gtfs.authoring.tariffs import put_fare, remove_fare
from gtfs.authoring.trips import Timetables
from gtfs.authoring.zones import put_flex, remove_flex
from gtfs.schedule.feed import Feed

__all__ = ["Change", "apply"]

_TYPES = {"tram": "0", "subway": "1", "rail": "2", "bus": "3", "ferry": "4"}


@dataclass(frozen=True, slots=True)
class Change:
    """One document; without content it is taken out of the feed."""

    kind: Kind
    key: str
    content: Document | None


def apply(feed: Feed, changes: Iterable[Change]) -> Feed:
    """A feed with the documents worked in. Raises EditError that names the document and what does not fit."""
    editor = Editor(feed)
    order = list(Kind)
    changes = sorted(changes, key=lambda c: order.index(c.kind))
    timed = [c for c in changes if c.kind in (Kind.PATTERN, Kind.TIMETABLE)]
    for change in changes:
        try:
            if change not in timed:
                _simple(editor, change)
        except EditError as error:
            raise EditError(f"{change.kind} {change.key}: {error}") from error
    _work_in_timetables(editor, timed)
    return editor.feed


def _simple(editor: Editor, change: Change) -> None:
    match change.content:
        case None:
            _remove(editor, change.kind, change.key)
        case FeedInfo() as info:
            _info(editor, info)
        case Agency() as agency:
            _agency(editor, change.key, agency)
        case Stop() as stop:
            _stop(editor, change.key, stop)
        case Route() as route:
            _route(editor, change.key, route)
        case Calendar() as calendar:
            _calendar(editor, change.key, calendar)
        case other if change.kind is Kind.FARE:
            put_fare(editor, change.key, other)
        case other:
            put_flex(editor, change.key, other)


_TABLES = {Kind.AGENCY: "agency", Kind.STOP: "stops", Kind.ROUTE: "routes"}


def _remove(editor: Editor, kind: Kind, key: str) -> None:
    match kind:
        case Kind.INFO:
            editor.feed.tables.pop("feed_info", None)
        case Kind.CALENDAR:
            editor.remove("calendar", "service_id", [key])
            editor.remove("calendar_dates", "service_id", [key])
        case Kind.FARE:
            remove_fare(editor, key)
        case Kind.FLEX:
            remove_flex(editor, key)
        case _:
            table = _TABLES[kind]
            editor.remove(table, f"{table.removesuffix('s')}_id", [key])
            editor.forget(table, key)


def _info(editor: Editor, info: FeedInfo) -> None:
    row = {
        "feed_publisher_name": info.publisher, "feed_publisher_url": info.url, "feed_lang": info.lang,
        "feed_start_date": "" if info.start is None else ymd(info.start),
        "feed_end_date": "" if info.end is None else ymd(info.end), "feed_version": info.version,
        "feed_contact_email": info.contact_email, "feed_contact_url": info.contact_url,
    }  # fmt: skip
    table = editor.feed.table("feed_info")
    if table.height:  # one feed has one row: whatever it was called before
        editor.set_table("feed_info", table.head(1))
        old = editor.rows("feed_info")[0].get("feed_publisher_name", "")
        editor.put("feed_info", ["feed_publisher_name"], {**row, "feed_publisher_name": old})
        renamed = pl.lit(info.publisher).alias("feed_publisher_name")
        editor.set_table("feed_info", editor.feed.table("feed_info").with_columns(renamed))
        return
    editor.add("feed_info", [row])


def _agency(editor: Editor, key: str, agency: Agency) -> None:
    row = {
        "agency_id": key, "agency_name": agency.name, "agency_url": agency.url,
        "agency_timezone": agency.timezone, "agency_lang": agency.lang, "agency_phone": agency.phone,
        "agency_fare_url": agency.fare_url, "agency_email": agency.email,
    }  # fmt: skip
    editor.put("agency", ["agency_id"], row)
    _names(editor, "agency", "agency_name", key, agency.name, agency.kana, agency.names)


def _stop(editor: Editor, key: str, stop: Stop) -> None:
    if stop.parent and not editor.has("stops", "stop_id", stop.parent):
        raise EditError(f"parent: there is no stop {stop.parent!r}; put the station first, or leave it out")
    row = {
        "stop_id": key, "stop_name": stop.name, "stop_lat": f"{stop.lat:.6f}", "stop_lon": f"{stop.lon:.6f}",
        "zone_id": stop.zone, "location_type": "1" if stop.station else "0", "parent_station": stop.parent,
        "wheelchair_boarding": str(stop.wheelchair),
    }  # fmt: skip
    row |= {k: v for k, v in (("stop_code", stop.code), ("platform_code", stop.platform)) if v}
    before = document_of(editor.feed, Kind.STOP, key)
    if isinstance(before, Stop) and (before.lat, before.lon) == (stop.lat, stop.lon):
        del row["stop_lat"], row["stop_lon"]  # as many decimals as it had
        row = {"stop_id": key} | row
    editor.put("stops", ["stop_id"], row)
    _names(editor, "stops", "stop_name", key, stop.name, stop.kana, stop.names)


def _route(editor: Editor, key: str, route: Route) -> None:
    if not editor.has("agency", "agency_id", route.agency):
        raise EditError(f"agency: there is no agency {route.agency!r}; put it first")
    row = {
        "route_id": key, "agency_id": route.agency, "route_short_name": route.short_name,
        "route_long_name": route.long_name, "route_type": _TYPES[route.mode],
        "route_color": route.color.upper(), "route_text_color": route.text_color.upper(),
    }  # fmt: skip
    editor.put("routes", ["route_id"], row)
    field = "route_long_name" if route.long_name else "route_short_name"
    _names(editor, "routes", field, key, row[field], route.kana, route.names)


def _names(
    editor: Editor, table: str, field: str, key: str, name: str, kana: str, names: Mapping[str, str]
) -> None:
    old = {
        row.get("language", ""): ""
        for row in editor.rows("translations", table_name=table, field_name=field, record_id=key)
    }
    wanted = {"ja": name, KANA: kana, **names} if kana or names or old else {}
    if old or wanted:
        editor.translate(table, field, key, {**old, **wanted})


def _calendar(editor: Editor, key: str, calendar: Calendar) -> None:
    row: dict[str, str] = {d: "1" if d in calendar.days else "0" for d in WEEKDAYS}
    row = {"service_id": key, **row, "start_date": ymd(calendar.start), "end_date": ymd(calendar.end)}
    editor.put("calendar", ["service_id"], row)
    editor.remove("calendar_dates", "service_id", [key])
    editor.add(
        "calendar_dates",
        [
            {"service_id": key, "date": ymd(day), "exception_type": "1" if runs else "2"}
            for day, runs in exceptions(calendar)
        ],
    )


def _work_in_timetables(editor: Editor, changes: list[Change]) -> None:
    patterns = {c.key: c.content for c in changes if c.kind is Kind.PATTERN}
    tables = {c.key: c.content for c in changes if c.kind is Kind.TIMETABLE}
    if changes:
        Timetables(editor, patterns, tables).work_in()
