"""Offers as a table that providers keep in a spreadsheet: one row an offer, out and in again unchanged.

Reading keeps the rows that are right and reports the others with line, column and fix. Files come as
UTF-8, or as the Shift_JIS that Japanese spreadsheets write. A cell that a spreadsheet would run as a
formula is written with an apostrophe in front, which reading takes off again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from maas.services.cancellation import parse_cancellation
from maas.services.errors import Problem
from maas.services.model import LANGUAGES, Accessibility, Offer, Versioned

__all__ = ["COLUMNS", "Row", "Table", "problems_of", "read_offers", "write_offers"]

_TEXTS = ("name", "description")
_NEEDS = tuple(Accessibility.model_fields)
_OUTSIDE = ("system", "opportunity", "offer")
_LISTS = ("languages", "modes", "tags")
_FLAGS = ("stackable", "children")
_PLAIN = (
    "kind", "state", "price_minor", "tax_percent", "capacity", "hours", "slot_minutes", "check_in",
    "check_out", "valid_from", "valid_until", "book_until_minutes", "per_person_max", "delivery_radius_m",
    "after_offer", "place_id", "lat", "lon", "url",
)  # fmt: skip
COLUMNS = (
    "id", "version", "provider_id", "category",
    *(f"{text}_{lang}" for text in _TEXTS for lang in LANGUAGES),
    *_PLAIN, "occurrences", "cancellation", *_LISTS, *_NEEDS, *_FLAGS,
    *(f"outside_{name}" for name in _OUTSIDE),
)  # fmt: skip
_REQUIRED = ("id", "category", "kind", "name_ja", "price_minor")
_YES_NO = {"yes": True, "no": False, "true": True, "false": False, "1": True, "0": False}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
BYTES_MAX = 5_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """An offer read from a line; `version` is None where the cell is empty."""

    line: int
    offer: Offer
    version: int | None


@dataclass(frozen=True, slots=True)
class Table:
    """What could be read, and what could not."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]


