"""Spreadsheets and streets as proposals for a draft's documents; a clerk looks before anything is put."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Any

from gtfs.authoring.documents import Document, Kind, Pattern
from gtfs.authoring.sheets import fare_of, matched, pattern_of, timetable_of
from gtfs.authoring.spreadsheet import SheetError, TimetableSheet, read_cells, read_timetables, read_triangle
from gtfs.schedule.feed import Feed
from maas.feeds.drafts import Draft, Drafts
from maas.feeds.errors import BadDocument, UnknownFeed
from maas.feeds.ports import Streets

__all__ = ["Drawn", "Proposed", "day_calendars", "draw", "fare_sheet", "known_readings", "timetable_sheet"]

_METRES_PER_DEGREE = 111_195.0


@dataclass(frozen=True, slots=True)
class Proposed:
    """A document, and the tag of what stands in its place now."""

    kind: Kind
    key: str
    content: dict[str, Any]
    tag: str | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Drawn:
    """A way from stop to stop."""

    points: list[tuple[float, float]]
    distance_m: float
    straight: list[tuple[str, str]]


def timetable_sheet(
    drafts: Drafts, draft: Draft, data: bytes, name: str, *, route: str, direction: int, pattern: str,
    headsign: str, calendars: dict[str, str],
) -> list[Proposed]:  # fmt: skip
    """Pattern (if it is new) and timetables of a sheet; `calendars`: day type -> calendar of the draft.

    Raises BadDocument, naming sheet, row and the way out.
    """
    names = _stop_names(drafts.feed(draft))
    try:
        sheets = read_timetables(read_cells(data, name))
        return _proposals(drafts, draft, sheets, names, route, direction, pattern, headsign, calendars)
    except SheetError as error:
        raise BadDocument(str(error)) from error


def _proposals(
    drafts: Drafts, draft: Draft, sheets: list[TimetableSheet], names: dict[str, str], route: str,
    direction: int, pattern: str, headsign: str, calendars: dict[str, str],
) -> list[Proposed]:  # fmt: skip
    found: list[Proposed] = []
    held = _held(drafts, draft, Kind.PATTERN, pattern)
    if held is None:
        longest = max(sheets, key=lambda s: len(s.stops))
        made = pattern_of(longest, names, route, direction, headsign)
        several = matched(longest, names).ambiguous
        notes = tuple(
            f"「{row}」: {', '.join(stops)}; {stops[0]} was taken, choose the right pole"
            for row, stops in several.items()
        )
        found.append(_proposed(drafts, draft, Kind.PATTERN, pattern, made, notes))
    else:
        made = Pattern.model_validate(held)
    for sheet in sheets:
        calendar = calendars.get(sheet.days) or (calendars.get("") if len(sheets) == 1 else None)
        if calendar is None:
            said = sheet.days or "no day type"
            raise BadDocument(
                f"sheet {sheet.sheet} is for {said}: say which calendar that is, e.g. calendars=weekday:W"
            )
        key = f"{pattern}@{calendar}"
        table = timetable_of(sheet, pattern, made, calendar, names)
        notes = (f"{len(table.trips)} trips from sheet {sheet.sheet}",)
        found.append(_proposed(drafts, draft, Kind.TIMETABLE, key, table, notes))
    return found


def day_calendars(text: str) -> dict[str, str]:
    """`weekday:W,holiday:H` as day type -> calendar; a calendar alone stands for whatever the sheet says."""
    found = {}
    for part in text.split(","):
        days, colon, calendar = part.partition(":")
        found[days.strip() if colon else ""] = (calendar if colon else days).strip()
    return found


def fare_sheet(
    drafts: Drafts, draft: Draft, data: bytes, name: str, *, key: str, routes: list[str], agency: str
) -> Proposed:
    """The fare that a 三角表 is. Raises BadDocument."""
    try:
        stops, triangle = read_triangle(read_cells(data, name))
        fare = fare_of(stops, triangle, _stop_names(drafts.feed(draft)), routes, agency)
    except SheetError as error:
        raise BadDocument(str(error)) from error
    return _proposed(drafts, draft, Kind.FARE, key, fare, (f"{len(stops)} stops",))


def known_readings(feed: Feed) -> dict[str, str]:
    """Names of stops and lines with the readings that the feed itself gives."""
    table = feed.table("translations")
    needed = {"table_name", "field_name", "language", "translation", "record_id"}
    if not needed <= set(table.columns):
        return {}
    names = _stop_names(feed)
    found = {}
    for row in table.iter_rows(named=True):
        if row["language"].lower() == "ja-hrkt" and row["field_name"] == "stop_name":
            name = names.get(row["record_id"]) or row.get("field_value", "")
            if name:
                found[name] = row["translation"]
    return found


def draw(streets: Streets, feed: Feed, pattern: Pattern) -> Drawn:
    """The way of a pattern along the streets, straight where the map has none."""
    at = {
        r["stop_id"]: (float(r["stop_lat"]), float(r["stop_lon"]))
        for r in feed.table("stops").iter_rows(named=True)
        if r.get("stop_lat", "").strip() and r.get("stop_lon", "").strip()
    }
    calls = [c.stop for c in pattern.calls]
    missing = [stop for stop in calls if stop not in at]
    if missing:
        raise BadDocument(f"stop {missing[0]!r} has no position; give it one first")
    points, metres, straight = [at[calls[0]]], 0.0, []
    for a, b in itertools.pairwise(calls):
        way = streets.way(at[a], at[b])
        if way is None:
            straight.append((a, b))
            way = ((at[a], at[b]), _apart_m(at[a], at[b]))
        points += [p for p in way[0] if p != points[-1]]
        metres += way[1]
    return Drawn([(round(lat, 6), round(lon, 6)) for lat, lon in points], round(metres, 1), straight)


def _apart_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    east = (b[1] - a[1]) * math.cos(math.radians((a[0] + b[0]) / 2))
    return _METRES_PER_DEGREE * math.hypot(b[0] - a[0], east)


def _stop_names(feed: Feed) -> dict[str, str]:
    table = feed.table("stops")
    if not {"stop_id", "stop_name"} <= set(table.columns):
        return {}
    boardable = table
    if "location_type" in table.columns:  # one boards at stops, not at stations that group them
        boardable = table.filter(table["location_type"].is_in(["", "0"]))
    return dict(zip(boardable["stop_id"].to_list(), boardable["stop_name"].to_list(), strict=True))


def _held(drafts: Drafts, draft: Draft, kind: Kind, key: str) -> dict[str, Any] | None:
    try:
        return drafts.held(draft, kind, key).content
    except UnknownFeed:
        return None


def _proposed(
    drafts: Drafts, draft: Draft, kind: Kind, key: str, document: Document, notes: tuple[str, ...]
) -> Proposed:
    try:
        tag = drafts.held(draft, kind, key).tag
    except UnknownFeed:
        tag = None
    return Proposed(kind, key, document.model_dump(mode="json"), tag, notes)
