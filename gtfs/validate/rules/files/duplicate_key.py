"""Rows that claim the same name."""

from __future__ import annotations

import numpy as np
import polars as pl

from gtfs.validate.context import Context
from gtfs.validate.facts import JP_KEYS, JP_PROFILES
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.spec import TableSpec, specification
from gtfs.validate.table import Table

KIND = kind(
    "duplicate_key",
    ERROR,
    (
        "{key} is on line {first} already",
        "Apps show one of the two records and drop the other.",
        "Remove one of the rows, or give it a name of its own.",
    ),
    (
        "{key} は {first} 行目と重複しています",
        "片方のレコードだけが使われ、もう片方は失われます。",
        "どちらかの行を削除するか、別の識別子を付けてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Primary keys of every file; the first row of a key is the one that counts."""
    for name, spec in specification().items():
        table = context.table(name)
        keys = _keys(table, spec)
        if table.height > 1 and keys:
            _check(table, keys, report)
    for name, key in JP_KEYS.items() if context.profile in JP_PROFILES else ():
        table = context.table(name)
        if table.height > 1 and table.has(key):
            _check(table, [key], report)


def _keys(table: Table, spec: TableSpec) -> list[str]:
    if spec.key == ("-",):
        return []
    names = list(spec.fields) if spec.key == ("*",) else list(spec.key)
    return [n for n in names if n in table.names]


def _check(table: Table, keys: list[str], report: Report) -> None:
    packed = _packed(table, keys)
    again = _again(packed)
    if not again.any():
        return
    if len(keys) == 1:  # a missing identifier is another matter
        again &= table.given(keys[0])
    elif table.name in ("stop_times", "shapes", "calendar_dates", "frequencies"):
        for key in keys:
            again &= table.given(key)
    rows = np.flatnonzero(again)
    first: dict[int, int] = {}
    wanted = set(packed[rows[:100]].tolist())
    for row, value in enumerate(packed.tolist()) if wanted else ():
        if value in wanted and value not in first:
            first[value] = row
            if len(first) == len(wanted):
                break
    report.rows(
        KIND, table, rows.tolist(), keys[0],
        lambda row: {
            "key": ", ".join(f"{k}={table.text(row, k)!r}" for k in keys if table.text(row, k)),
            "first": table.line(first[int(packed[row])]),
        },
    )  # fmt: skip


def _packed(table: Table, keys: list[str]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """One number per combination of values."""
    packed = np.zeros(table.height, np.int64)
    for key in keys:
        column = table.column(key)
        codes = column.codes.astype(np.int64)
        if column.repeats:
            codes = column.text.rank("dense").to_numpy().astype(np.int64)[column.codes] - 1
        size = int(codes.max()) + 1
        if int(packed.max()) > np.iinfo(np.int64).max // (size + 1):
            packed = pl.Series(packed).rank("dense").to_numpy().astype(np.int64)
        packed = packed * size + codes
    return packed


def _again(packed: np.ndarray[tuple[int], np.dtype[np.int64]]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    step = np.diff(packed)
    if (step > 0).all() or (step < 0).all():
        return np.zeros(len(packed), np.bool_)
    return (~pl.Series(packed).is_first_distinct()).to_numpy()