def write_offers(offers: Iterable[Versioned]) -> str:
    """The table, with a header line and a version to each row."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for one in offers:
        cells = _cells(one.offer) | {"version": str(one.version)}
        writer.writerow({column: _guarded(cells.get(column, "")) for column in COLUMNS})
    return out.getvalue()


def read_offers(data: bytes, provider_id: str | None = None) -> Table:
    """Read a table; rows without a `provider_id` belong to the one given."""
    text, problem = _decoded(data)
    if problem is not None:
        return Table((), (problem,))
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    rows: list[Row] = []
    problems: list[Problem] = []
    try:
        problems += _header_problems(reader.fieldnames or ())
        if any(problem.field in _REQUIRED for problem in problems):
            return Table((), tuple(problems))
        first_seen: dict[str, int] = {}
        for cells in reader:
            line = reader.line_num
            if not any(value for value in cells.values() if value):
                continue
            row, wrong = _row(cells, line, provider_id)
            if row is not None and row.offer.id in first_seen:
                fix = (
                    f"{row.offer.id!r} stands in line {first_seen[row.offer.id]} already; remove one of them"
                )
                row, wrong = None, [Problem("id", fix, line)]
            if row is not None:
                first_seen[row.offer.id] = line
                rows.append(row)
            problems += wrong
    except csv.Error as error:
        problems.append(Problem("file", f"{error}; mend the quotes of that line", reader.line_num))
    return Table(tuple(rows), tuple(problems))


def problems_of(error: ValidationError, line: int | None = None) -> list[Problem]:
    """Pydantic's findings under the names of the table's columns, with the value."""
    found = []
    for one in error.errors(include_url=False):
        message = one["msg"].removeprefix("Value error, ")
        column = _column(one["loc"])
        if not one["loc"]:  # a contradiction between fields names its field first
            column, _, message = message.partition(": ") if ": " in message else ("offer", "", message)
        value = one.get("input")
        shown = f" (found {value!r})" if isinstance(value, str | int | float | None) else ""
        found.append(Problem(column, message + shown, line))
    return found


def _decoded(data: bytes) -> tuple[str, Problem | None]:
    if len(data) > BYTES_MAX:
        return "", Problem("file", f"{len(data)} bytes; at most {BYTES_MAX}: split the table")
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return data.decode(encoding), None
        except UnicodeDecodeError:
            continue
    return "", Problem("file", "it is neither UTF-8 nor Shift_JIS; save it as CSV UTF-8")


def _header_problems(header: Sequence[str]) -> list[Problem]:
    missing = [
        Problem(column, "the table has no such column; write it into the first line", 1)
        for column in _REQUIRED
        if column not in header
    ]
    unknown = [
        Problem(column or "(empty)", f"no such column is known; use some of: {', '.join(COLUMNS)}", 1)
        for column in header
        if column not in COLUMNS
    ]
    return missing + unknown


def _row(
    cells: Mapping[str | None, Any], line: int, provider_id: str | None
) -> tuple[Row | None, list[Problem]]:
    if None in cells or None in cells.values():
        return None, [Problem("file", "the line has more or fewer cells than the first one", line)]
    found = {str(column): _unguarded(str(value).strip()) for column, value in cells.items()}
    problems: list[Problem] = []
    document = _document(found, line, problems)
    if provider_id is not None:
        document.setdefault("provider_id", provider_id)
    version = _version(found.get("version", ""), line, problems)
    try:
        offer = Offer.model_validate(document)
    except ValidationError as error:
        problems += [p for p in problems_of(error, line) if p.field not in {q.field for q in problems}]
        return None, problems
    return (None, problems) if problems else (Row(line, offer, version), [])


def _version(cell: str, line: int, problems: list[Problem]) -> int | None:
    if not cell:
        return None
    if cell.isascii() and cell.isdigit() and 0 < len(cell) < 10:
        return int(cell)
    problems.append(Problem("version", f"{cell!r} is no version; leave it as it was exported", line))
    return None


def _document(cells: Mapping[str, str], line: int, problems: list[Problem]) -> dict[str, Any]:
    """Cells as the offer's own fields; empty cells are left out."""
    document: dict[str, Any] = {
        name: cells[name] for name in ("id", "provider_id", "category", *_PLAIN) if cells.get(name)
    }
    for text in _TEXTS:
        words = {lang: cells[f"{text}_{lang}"] for lang in LANGUAGES if cells.get(f"{text}_{lang}")}
        if words:
            document[text] = words
    for name in _LISTS:
        if cells.get(name):
            document[name] = cells[name].split()
    if cells.get("occurrences"):
        document["occurrences"] = [
            dict(zip(("starts_at", "ends_at"), one.split("/"), strict=False))
            for one in cells["occurrences"].split()
        ]
    flags = {name: _flag(name, cells[name], line, problems) for name in _FLAGS if cells.get(name)}
    needs = {name: _flag(name, cells[name], line, problems) for name in _NEEDS if cells.get(name)}
    outside = {name: cells[f"outside_{name}"] for name in _OUTSIDE if cells.get(f"outside_{name}")}
    document |= (
        flags | ({"accessibility": needs} if needs else {}) | ({"outside": outside} if outside else {})
    )
    if cells.get("cancellation"):
        try:
            document["cancellation"] = parse_cancellation(cells["cancellation"])
        except ValidationError as error:
            message = error.errors()[0]["msg"].removeprefix("Value error, ")
            problems.append(Problem("cancellation", message, line))
        except ValueError as error:
            problems.append(Problem("cancellation", str(error), line))
    return document


def _flag(name: str, cell: str, line: int, problems: list[Problem]) -> bool | None:
    if cell.lower() not in _YES_NO:
        problems.append(Problem(name, f"{cell!r}: write yes or no, or leave it empty", line))
    return _YES_NO.get(cell.lower())


def _cells(offer: Offer) -> dict[str, str]:
    document = offer.model_dump(mode="json")
    cells = {name: _text(document[name]) for name in ("id", "provider_id", "category", *_PLAIN)}
    for text in _TEXTS:
        cells |= {f"{text}_{lang}": value for lang, value in (document[text] or {}).items()}
    cells |= {name: " ".join(document[name]) for name in _LISTS}
    cells |= {name: _text(document["accessibility"][name]) for name in _NEEDS}
    cells |= {name: _text(document[name]) for name in _FLAGS}
    cells |= {f"outside_{name}": value for name, value in (document["outside"] or {}).items()}
    cells["occurrences"] = " ".join(
        f"{one.starts_at.isoformat()}/{one.ends_at.isoformat()}" for one in offer.occurrences
    )
    return cells | {"cancellation": offer.cancellation.text()}


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _column(location: tuple[int | str, ...]) -> str:
    if not location:
        return "offer"
    head = str(location[0])
    inner = str(location[1]) if len(location) > 1 else ""
    if head in _TEXTS or head == "outside":
        return f"{head}_{inner}" if inner else head
    return inner if head == "accessibility" and inner else head


def _guarded(cell: str) -> str:
    number = cell.lstrip("-").replace(".", "", 1).isdigit()
    return f"'{cell}" if cell.startswith((*_FORMULA, "'")) and not number else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith((*_FORMULA, "'")) else cell
