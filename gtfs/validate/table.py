"""A table seen by its distinct values: what holds for a value is decided once, not once per row."""

from __future__ import annotations

import numpy as np
import polars as pl

from gtfs.model.schedule import F64, I32, I64, Bool
from gtfs.schedule.feed import Feed
from gtfs.validate.once import Once
from gtfs.validate.values import BLANK, days, numbers, seconds

U32 = np.ndarray[tuple[int], np.dtype[np.uint32]]
NONE = -1


def _firsts(codes: U32) -> I64 | None:
    """First row of each code, if codes were given in the order in which values appear; else None."""
    if not len(codes):
        return np.zeros(0, np.int64)
    highest = np.maximum.accumulate(codes)
    first = np.flatnonzero(np.concatenate(([True], highest[1:] > highest[:-1])))
    return first if len(first) == int(highest[-1]) + 1 else None


class Column:
    """One column: `codes` (one per row) point into `values` (distinct, as they stand in the file)."""

    def __init__(self, series: pl.Series) -> None:
        self._facts = Once()
        coded = series.cast(pl.Categorical(pl.Categories.random()))
        self.codes: U32 = coded.to_physical().to_numpy()
        first = _firsts(self.codes)
        if first is not None:
            self.values: pl.Series = series.gather(first)
        else:
            distinct = coded.unique()
            order = np.argsort(distinct.to_physical().to_numpy())
            self.values = distinct.cast(pl.String).gather(order)

    @property
    def text(self) -> pl.Series:
        """Distinct values without blanks round them; two of them may be equal."""
        return self._facts.get("text", lambda: self.values.str.strip_chars())

    @property
    def blank(self) -> Bool:
        """Which distinct values are blank."""
        return self._facts.get("blank", lambda: (self.text == "").to_numpy())

    @property
    def repeats(self) -> bool:
        """Whether two of the distinct values differ in blanks round them only."""
        return self._facts.get(
            "repeats", lambda: self._surrounded() and self.text.n_unique() < len(self.text)
        )

    def _surrounded(self) -> bool:
        return bool((self.text.str.len_bytes() != self.values.str.len_bytes()).any())

    @property
    def seconds(self) -> I64:
        """Distinct values as seconds of the service day; BLANK if blank, WRONG if no time."""
        return self._facts.get("seconds", lambda: seconds(self.text))

    @property
    def days(self) -> I64:
        """Distinct values as days since 1970-01-01; BLANK or WRONG."""
        return self._facts.get("days", lambda: days(self.text))

    @property
    def numbers(self) -> F64:
        """Distinct values as numbers; NaN if blank or no number."""
        return self._facts.get("numbers", lambda: numbers(self.text))

    def spread(self, per_value: np.ndarray) -> np.ndarray:
        """What was decided per distinct value, per row."""
        return per_value[self.codes]

    def rows(self, bad: Bool) -> I64:
        """Rows that have one of the marked distinct values."""
        return np.flatnonzero(bad[self.codes]) if bad.any() else np.zeros(0, np.int64)


class Table:
    """One file of the feed; a missing one has no rows and no columns."""

    def __init__(self, feed: Feed, name: str) -> None:
        self.name = name
        self.file = f"{name}.txt"
        self.exists = name in feed.tables
        self.frame = feed.table(name)
        self._lines = feed.lines.get(name)
        self._columns, self._first, self._found = Once(), Once(), Once()

    @property
    def height(self) -> int:
        """Number of rows."""
        return self.frame.height

    @property
    def names(self) -> list[str]:
        """Names of the columns."""
        return self.frame.columns

    def has(self, *names: str) -> bool:
        """Whether all these columns are there."""
        return set(names) <= set(self.frame.columns)

    def line(self, row: int) -> int:
        """Line where a row begins."""
        return row + 2 if self._lines is None else int(self._lines[row])

    def shown(self, row: int, field: str) -> str:
        """A value as it stands, empty if there is no such column."""
        return str(self.frame[field][row]) if field in self.frame.columns else ""

    def column(self, name: str) -> Column:
        """A column by its distinct values; a missing one is blank throughout."""
        return self._columns.get(name, lambda: Column(self._series(name)))

    def _series(self, name: str) -> pl.Series:
        return self.frame[name] if name in self.frame.columns else pl.repeat("", self.height, eager=True)

    def text(self, row: int, name: str) -> str:
        """A value without blanks round it, empty if there is no such column."""
        return self.shown(row, name).strip()

    def texts(self, name: str) -> list[str]:
        """Values without blanks round them, for small tables."""
        if name not in self.frame.columns:
            return [""] * self.height
        return self.frame[name].str.strip_chars().to_list()

    def given(self, name: str) -> Bool:
        """Which rows have a value that is not blank."""
        if name not in self.frame.columns:
            return np.zeros(self.height, np.bool_)
        column = self.column(name)
        given: Bool = ~column.blank[column.codes]
        return given

    def seconds(self, name: str) -> I64:
        """Times in seconds of the service day per row; BLANK or WRONG."""
        if name not in self.frame.columns:
            return np.full(self.height, BLANK, np.int64)
        column = self.column(name)
        return column.spread(column.seconds)

    def days(self, name: str) -> I64:
        """Dates as days since 1970-01-01 per row; BLANK or WRONG."""
        if name not in self.frame.columns:
            return np.full(self.height, BLANK, np.int64)
        column = self.column(name)
        return column.spread(column.days)

    def numbers(self, name: str) -> F64:
        """Numbers per row; NaN if blank or none."""
        if name not in self.frame.columns:
            return np.full(self.height, np.nan)
        column = self.column(name)
        return column.spread(column.numbers)

    def choice(self, name: str, default: int = 0) -> I64:
        """Values of an enumeration per row; blank or no whole number is `default`."""
        if name not in self.frame.columns:
            return np.full(self.height, default, np.int64)
        column = self.column(name)
        values = column.numbers
        usable = np.isfinite(values) & (np.abs(values) < 1e9)
        chosen = np.where(usable, np.nan_to_num(values), default).astype(np.int64)
        return column.spread(chosen)

    def find(self, name: str, parent: Table, key: str) -> I32:
        """Per row the first row of `parent` whose `key` is this value; NONE if blank or unknown."""
        if not self.has(name) or not parent.has(key) or not self.height or not parent.height:
            return np.full(self.height, NONE, np.int32)
        return self.column(name).spread(self.find_values(name, parent, key))

    def find_values(self, name: str, parent: Table, key: str) -> I32:
        """As `find`, per distinct value of the column; both tables have rows or not."""
        return self._found.get(
            (name, parent.name, key), lambda: parent.find_texts(self.column(name).text, key)
        )

    def find_texts(self, texts: pl.Series, key: str) -> I32:
        """Per text the first row whose `key` it is; NONE if blank or unknown."""
        own = self.first_rows(key)
        asked = pl.DataFrame({"k": texts})
        found = asked.join(own, on="k", how="left", maintain_order="left")["row"]
        return found.fill_null(NONE).to_numpy()

    def first_rows(self, key: str) -> pl.DataFrame:
        """Columns k (distinct values of `key`, no blank) and row (the first row of each, Int32)."""
        if not self.has(key):
            return pl.DataFrame(schema={"k": pl.String, "row": pl.Int32})
        return self._first.get(key, lambda: self._first_rows(key))

    def _first_rows(self, key: str) -> pl.DataFrame:
        row = pl.Series(np.arange(self.height, dtype=np.int32))
        rows = pl.DataFrame({"k": self.frame[key].str.strip_chars(), "row": row})
        return rows.filter(pl.col("k") != "").unique("k", keep="first", maintain_order=True)
