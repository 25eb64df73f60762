"""The careful way through a CSV file: row by row, nothing dropped, every oddity with its line.

A quotation mark that is never closed would swallow the rest of the file. GTFS allows no line break inside a
value, so a row that runs over several lines is believed only if it is closed soon and has the right number
of values; else its first line stands alone, and reading goes on with the next one.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import numpy as np
import polars as pl

from gtfs.errors import FeedError, Problem, Severity
from gtfs.model.schedule import I32

FIELD_CHARACTERS_MAX = 10_000_000
COLUMNS_MAX = 2_000
SURPLUS_MAX = 50
"""Columns made for values beyond the header's; what is further right stays together in the last of them."""
ROW_LINES_MAX = 100
BROKEN_ROWS_MAX = 1_000
"""After so many rows with broken quoting no row may run over lines: the time stays linear."""
SAMPLES_MAX = 50
"""Findings of one kind kept with their line; the others are counted in the last one."""
_ROWS_PER_CHUNK = 50_000
_CODES = {
    "NUL characters": "invalid_character",
    "ragged rows": "invalid_row_length",
    "empty rows": "empty_row",
    "unpaired quotation marks": "csv_parsing_failed",
    "unnamed columns": "empty_column_name",
}


class _Findings:
    """Problems of one file, each kind capped, so that a file of rubbish gives a short report."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.samples: list[Problem] = []
        self.counts: dict[str, int] = {}

    def add(self, kind: str, line: int, message: str, fix: str, severity: Severity = Severity.ERROR) -> None:
        self.counts[kind] = self.counts.get(kind, 0) + 1
        if self.counts[kind] <= SAMPLES_MAX:
            self.samples.append(Problem(self.name, line, "", "", message, fix, severity, _CODES[kind]))

    def problems(self) -> list[Problem]:
        hidden = [
            Problem(
                self.name, 0, "", "", f"{kind}: {n - SAMPLES_MAX} more rows", "Mend them in the same way",
                code=_CODES[kind], rows=n - SAMPLES_MAX,
            )
            for kind, n in self.counts.items()
            if n > SAMPLES_MAX
        ]  # fmt: skip
        return self.samples + hidden


def read_rows(name: str, text: str) -> tuple[pl.DataFrame, I32 | None, list[Problem]]:
    """Table of strings, the line of each row (None if row k is on line k + 2), what was wrong.

    Surplus values get columns `__extra_<position>`, a column without a name becomes `__unnamed_<position>`, a
    repeated one `<name>__<position>`. Only blank lines and NUL characters are left out, and reported.
    Raises FeedError if the header names more than COLUMNS_MAX columns: that is no table of a feed.
    """
    found = _Findings(name)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        found.add(
            "NUL characters", line, "the file holds NUL characters", "They were left out; export it again"
        )
        text = text.replace("\0", "")
    rows = _Rows(text, found)
    line, header = next(rows.filled(), (1, []))
    if len(header) > COLUMNS_MAX:
        message = f"the first line has {len(header)} values: this is no table"
        raise FeedError(name, [Problem(name, line, "", "", message, "Begin the file with its column names")])
    columns = _distinct(line, header, found)
    rows.width = len(columns)
    chunks: list[pl.DataFrame] = []
    numbers: list[int] = []
    values: list[list[str]] = [[] for _ in columns]
    for line, row in rows.filled():
        if len(row) != rows.width:
            found.add(
                "ragged rows", line,
                f"the row has {len(row)} values where the header names {rows.width} columns",
                "Add the missing commas" if len(row) < rows.width else "Quote values that contain a comma",
            )  # fmt: skip
            if len(row) > rows.width + SURPLUS_MAX:
                row[rows.width + SURPLUS_MAX - 1 :] = [",".join(row[rows.width + SURPLUS_MAX - 1 :])]
            while len(columns) < len(row):
                columns.append(_free(f"__extra_{len(columns) + 1}", columns))
                values.append([""] * len(values[0]))
        row += [""] * (len(columns) - len(row))
        for column, value in zip(values, row, strict=True):
            column.append(value)
        numbers.append(line)
        if len(values[0]) == _ROWS_PER_CHUNK:  # Python strings cost ten times their text: not all at once
            chunks.append(_frame(columns, values))
            values = [[] for _ in columns]
    chunks.append(_frame(columns, values))
    table = pl.concat(chunks, how="diagonal").with_columns(pl.all().fill_null(""))
    lines = np.array(numbers, np.int32)
    plain = np.array_equal(lines, np.arange(2, len(lines) + 2))
    return table, None if plain else lines, found.problems()


def _frame(columns: list[str], values: list[list[str]]) -> pl.DataFrame:
    return pl.DataFrame(dict(zip(columns, values, strict=True)), schema=dict.fromkeys(columns, pl.String))


class _Rows:
    """Rows of a text, each with the line where it begins."""

    def __init__(self, text: str, found: _Findings) -> None:
        self._lines = list(io.StringIO(text, newline=""))  # ends at \n, \r\n and \r, at nothing else
        self._next = 0
        self._broken = 0
        self._found = found
        self.width = 0

    def filled(self) -> Iterator[tuple[int, list[str]]]:
        """Rows that hold something; the others are reported."""
        while self._next < len(self._lines):
            line, row = self._next + 1, self._row()
            if not row or (len(row) == 1 and not row[0].strip() and self.width != 1):
                if self._next < len(self._lines) or self.width == 0:
                    self._found.add("empty rows", line, "the row is empty", "Remove it", Severity.WARNING)
                continue
            yield line, row

    def _row(self) -> list[str]:
        line = self._lines[self._next]
        if '"' not in line:
            self._next += 1
            plain = line.rstrip("\r\n")
            return plain.split(",") if plain else []
        row = _parsed([line])
        if row is None and self._broken < BROKEN_ROWS_MAX:
            row = self._over_lines()
        elif row is not None:
            self._next += 1
        if row is not None:
            return row
        self._broken += 1
        self._next += 1
        message, fix = "the quotation marks do not pair up", 'Close the mark, or write "" for one in a value'
        self._found.add("unpaired quotation marks", self._next, message, fix)
        try:
            row = next(csv.reader([line]), [])
        except csv.Error:
            row = line.split(",")
        return [*row[:-1], row[-1].rstrip("\r\n")] if row else row

    def _over_lines(self) -> list[str] | None:
        """The row that begins here and ends on a later line, or None if there is no telling where."""
        csv.field_size_limit(FIELD_CHARACTERS_MAX)
        reader = csv.reader(self._lines[self._next : self._next + ROW_LINES_MAX], strict=True)
        try:
            row = next(reader)
        except csv.Error:
            return None
        if self.width and len(row) != self.width:
            return None
        self._next += reader.line_num
        return row


def _parsed(lines: list[str]) -> list[str] | None:
    csv.field_size_limit(FIELD_CHARACTERS_MAX)
    try:
        return next(csv.reader(lines, strict=True), [])
    except csv.Error:
        return None


def _distinct(line: int, header: list[str], found: _Findings) -> list[str]:
    """Header with a position on repeated or missing names, so that every column is kept."""
    names: list[str] = []
    for k, column in enumerate(header, start=1):
        if not column.strip():
            found.add("unnamed columns", line, f"column {k} has no name", "Name it or remove the column")
            names.append(_free(f"__unnamed_{k}", [*names, *header]))
        elif column in names:
            found.samples.append(
                Problem(
                    found.name, line, column, "",
                    "the column is there twice; the first is used", "Remove one of them",
                    code="duplicated_column",
                )
            )  # fmt: skip
            names.append(_free(f"{column}__{k}", [*names, *header]))
        else:
            names.append(column)
    return names


def _free(name: str, taken: list[str]) -> str:
    while name in taken:
        name += "_"
    return name
