"""Timetables and fare triangles in the shape that Japanese operators keep them: stops down, trips across.

Excel (openpyxl), CSV and TSV in UTF-8 or Shift_JIS. Times stand as `7:05`, `705`, `0705`, `7時5分`, in
full width, or as Excel's own times; `レ`, `と`, `↓`, `|` and their kin say that a trip passes a stop, an
empty cell that it does not go there. A day type (平日, 土曜, 日祝 …) stands in a sheet's name or in a cell
above its times; 着 and 発 after a stop's name make two rows of one stop.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from zipfile import BadZipFile

from gtfs.authoring.documents import PASS

__all__ = [
    "Block",
    "SheetError",
    "TimetableSheet",
    "normal",
    "read_cells",
    "read_timetables",
    "read_triangle",
]

CELLS_MAX = 400_000
_PASSES = frozenset("レﾚ✓✔と↓｜|∥‖＝=→‥…⋮・-−－—ー〃")
_DAYS = (
    ("weekday", re.compile("平日|月[~〜～-]金|weekday", re.I)),
    ("saturday_holiday", re.compile("土[・･曜]*日|土休|休日|weekend", re.I)),
    ("saturday", re.compile("土曜|土$|^土|saturday", re.I)),
    ("holiday", re.compile("日祝|日曜|祝日|日・祝|sunday|holiday", re.I)),
    ("daily", re.compile("毎日|全日|daily", re.I)),
)
_CLOCK = re.compile(r"(\d{1,2})[:時.](\d{1,2})分?(?::\d\d)?")
_DIGITS = re.compile(r"\d{3,4}")
_ENDS = re.compile(r"[\s　]*[(（]?(着|発)[)）]?$")
_BLANKS = re.compile(r"[\s　]+")
_UNSEEN = re.compile(r"(停留所|バス停)$")


class SheetError(Exception):
    """A table that cannot be understood; names sheet, row, column and the way out."""


@dataclass(slots=True)
class Block:
    """A sheet as text, cell by cell."""

    name: str
    rows: list[list[str]]


@dataclass(slots=True)
class TimetableSheet:
    """One day type's timetable: for each trip a time for each stop row."""

    days: str  # weekday, saturday, holiday, saturday_holiday, daily; "" if it is not said
    sheet: str
    stops: list[str]
    trips: list[list[str | None]] = field(default_factory=list)  # None: the trip does not go there
    names: list[str] = field(default_factory=list)  # of the trips, "" if they have none


def normal(name: str) -> str:
    """A stop's name without what differs by habit only: width, blanks, the word for a stop."""
    return _UNSEEN.sub("", _BLANKS.sub("", unicodedata.normalize("NFKC", name)))


def read_cells(data: bytes, name: str) -> list[Block]:
    """The sheets of a file. Raises SheetError if it is none of Excel, CSV and TSV."""
    if data.startswith(b"PK"):
        return _excel(data, name)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise SheetError(f"{name}: this is the old .xls form; save it as .xlsx, or as CSV")
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise SheetError(f"{name}: neither Excel nor text in UTF-8 or Shift_JIS; save it as .xlsx or CSV")
    delimiter = "\t" if text.count("\t") > text.count(",") else ","
    try:
        rows = [[_text(c) for c in row] for row in csv.reader(io.StringIO(text), delimiter=delimiter)]
    except csv.Error as error:
        raise SheetError(f"{name}: {error}; save it as CSV anew") from error
    if sum(map(len, rows)) > CELLS_MAX:
        raise SheetError(f"{name}: more than {CELLS_MAX:,} cells; give one timetable a file")
    return [Block(name.rsplit(".", 1)[0], rows)]


def _excel(data: bytes, name: str) -> list[Block]:
    from openpyxl import load_workbook  # only who hands in Excel waits for it

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except (BadZipFile, KeyError, ValueError, OSError) as error:
        raise SheetError(f"{name}: this is no Excel file that can be read ({error}); save it anew") from error
    found, cells = [], 0
    for sheet in book.worksheets:
        rows: list[list[str]] = []
        for row in sheet.iter_rows(values_only=True):
            cells += len(row)
            if cells > CELLS_MAX:
                raise SheetError(f"{name}: more than {CELLS_MAX:,} cells; give one timetable a file")
            rows.append([_text(c) for c in row])
        found.append(Block(sheet.title, rows))
    book.close()
    return found


def _text(cell: Any) -> str:
    match cell:
        case None:
            return ""
        case time():
            return f"{cell.hour}:{cell.minute:02}"
        case datetime():  # Excel's way to say 24:10 is the next day
            hours = cell.hour + (24 * cell.day if cell.year < 1901 else 0)
            return f"{hours}:{cell.minute:02}"
        case timedelta():
            minutes = round(cell.total_seconds() / 60)
            return f"{minutes // 60}:{minutes % 60:02}"
        case float() if 0 < cell < 2 and cell != int(cell):
            minutes = round(cell * 1440)
            return f"{minutes // 60}:{minutes % 60:02}"
        case float():
            return f"{cell:g}"
    return unicodedata.normalize("NFKC", str(cell)).strip()


def clock(cell: str) -> str | None:
    """`7:05` of a cell, None if it is no time. Raises ValueError for a time that cannot be, such as 7:75."""
    match = _CLOCK.fullmatch(cell)
    if match is None and _DIGITS.fullmatch(cell):
        hours, minutes = int(cell[:-2]), int(cell[-2:])
    elif match is not None:
        hours, minutes = int(match[1]), int(match[2])
    else:
        return None
    if hours >= 48 or minutes >= 60:
        raise ValueError(f"{cell!r} is no time; write it as 7:05 or 705, after midnight as 24:10")
    return f"{hours}:{minutes:02}"


