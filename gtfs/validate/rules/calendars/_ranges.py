"""Columns that give the beginning and end of something."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from gtfs.model.schedule import I64, Bool
from gtfs.validate.context import Context
from gtfs.validate.notice import Kind, Report
from gtfs.validate.table import Table
from gtfs.validate.values import WRONG


class Range(NamedTuple):
    """Two columns of a table with their values per row; BLANK or WRONG lie below all others."""

    table: Table
    start: str
    end: str
    begins: I64
    ends: I64

    def tell(self, report: Report, kind: Kind, bad: Bool) -> None:
        """One finding per marked row where both values are known."""
        known = (self.begins > WRONG) & (self.ends > WRONG)
        report.rows(kind, self.table, np.flatnonzero(known & bad), self.end, start=self.start, end=self.end)


def dates(context: Context) -> Iterator[Range]:
    """Days of services and of the feed."""
    for name, start, end in (
        ("calendar", "start_date", "end_date"),
        ("feed_info", "feed_start_date", "feed_end_date"),
    ):
        table = context.table(name)
        yield Range(table, start, end, table.days(start), table.days(end))


def times(context: Context, *names: str) -> Iterator[Range]:
    """Times of day of headways, timeframes and calls."""
    for name in names:
        table = context.table(name)
        start, end = (
            ("arrival_time", "departure_time") if name == "stop_times" else ("start_time", "end_time")
        )
        yield Range(table, start, end, table.seconds(start), table.seconds(end))
