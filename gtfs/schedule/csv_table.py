"""One CSV file into one table of strings: fast where the file is well formed, careful where it is not.

Polars reads a well-formed file at several hundred megabytes a second. Whatever is not plainly well formed
(ragged or blank rows, a repeated column, doubled or stray quotes, line breaks in values, lone carriage
returns) is read row by row by `gtfs.schedule.csv_rows`, and each finding gets its line. Both ways give the
same table for the same good bytes.
"""

from __future__ import annotations

import codecs
import csv

import numpy as np
import numpy.typing as npt
import polars as pl
from polars.exceptions import PolarsError

from gtfs.errors import Problem, Severity
from gtfs.model.schedule import I32
from gtfs.schedule.csv_rows import read_rows

_HEADER_BYTES_MAX = 1 << 20
_CHUNK = 1 << 24
_COMMA, _QUOTE, _LF, _CR = b',"\n\r'


def read_table(name: str, data: bytes) -> tuple[pl.DataFrame, I32 | None, list[Problem]]:
    """Table of strings of the file `name` (with its `.txt`), the lines of its rows, what was wrong with it.

    Lines are None where row k stands on line k + 2, as in every file without oddities. `data` is UTF-8
    (UnicodeDecodeError if not). Raises FeedError if the first line cannot be one of column names.
    """
    problems: list[Problem] = []
    if data.startswith(codecs.BOM_UTF8):
        while data.startswith(codecs.BOM_UTF8):  # tools that add one without looking leave two
            data = data[len(codecs.BOM_UTF8) :]
        message, fix = "the file begins with a byte order mark", "Save as UTF-8 without BOM"
        problems.append(Problem(name, 1, "", "", message, fix, Severity.INFO, "byte_order_mark"))
    if not data[:_HEADER_BYTES_MAX].strip(b"\r\n\0\t ") and not data.strip(b"\r\n\0\t "):
        return pl.DataFrame(), None, [*problems, _empty(name)]
    lines: I32 | None = None
    table = fast_table(data)
    if table is None:
        table, lines, found = read_rows(name, data.decode("utf-8"))
        problems += found
        if not table.width:
            problems.append(_empty(name))
    table, found = _trim_header(name, table)
    return table, lines, problems + found


def _empty(name: str) -> Problem:
    fix = "Give it a header line, or leave the file out"
    return Problem(name, 0, "", "", "the file is empty", fix, code="empty_file")


def fast_table(data: bytes) -> pl.DataFrame | None:
    """Polars' reading, or None wherever it might differ from a row-by-row reading."""
    header = _plain_header(data)
    if header is None or b"\0" in data:
        return None
    if b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):
        return None  # a lone carriage return ends a line for a spreadsheet, not for polars
    if not data.endswith(b"\n"):
        data += b"\n"  # polars passes over surplus commas at the very end of a file
    quoted = b'"' in data
    octets = np.frombuffer(data, np.uint8)
    if quoted and not _quotes_pair_up(octets):
        return None
    try:
        table = pl.read_csv(data, infer_schema=False, empty_string_is_null=False, raise_if_empty=False)
    except (PolarsError, UnicodeError):
        return None
    if table.columns != header or _count(octets, _LF) != table.height + 1:
        return None  # blank rows are skipped by polars, and line breaks stand inside values
    if sum(table.null_count().row(0)):
        table = table.with_columns(pl.all().fill_null(""))
    # A short row is filled up at its end: without an empty last value there is none.
    doubtful = bool((table.to_series(-1) == "").any())
    if doubtful and (table.width == 1 or not _commas_fit(octets, table, quoted)):
        return None
    return table


def _plain_header(data: bytes) -> list[str] | None:
    """Names of the first line, or None if it is not a plain line of distinct names."""
    end = data.find(b"\n", 0, _HEADER_BYTES_MAX)
    if end < 0 and len(data) > _HEADER_BYTES_MAX:
        return None
    first = (data if end < 0 else data[:end]).decode("utf-8").removesuffix("\r")
    if first.count('"') % 2:
        return None
    try:
        header = next(csv.reader([first], strict=True), [])
    except csv.Error:
        return None
    if not header or len(set(header)) != len(header) or not all(c.strip() for c in header):
        return None
    return header


def _quotes_pair_up(octets: npt.NDArray[np.uint8]) -> bool:
    """Whether each quote opens a value at its very beginning or closes it at its very end; none doubled."""
    ends = np.array([_COMMA, _LF, _CR], np.uint8)
    opening = True
    for start in range(0, len(octets), _CHUNK):  # positions cost eight times the bytes: never all at once
        at = np.flatnonzero(octets[start : start + _CHUNK] == _QUOTE) + start
        opens, closes = (at[::2], at[1::2]) if opening else (at[1::2], at[::2])
        before = octets[opens[opens > 0] - 1]
        after = octets[closes[closes < len(octets) - 1] + 1]
        if not np.isin(before, ends).all() or not np.isin(after, ends).all():
            return False
        opening ^= bool(len(at) % 2)
    return opening


def _commas_fit(octets: npt.NDArray[np.uint8], table: pl.DataFrame, quoted: bool) -> bool:
    inside = 0
    if quoted:
        counts = table.select(pl.all().str.count_matches(",", literal=True).cast(pl.Int64).sum())
        inside = sum(counts.row(0)) + sum(c.count(",") for c in table.columns)
    return _count(octets, _COMMA) == (table.width - 1) * (table.height + 1) + inside


def _count(octets: npt.NDArray[np.uint8], octet: int) -> int:
    return sum(int(np.count_nonzero(octets[k : k + _CHUNK] == octet)) for k in range(0, len(octets), _CHUNK))


def _trim_header(name: str, table: pl.DataFrame) -> tuple[pl.DataFrame, list[Problem]]:
    """Blanks around a column's name removed, unless another column has that name already."""
    problems: list[Problem] = []
    names: list[str] = []
    taken = set(table.columns)
    for column in table.columns:
        trimmed = column.strip()
        if trimmed != column and trimmed and trimmed not in taken:
            taken.add(trimmed)
            message, fix = "the column's name has blanks around it", "Remove the blanks"
            code = "leading_or_trailing_whitespaces"
            problems.append(Problem(name, 1, trimmed, column, message, fix, Severity.WARNING, code))
            column = trimmed
        names.append(column)
    return table.rename(dict(zip(table.columns, names, strict=True))), problems