def read_timetables(blocks: Sequence[Block]) -> list[TimetableSheet]:
    """Every timetable of the sheets. Raises SheetError if there is none, or a cell cannot be read."""
    found = [t for block in blocks for t in _timetables(block)]
    if not found:
        raise SheetError(
            "no timetable was found: put the stops' names down the first column and a trip's times in each "
            "column beside them"
        )
    return found


def _timetables(block: Block) -> Iterator[TimetableSheet]:
    days, above = day_of(block.name), [""] * 0
    current: TimetableSheet | None = None
    begin = 0
    for number, row in enumerate(block.rows, start=1):
        times = [k for k, cell in enumerate(row) if k and _is_call(cell)]
        stop = next((c for c in row[: (times[0] if times else len(row))] if c and not _number(c)), "")
        if stop and any(_time(block, number, k, row[k]) for k in times):
            if current is None:
                begin = _first_column(row)
                current = TimetableSheet(days, block.name, [])
                current.names = above[begin:]
            _add_row(block, number, current, stop, row[begin:])
            continue
        if current is not None and (not any(row) or day_of(" ".join(row))):
            yield _whole(current)
            current = None
        days = day_of(" ".join(row)) or days
        above = row if any(row) else above
    if current is not None:
        yield _whole(current)


def _first_column(row: list[str]) -> int:
    """The column of the first trip: right of the stop's name and of what is said of it (distance, poles)."""
    return next(k for k, cell in enumerate(row) if k and (_is_call(cell) and not _is_plain_number(cell)))


def _is_plain_number(cell: str) -> bool:
    return cell.isdigit() and len(cell) < 3


def _is_call(cell: str) -> bool:
    return cell in _PASSES or bool(_CLOCK.fullmatch(cell) or _DIGITS.fullmatch(cell))


def _number(cell: str) -> bool:
    return cell.replace(".", "", 1).isdigit()


def _time(block: Block, number: int, column: int, cell: str) -> str | None:
    try:
        return clock(cell)
    except ValueError as error:
        raise SheetError(f"sheet {block.name}, row {number}, column {_letter(column)}: {error}") from error


def _add_row(block: Block, number: int, sheet: TimetableSheet, stop: str, cells: list[str]) -> None:
    end = _ENDS.search(stop)
    name = _ENDS.sub("", stop)
    merged = bool(end and end[1] == "発" and sheet.stops and normal(sheet.stops[-1]) == normal(name))
    if not merged:
        sheet.stops.append(name)
    while len(sheet.trips) < len(cells):
        sheet.trips.append([None] * (len(sheet.stops) - (0 if merged else 1)))
    for k, trip in enumerate(sheet.trips):
        cell = cells[k] if k < len(cells) else ""
        value: str | None = PASS if cell in _PASSES and cell else None
        value = value or (_time(block, number, k, cell) if cell else None)
        if cell and value is None:
            raise SheetError(
                f"sheet {block.name}, row {number} ({name}), trip {k + 1}: {cell!r} is neither a time nor a "
                f"mark for passing; write 7:05, 705 or {PASS}"
            )
        if merged:
            before = trip[-1]
            trip[-1] = f"{before}/{value}" if before not in (None, PASS) and value else value or before
        else:
            trip.append(value)


def _whole(sheet: TimetableSheet) -> TimetableSheet:
    """Without columns that hold no trip; times that run past midnight counted on."""
    kept = [k for k, trip in enumerate(sheet.trips) if sum(t not in (None, PASS) for t in trip) > 1]
    names = [sheet.names[k] if k < len(sheet.names) else "" for k in kept]
    sheet.trips = [_onwards(sheet.trips[k]) for k in kept]
    sheet.names = names if any(names) else [""] * len(kept)
    return sheet


def _onwards(trip: list[str | None]) -> list[str | None]:
    last, found = -1, []
    for cell in trip:
        if cell is None or cell == PASS:
            found.append(cell)
            continue
        parts = []
        for part in cell.split("/"):
            hours, minutes = map(int, part.split(":"))
            if hours * 60 + minutes < last - 720:
                hours += 24
            last = hours * 60 + minutes
            parts.append(f"{hours}:{minutes:02}")
        found.append("/".join(parts))
    return found


def day_of(text: str) -> str:
    """The day type that a text names, "" if none."""
    text = unicodedata.normalize("NFKC", text)
    return next((days for days, pattern in _DAYS if pattern.search(text)), "")


def _letter(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def read_triangle(blocks: Sequence[Block]) -> tuple[list[str], list[list[int]]]:
    """Stops and prices of a 三角表: row k names stop k and gives the prices to the stops before it.

    Prices may stand left of the name (it is on the diagonal) or right of it. Raises SheetError.
    """
    for block in blocks:
        names: list[str] = []
        rows: list[list[int]] = []
        for number, row in enumerate(block.rows, start=1):
            texts = [c for c in row if c and not _number(c.replace("円", "").replace(",", ""))]
            prices = [int(float(c.replace("円", "").replace(",", ""))) for c in row if c and c not in texts]
            if len(texts) != 1 or len(prices) != len(names):
                if names and any(row):
                    raise SheetError(
                        f"sheet {block.name}, row {number}: {len(prices)} prices and {len(texts)} names; row "
                        f"{len(names) + 1} of the triangle needs one name and {len(names)} prices"
                    )
                continue
            names.append(texts[0])
            rows.append(prices)
        if len(names) > 1:
            return names, rows
    raise SheetError("no fare triangle was found: each row names a stop and gives the prices to those before")
