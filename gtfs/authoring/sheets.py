"""From what a spreadsheet says to documents: its rows matched with the stops of a pattern."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from gtfs.authoring.documents import PASS, Call, Fare, Pattern, Timetable, Trip
from gtfs.authoring.spreadsheet import SheetError, TimetableSheet, normal

__all__ = ["Matched", "fare_of", "matched", "pattern_of", "timetable_of"]


@dataclass(frozen=True, slots=True)
class Matched:
    """Stops of a sheet's rows, and names for which the feed has no stop or several."""

    stops: list[str]
    unknown: list[str]
    ambiguous: dict[str, list[str]]


def matched(sheet: TimetableSheet, names: Mapping[str, str]) -> Matched:
    """Match a sheet's rows with stops by name (`names`: stop -> name); the first of several is taken."""
    by_name: dict[str, list[str]] = {}
    for stop, name in names.items():
        by_name.setdefault(normal(name), []).append(stop)
    stops, unknown, ambiguous = [], [], {}
    for row in sheet.stops:
        found = by_name.get(normal(row), [row] if row in names else [])
        if not found:
            unknown.append(row)
        elif len(found) > 1:
            ambiguous[row] = found
        stops.append(found[0] if found else "")
    return Matched(stops, unknown, ambiguous)


def pattern_of(
    sheet: TimetableSheet, names: Mapping[str, str], route: str, direction: int, headsign: str
) -> Pattern:
    """The pattern that a sheet's rows are. Raises SheetError for a row that is no stop of the feed."""
    found = matched(sheet, names)
    if found.unknown:
        raise SheetError(
            f"sheet {sheet.sheet}: the feed has no stop called {'、'.join(found.unknown)}; put these stops "
            "first, or correct the names"
        )
    calls = [Call(stop=stop) for stop in found.stops]
    return Pattern(route=route, direction=direction, headsign=headsign or sheet.stops[-1], calls=calls)


def timetable_of(
    sheet: TimetableSheet, key: str, pattern: Pattern, calendar: str, names: Mapping[str, str]
) -> Timetable:
    """The timetable of a sheet for a pattern; a stop that has no row is passed. Raises SheetError."""
    at = _rows(sheet, pattern, names)
    trips = []
    for number, column in enumerate(sheet.trips, start=1):
        times = [PASS if row is None else _cell(column[row]) for row in at]
        try:
            trips.append(Trip(times=_ends_open(times)))
        except ValidationError as error:
            message = error.errors()[0]["msg"].removeprefix("Value error, ")
            raise SheetError(f"sheet {sheet.sheet}, trip {number}: {message}") from error
    return Timetable(pattern=key, calendar=calendar, trips=trips)


def _cell(value: str | None) -> str:
    return PASS if value is None else value


def _ends_open(times: list[str]) -> list[str | None]:
    return list(times)


def _rows(sheet: TimetableSheet, pattern: Pattern, names: Mapping[str, str]) -> list[int | None]:
    """For each stop of the pattern the row that is its; rows and stops come in the same order."""
    rows: list[int | None] = []
    next_row = 0
    for call in pattern.calls:
        wanted = normal(names.get(call.stop, call.stop))
        row = next(
            (k for k in range(next_row, len(sheet.stops)) if normal(sheet.stops[k]) in (wanted, call.stop)),
            None,
        )
        rows.append(row)
        next_row = next_row if row is None else row + 1
    left = [name for k, name in enumerate(sheet.stops) if k not in rows]
    if left:
        raise SheetError(
            f"sheet {sheet.sheet}: {'、'.join(left)} is no stop of the pattern in this order; correct the "
            "name or the order, or change the pattern"
        )
    return rows


def fare_of(
    names_in_sheet: list[str],
    triangle: list[list[int]],
    names: Mapping[str, str],
    routes: list[str],
    agency: str,
) -> Fare:
    """A 三角表 as a fare with a zone for each stop; stops of one name share a zone. Raises SheetError."""
    zones: dict[str, list[str]] = {}
    for row in names_in_sheet:
        stops = [s for s, name in names.items() if normal(name) == normal(row)]
        if not stops:
            raise SheetError(f"the feed has no stop called {row!r}; put it first, or correct the name")
        zones[row] = stops
    if len(zones) != len(names_in_sheet):
        raise SheetError("a stop stands in the triangle twice; keep one row of it")
    return Fare(agency=agency, routes=routes, zones=zones, triangle=triangle)
