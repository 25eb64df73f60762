"""Columns that GTFS does not know."""

from __future__ import annotations

import re

from gtfs.validate.context import Context
from gtfs.validate.facts import JP_COLUMNS, JP_PROFILES
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import INFO, kind
from gtfs.validate.spec import specification

KIND = kind(
    "unknown_column",
    INFO,
    (
        "GTFS knows no column {field} in {file}",
        "Riders never see what it holds; a misspelled name hides the column.",
        "Correct the name, or keep it if a consumer of yours reads it.",
    ),
    (
        "{file} に {field} という列は GTFS にありません",
        "内容は利用者に届きません。名前の誤記なら列が無視されます。",
        "名前を直してください。独自の利用者がいる列なら残して構いません。",
    ),
)
_REPEATED = re.compile(r"(.+)__\d+_*")
"""As the reader names a column that is there twice: `duplicated_column` tells of it."""


def check(context: Context, report: Report) -> None:
    """Names against the reference; the Japanese profiles know their own columns too."""
    tables = specification()
    for table in context.tables:
        spec = tables.get(table.name)
        if spec is None:
            continue  # the file itself is the news
        known = {*spec.fields, *(JP_COLUMNS.get(table.name, ()) if context.profile in JP_PROFILES else ())}
        for column in table.names:
            repeated = _REPEATED.fullmatch(column)
            made = column.startswith("__") or bool(repeated and repeated[1] in table.names)
            if column not in known and not made:
                report.add(KIND, table.file, 1, column)
