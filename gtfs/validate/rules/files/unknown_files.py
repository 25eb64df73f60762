"""Files and columns that GTFS does not know."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from gtfs.validate.context import Context
from gtfs.validate.facts import JP_COLUMNS, JP_FILES
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import INFO, kind
from gtfs.validate.spec import specification
from gtfs.validate.system import SUBFOLDER, UNKNOWN_FILE

UNKNOWN_COLUMN = kind(
    "unknown_column", INFO,
    ("GTFS knows no column {field} in {file}", "Riders never see what it holds; a misspelled name hides the column.", "Correct the name, or keep it if a consumer of yours reads it."),
    ("{file} に {field} という列は GTFS にありません", "内容は利用者に届きません。名前の誤記なら列が無視されます。", "名前を直してください。独自の利用者がいる列なら残して構いません。"),
)  # fmt: skip
KINDS = (UNKNOWN_FILE, UNKNOWN_COLUMN, SUBFOLDER)
_TOP_LEVEL = {"locations.geojson"}
_REPEATED = re.compile(r"(.+)__\d+_*")
"""As the reader names a column that is there twice: `duplicated_column` tells of it."""


def check(context: Context, report: Report) -> None:
    """Names against the reference; the Japanese profiles know their own files and columns too."""
    japanese = context.profile != "gtfs"
    tables = specification()
    for name in sorted(context.feed.raw):
        pure = PurePosixPath(name)
        if pure.name != name and (pure.stem in tables or pure.name in _TOP_LEVEL):
            report.add(SUBFOLDER, name, value=name)
        elif name not in _TOP_LEVEL:
            report.add(UNKNOWN_FILE, name)
    for table in context.tables:
        spec = tables.get(table.name)
        if spec is None:
            if not (japanese and table.name in JP_FILES):
                report.add(UNKNOWN_FILE, table.file)
            continue
        for column in table.names:
            repeated = _REPEATED.fullmatch(column)
            known = (
                column in spec.fields
                or column.startswith("__")
                or bool(repeated and repeated[1] in table.names)
            )
            if not known and not (japanese and column in JP_COLUMNS.get(table.name, ())):
                report.add(UNKNOWN_COLUMN, table.file, 1, column)
