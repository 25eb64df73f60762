"""Files that hold one record, and hold more."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind
from gtfs.validate.spec import specification

KIND = kind(
    "more_than_one_entity",
    WARNING,
    (
        "{file} has {rows} rows where one is expected",
        "Apps take any of them: language or dates of the feed may be wrong.",
        "Keep the row that describes this feed.",
    ),
    (
        "{file} は1行のはずですが {rows} 行あります",
        "どの行が使われるか分からず、言語や有効期間が誤るおそれがあります。",
        "このフィードを表す行だけを残してください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Files whose reference says `Primary key (none)`."""
    for name, spec in specification().items():
        table = context.table(name)
        if spec.key == ("-",) and table.height > 1:
            report.add(KIND, table.file, table.line(1), rows=table.height)
