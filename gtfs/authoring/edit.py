"""Changing the tables of a feed without losing what one does not touch: rows, columns, order, other files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from gtfs.schedule.feed import Feed

__all__ = ["EditError", "Editor"]

Row = Mapping[str, str]
_LANGUAGE = "language"


class EditError(Exception):
    """A document that does not fit the feed; names what, where and the way out."""


class Editor:
    """A copy of a feed that is changed table by table; `feed` is the result."""

    def __init__(self, feed: Feed) -> None:
        self.feed = Feed(feed.source, dict(feed.tables), dict(feed.raw), [], dict(feed.lines))

    def rows(self, stem: str, **wanted: str) -> list[dict[str, str]]:
        """Rows whose columns have these values; a missing column has the value ""."""
        return self._matching(stem, wanted).to_dicts()

    def has(self, stem: str, column: str, value: str) -> bool:
        """Whether a row has this value."""
        table = self.feed.table(stem)
        return column in table.columns and bool((table[column] == value).any())

    def put(self, stem: str, key: Sequence[str], row: Row) -> None:
        """Give the row with this key these values, or add it. Other columns of a row that is there stay."""
        table = self.feed.table(stem)
        here = self._mask(table, {k: row[k] for k in key})
        if table.height and bool(here.any()):
            table = _widened(table, row)
            at = pl.Series(here)
            changed = table.with_columns(
                pl.when(at).then(pl.lit(value)).otherwise(pl.col(name)).alias(name)
                for name, value in row.items()
            )
            self._set(stem, changed)
        else:
            self.add(stem, [row])

    def add(self, stem: str, rows: Iterable[Row]) -> None:
        """Append rows; new columns come last."""
        rows = list(rows)
        if not rows:
            return
        table = self.feed.table(stem)
        for row in rows:
            table = _widened(table, row)
        names = table.columns
        more = pl.DataFrame(
            [[row.get(n, "") for n in names] for row in rows],
            schema=dict.fromkeys(names, pl.String),
            orient="row",
        )
        self._set(stem, pl.concat([table, more]) if table.height else more)

    def remove(self, stem: str, column: str, values: Iterable[str], **also: str) -> None:
        """Remove rows with one of these values (and all of `also`); an emptied table keeps its header."""
        table = self.feed.table(stem)
        if column not in table.columns:
            return
        gone = table[column].is_in(list(values)) & pl.Series(self._mask(table, also))
        if bool(gone.any()):
            self._set(stem, table.filter(~gone))

    def translate(self, table: str, field: str, record: str, texts: Mapping[str, str]) -> None:
        """Set the translations of a record's field; a language with an empty text loses its own."""
        present = self.feed.table("translations")
        if present.width and "table_name" not in present.columns:
            raise EditError(
                "translations.txt: this is the old form with trans_id. Mend the feed first: "
                "maas gtfs validate FEED --fix OUT"
            )
        for language, text in texts.items():
            own = {"table_name": table, "field_name": field, "record_id": record}
            same = [t for t in self._languages() if t.lower() == language.lower()]
            for tag in same:
                self.remove("translations", _LANGUAGE, [tag], **own)
            if text:
                row = {
                    "table_name": table, "field_name": field, _LANGUAGE: same[0] if same else language,
                    "translation": text, "record_id": record,
                }  # fmt: skip
                self.add("translations", [row])

    def _languages(self) -> list[str]:
        table = self.feed.table("translations")
        return table[_LANGUAGE].unique().to_list() if _LANGUAGE in table.columns else []

    def forget(self, table: str, record: str) -> None:
        """Remove every translation of a record."""
        self.remove("translations", "record_id", [record], table_name=table)

    def set_table(self, stem: str, table: pl.DataFrame) -> None:
        """Replace a table whole."""
        self._set(stem, table)

    def _set(self, stem: str, table: pl.DataFrame) -> None:
        self.feed.tables[stem] = table
        self.feed.lines.pop(stem, None)  # rows no longer stand where the file had them

    def _matching(self, stem: str, wanted: Mapping[str, str]) -> pl.DataFrame:
        table = self.feed.table(stem)
        return table.filter(pl.Series(self._mask(table, wanted))) if table.height else table

    def _mask(self, table: pl.DataFrame, wanted: Mapping[str, str]) -> pl.Series:
        mask = pl.repeat(True, table.height, dtype=pl.Boolean, eager=True)
        for column, value in wanted.items():
            if column in table.columns:
                mask &= table[column] == value
            elif value:
                mask &= False
        return mask


def _widened(table: pl.DataFrame, row: Row) -> pl.DataFrame:
    missing = [name for name in row if name not in table.columns]
    if not table.width:
        return pl.DataFrame(schema=dict.fromkeys(row, pl.String))
    if missing:
        return table.with_columns(pl.lit("").alias(name) for name in missing)
    return table
