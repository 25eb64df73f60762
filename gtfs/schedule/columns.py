"""Columns of strings into columns of numbers, with a finding for every value that does not convert."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np
import polars as pl

from gtfs.errors import Problem, Severity
from gtfs.model.schedule import F64, I8, I32, NONE, Bool

SAMPLES_MAX = 50
"""Findings of one kind kept in full; the rest is counted in the last one."""

_TIME = r"^\s*(\d{1,3}):([0-5]\d):([0-5]\d)\s*$"


class Columns:
    """One table of a feed, seen column by column. Rows are numbered from 0, lines from 2."""

    def __init__(self, name: str, table: pl.DataFrame, problems: list[Problem]) -> None:
        self.file = f"{name}.txt"
        self.table = table
        self.problems = problems
        self.height = table.height

    def text(self, column: str) -> pl.Series:
        """Values as they stand, `""` throughout if the column is missing."""
        if column in self.table.columns:
            return self.table[column]
        return pl.repeat("", self.height, dtype=pl.String, eager=True)

    def texts(self, column: str) -> tuple[str, ...]:
        """The same as a tuple, blanks at the ends removed."""
        return tuple(self.text(column).str.strip_chars().to_list())

    def index(
        self, column: str, ids: tuple[str, ...], of: str, *, required: bool = True, exempt: Bool | None = None
    ) -> I32:
        """Values as positions in `ids` (distinct); NONE if blank or unknown, the latter reported."""
        values = self.text(column)
        found = values.cast(pl.Enum(ids), strict=False).to_physical().cast(pl.Int32)
        out: I32 = found.fill_null(NONE).to_numpy().astype(np.int32)
        wrong = out == NONE
        if not required:
            wrong &= (values != "").to_numpy()
        if exempt is not None:
            wrong &= ~exempt
        self.report(
            wrong,
            column,
            f"no such {of} in {of.split('.')[0]}",
            "Correct the identifier or add what it names",
        )
        return out

    def small(self, column: str, allowed: Iterable[int], default: int = 0) -> I8:
        """Enumerated values as int8; blank is `default`, anything not allowed is reported and set to it."""
        allowed = tuple(allowed)
        values = self.text(column).str.strip_chars()
        numbers = values.cast(pl.Int64, strict=False)
        good = numbers.is_in(list(allowed)).fill_null(False)
        bad = (~good & (values != "")).to_numpy()
        choices = ", ".join(map(str, allowed))
        self.report(bad, column, "not an allowed value", f"Use one of {choices}", Severity.WARNING)
        out: I8 = (
            pl.DataFrame({"n": numbers, "g": good})
            .select(pl.when("g").then("n").otherwise(default))
            .to_series()
            .to_numpy()
            .astype(np.int8)
        )
        return out

    def integer(self, column: str, default: int = NONE) -> I32:
        """Whole numbers; blank is `default`."""
        values = self.text(column).str.strip_chars()
        numbers = values.cast(pl.Int32, strict=False)
        bad = (numbers.is_null() & (values != "")).to_numpy()
        self.report(bad, column, "not a whole number", "Write digits only")
        return numbers.fill_null(default).to_numpy().astype(np.int32)

    def decimal(self, column: str, low: float = -np.inf, high: float = np.inf) -> F64:
        """Decimal numbers; blank or wrong is NaN, the latter reported."""
        values = self.text(column).str.strip_chars()
        numbers = values.cast(pl.Float64, strict=False)
        out: F64 = numbers.fill_null(np.nan).to_numpy().astype(np.float64)
        bad = (np.isnan(out) | (out < low) | (out > high)) & (values != "").to_numpy()
        out = np.where(bad, np.nan, out)
        span = "" if np.isinf(low) else f" from {low:g} to {high:g}"
        self.report(bad, column, "not a number" + span, "Write a number with a decimal point" + span)
        return out

    def time(self, column: str) -> tuple[I32, Bool]:
        """Seconds from service-day noon minus 12 h, NONE if blank; and which rows are wrong."""
        # Times repeat: parsing the few distinct ones and looking the rest up is ten times faster.
        values = self.text(column)
        codes = values.rank("dense").cast(pl.Int64).to_numpy() - 1 if self.height else np.empty(0, np.int64)
        distinct = values.unique().sort()
        groups = distinct.str.extract_groups(_TIME).struct.unnest()
        h, m, s = (groups.to_series(k).cast(pl.Int32, strict=False) for k in range(3))
        seconds = (h * 3600 + m * 60 + s).fill_null(NONE).to_numpy()
        wrong = (seconds == NONE) & (distinct.str.strip_chars() != "").to_numpy()
        bad: Bool = wrong[codes] if self.height else np.zeros(0, np.bool_)
        self.report(bad, column, "not a time", "Write it as HH:MM:SS, beyond 24:00:00 after midnight")
        out: I32 = (seconds[codes] if self.height else np.empty(0)).astype(np.int32)
        return out, bad

    def dates(self, column: str) -> list[date | None]:
        """Days written as YYYYMMDD; None if blank or wrong, which is reported."""
        out: list[date | None] = []
        wrong = np.zeros(self.height, np.bool_)
        for row, value in enumerate(self.texts(column)):
            try:
                if len(value) != 8:
                    raise ValueError(value)
                out.append(date(int(value[:4]), int(value[4:6]), int(value[6:])))
            except ValueError:
                out.append(None)
                wrong[row] = True
        self.report(wrong, column, "not a date", "Write it as YYYYMMDD")
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
            self.problems.append(Problem(self.file, row + 2, column, values[row], message, fix, severity))
        if len(rows) > SAMPLES_MAX:
            more = f"{message}, in {len(rows) - SAMPLES_MAX} more rows"
            self.problems.append(
                Problem(self.file, int(rows[SAMPLES_MAX]) + 2, column, "", more, fix, severity)
            )
