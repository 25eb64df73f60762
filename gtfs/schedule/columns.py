"""Columns of strings into columns of numbers, with a finding for every value that does not convert."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

import numpy as np
import polars as pl

from gtfs.errors import Problem, Severity
from gtfs.model.schedule import F64, I8, I32, I64, NONE, Bool
from gtfs.schedule.feed import Feed

SAMPLES_MAX = 50
"""Findings of one kind kept in full; the rest is counted in the last one."""

_TIME = re.compile(r"(\d{1,3}):([0-5]\d):([0-5]\d)", re.ASCII)
_DIGITS = (0, 1, 3, 4, 6, 7)
_WEIGHTS = np.array([36_000, 3_600, 600, 60, 10, 1], np.int32)


class Columns:
    """One table of a feed, seen column by column; findings about it are appended to `problems`."""

    def __init__(self, feed: Feed, name: str, problems: list[Problem]) -> None:
        self.file = f"{name}.txt"
        self.table = feed.table(name)
        self.problems = problems
        self._lines = feed.lines.get(name)

    @property
    def height(self) -> int:
        """Number of rows."""
        return self.table.height

    def line(self, row: int) -> int:
        """Line of the file, counted from 1, where a row begins."""
        return row + 2 if self._lines is None else int(self._lines[row])

    def keep(self, rows: Bool) -> None:
        """Go on with these rows only; lines stay those of the file."""
        if not rows.all():
            lines = np.arange(2, self.height + 2, dtype=np.int32) if self._lines is None else self._lines
            self._lines = lines[rows]
            self.table = self.table.filter(pl.Series(rows))

    def text(self, column: str) -> pl.Series:
        """Values as they stand, `""` throughout if the column is missing."""
        if column in self.table.columns:
            return self.table[column]
        return pl.repeat("", self.height, dtype=pl.String, eager=True)

    def given(self, column: str) -> Bool:
        """Which rows have a value that is not blank."""
        if column not in self.table.columns:
            return np.zeros(self.height, np.bool_)
        return (self.table[column].str.strip_chars() != "").to_numpy()

    def texts(self, column: str) -> tuple[str, ...]:
        """Values as a tuple, blanks at the ends removed."""
        return tuple(self.text(column).str.strip_chars().to_list())

    def index(
        self,
        column: str,
        ids: tuple[str, ...],
        of: str,
        *,
        required: bool = True,
        exempt: Bool | None = None,
        severity: Severity = Severity.ERROR,
    ) -> I32:
        """Values as positions in `ids` (distinct, no blanks round them); NONE if blank or unknown.

        Unknown ones are reported, blank ones too where `required`, none of them on `exempt` rows.
        """
        if column not in self.table.columns and not required:
            return np.full(self.height, NONE, np.int32)
        kind = pl.Enum(ids)
        values = self.text(column)
        out: I32 = values.cast(kind, strict=False).to_physical().cast(pl.Int32).fill_null(NONE).to_numpy()
        if (out == NONE).any():
            trimmed = values.str.strip_chars()
            again = trimmed.cast(kind, strict=False).to_physical().cast(pl.Int32)
            out = again.fill_null(NONE).to_numpy()
            wrong = out == NONE
            if not required:
                wrong &= (trimmed != "").to_numpy()
            if exempt is not None:
                wrong &= ~exempt
            message, fix = (
                f"no such {of} in {of.split('.')[0]}",
                "Correct the identifier or add what it names",
            )
            self.report(wrong, column, message, fix, severity)
        return out.astype(np.int32)

    def small(
        self, column: str, allowed: Iterable[int], default: int = 0, severity: Severity = Severity.WARNING
    ) -> I8:
        """Enumerated values as int8; blank is `default`, anything not allowed is reported and set to it."""
        if column not in self.table.columns:
            return np.full(self.height, default, np.int8)
        allowed = tuple(allowed)
        values = self.text(column).str.strip_chars()
        numbers = values.cast(pl.Int64, strict=False)
        good = numbers.is_in(list(allowed)).fill_null(False).to_numpy()
        choices = ", ".join(map(str, allowed))
        bad = ~good & (values != "").to_numpy()
        self.report(bad, column, "not an allowed value", f"Use one of {choices}", severity)
        return np.where(good, numbers.fill_null(default).to_numpy(), default).astype(np.int8)

    def integer(self, column: str, default: int = NONE, low: int = 0) -> I32:
        """Whole numbers not below `low`; blank is `default`, anything else is reported and set to it."""
        if column not in self.table.columns:
            return np.full(self.height, default, np.int32)
        values = self.text(column)
        numbers = values.cast(pl.Int32, strict=False)
        if numbers.null_count():
            values = values.str.strip_chars()
            numbers = values.cast(pl.Int32, strict=False)
        bad = (numbers.is_null() & (values != "")).to_numpy() | (numbers < low).fill_null(False).to_numpy()
        self.report(bad, column, f"not a whole number of at least {low}", "Write digits only")
        return np.where(bad, default, numbers.fill_null(default).to_numpy()).astype(np.int32)

    def decimal(self, column: str, low: float = -np.inf, high: float = np.inf) -> F64:
        """Decimal numbers; blank or wrong is NaN, the latter reported."""
        if column not in self.table.columns:
            return np.full(self.height, np.nan)
        values = self.text(column).str.strip_chars()
        numbers = values.cast(pl.Float64, strict=False)
        out: F64 = numbers.fill_null(np.nan).to_numpy().astype(np.float64)
        bad = (~np.isfinite(out) | (out < low) | (out > high)) & (values != "").to_numpy()
        out = np.where(bad, np.nan, out)
        span = "" if np.isinf(low) else f" from {low:g} to {high:g}"
        self.report(bad, column, "not a number" + span, "Write a number with a decimal point" + span)
        return out

    def time(self, column: str) -> tuple[I32, Bool]:
        """Seconds from service-day noon minus 12 h, NONE if blank; and which rows are wrong."""
        out = np.full(self.height, NONE, np.int32)
        bad = np.zeros(self.height, np.bool_)
        if column not in self.table.columns or not self.height:
            return out, bad
        values = self.text(column)
        if not (values.str.len_bytes() == 8).all():
            values = values.str.strip_chars()
            values = pl.select(pl.when(values != "").then(values.str.zfill(8)).otherwise(values)).to_series()
        usual = (values.str.len_bytes() == 8).to_numpy()  # HH:MM:SS: ten times faster as bytes
        joined = (values if usual.all() else values.filter(pl.Series(usual))).str.join("").item()
        octets = np.frombuffer(joined.encode(), np.uint8).reshape(-1, 8)
        digits = octets[:, _DIGITS] - np.uint8(ord("0"))  # others wrap round to more than nine
        good = (octets[:, 2] == ord(":")) & (octets[:, 5] == ord(":")) & (digits <= 9).all(axis=1)
        good &= (digits[:, 2] <= 5) & (digits[:, 4] <= 5)
        out[usual] = np.where(good, digits.astype(np.int32) @ _WEIGHTS, NONE)
        bad[usual] = ~good
        for row in np.flatnonzero(~usual & (values != "").to_numpy()).tolist():
            match = _TIME.fullmatch(values[row])
            if match:
                out[row] = int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3])
            bad[row] = not match
        self.report(bad, column, "not a time", "Write it as HH:MM:SS, beyond 24:00:00 after midnight")
        return out, bad

    def dates(self, column: str) -> I64:
        """Days since 1970-01-01 of dates written YYYYMMDD; NO_DAY if blank or wrong, which is reported."""
        out = np.full(self.height, NO_DAY, np.int64)
        for row, value in enumerate(self.texts(column)):
            if len(value) == 8 and value.isascii() and value.isdigit():
                try:
                    day = date(int(value[:4]), int(value[4:6]), int(value[6:]))
                except ValueError:
                    continue
                out[row] = day.toordinal() - _EPOCH
        self.report(out == NO_DAY, column, "not a date", "Write it as YYYYMMDD")
        return out

    def report(
        self, wrong: Bool, column: str, message: str, fix: str, severity: Severity = Severity.ERROR
    ) -> None:
        """One finding per wrong row, the first SAMPLES_MAX of them; the last one counts the others."""
        rows = np.flatnonzero(wrong)
        if not len(rows):
            return
        values = self.text(column)
        for row in rows[:SAMPLES_MAX].tolist():
            self.problems.append(
                Problem(self.file, self.line(row), column, values[row], message, fix, severity)
            )
        if len(rows) > SAMPLES_MAX:
            more = f"{message}, in {len(rows) - SAMPLES_MAX} more rows"
            line = self.line(int(rows[SAMPLES_MAX]))
            self.problems.append(Problem(self.file, line, column, "", more, fix, severity))


NO_DAY = np.iinfo(np.int64).min
"""A date that is not there or not to be read."""
_EPOCH = date(1970, 1, 1).toordinal()
