"""One CSV file into one table of strings: fast where the file is well formed, careful where it is not.

Polars reads a well-formed file at several hundred megabytes a second. Whatever it stumbles over (ragged or
blank rows, a repeated column, stray quotes) is read again, row by row, and each finding gets its line.
Both ways give the same table for the same good bytes.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator

import polars as pl
from polars.exceptions import PolarsError

from gtfs.errors import Problem, Severity

FIELD_CHARACTERS_MAX = 10_000_000
EXTRA = "__extra_{}"
"""Name of a column that only the surplus values of too long rows have; nothing is dropped."""


def read_table(name: str, data: bytes, encoding: str = "utf-8") -> tuple[pl.DataFrame, list[Problem]]:
    """Table of strings of the file `name` (with its `.txt`), and what was wrong with it.

    Raises UnicodeDecodeError if the bytes are not text of `encoding`.
    """
    problems: list[Problem] = []
    if data.startswith(codecs.BOM_UTF8):
        data = data[len(codecs.BOM_UTF8) :]
        problems.append(
            _problem(
                name, 1, "the file begins with a byte order mark", "Save as UTF-8 without BOM", Severity.INFO
            )
        )
    if encoding.lower().replace("-", "") not in ("utf8", "utf8sig"):
        data = data.decode(encoding).encode()
    if not data.strip(b"\r\n\0 "):
        problems.append(
            _problem(name, 0, "the file is empty", "Give it a header line, or leave the file out")
        )
        return pl.DataFrame(), problems
    table = _fast(data)
    if table is None:
        table, found = _careful(name, data)
        problems += found
    table, found = _trim_header(name, table)
    return table, problems + found


def _fast(data: bytes) -> pl.DataFrame | None:
    """Polars' reading, or None wherever it might differ from a row-by-row reading."""
    first = data.split(b"\n", 1)[0]
    if b"\0" in data[:65536] or (b"\r" in first[:-1]) or b'"' in first:
        return None
    header = first.decode("utf-8").rstrip("\r").split(",")
    if len(set(header)) != len(header) or not all(header):
        return None
    try:
        table = pl.read_csv(data, infer_schema=False, empty_string_is_null=False, raise_if_empty=False)
    except (PolarsError, UnicodeError):
        return None
    if table.columns != header or sum(table.null_count().row(0)):
        return None
    if table.width == 1 and table.height and (table.to_series() == "").any():
        return None
    if b'"' in data and _has_stray_quote(table):
        return None
    return table


def _has_stray_quote(table: pl.DataFrame) -> bool:
    """Whether a value still has a quote in it: doubled ones are fine, but the careful way shall judge."""
    return bool(table.select(pl.any_horizontal(pl.all().str.contains('"', literal=True).any())).item())


def _careful(name: str, data: bytes) -> tuple[pl.DataFrame, list[Problem]]:
    problems: list[Problem] = []
    text = data.decode("utf-8")
    if "\0" in text:
        problems.append(
            _problem(name, 0, "the file holds NUL characters", "They were left out; export it again")
        )
        text = text.replace("\0", "")
    if text.count('"') % 2:
        problems.append(
            _problem(
                name, 0, "a quotation mark is never closed", 'Close it, or write "" for a mark inside a value'
            )
        )
    rows = _rows(text)
    header_line, header = next(rows)
    header = _distinct(name, header_line, header, problems)
    columns: list[list[str]] = [[] for _ in header]
    height = 0
    for line, row in rows:
        if not row or (len(row) == 1 and not row[0].strip() and len(header) > 1):
            problems.append(_problem(name, line, "the row is empty", "Remove the line", Severity.WARNING))
            continue
        if len(row) != len(header):
            problems.append(
                _problem(
                    name, line, f"the row has {len(row)} values where the header names {len(header)} columns",
                    "Add the missing commas" if len(row) < len(header)
                    else "Quote values that contain a comma",
                )
            )  # fmt: skip
        while len(columns) < len(row):
            header.append(EXTRA.format(len(columns) + 1))
            columns.append([""] * height)
        for k, column in enumerate(columns):
            column.append(row[k] if k < len(row) else "")
        height += 1
    schema = dict.fromkeys(header, pl.String)
    return pl.DataFrame(dict(zip(header, columns, strict=True)), schema=schema), problems


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """(line number of the row's beginning, values); a file never ends in an exception."""
    csv.field_size_limit(FIELD_CHARACTERS_MAX)
    reader = csv.reader(io.StringIO(text, newline=""), skipinitialspace=False, strict=False)
    begin = 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            row = []
        yield begin, row
        begin = reader.line_num + 1


def _distinct(name: str, line: int, header: list[str], problems: list[Problem]) -> list[str]:
    """Header with a number on repeated or missing names, so that every column is kept."""
    names: list[str] = []
    for k, column in enumerate(header, start=1):
        if not column.strip():
            problems.append(_problem(name, line, f"column {k} has no name", "Name it or remove the column"))
            names.append(f"__unnamed_{k}")
        elif column in names:
            problems.append(
                Problem(
                    name,
                    line,
                    column,
                    "",
                    "the column is there twice; the first is used",
                    "Remove one of them",
                )
            )
            names.append(f"{column}__{k}")
        else:
            names.append(column)
    return names


def _trim_header(name: str, table: pl.DataFrame) -> tuple[pl.DataFrame, list[Problem]]:
    trimmed = {c: c.strip() for c in table.columns if c != c.strip()}
    clashes = set(trimmed.values()) & set(table.columns)
    trimmed = {c: t for c, t in trimmed.items() if t and t not in clashes}
    problems = [
        Problem(
            name, 1, t, c, "the column's name has blanks around it", "Remove the blanks", Severity.WARNING
        )
        for c, t in trimmed.items()
    ]
    return table.rename(trimmed), problems


def _problem(name: str, line: int, message: str, fix: str, severity: Severity = Severity.ERROR) -> Problem:
    return Problem(name, line, "", "", message, fix, severity)
