"""A file too long for any consumer."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind

KIND = kind(
    "too_many_rows",
    ERROR,
    (
        "{file} has {rows} rows",
        "No app can load the feed in reasonable time.",
        "Split the feed, or take out what has expired.",
    ),
    (
        "{file} が {rows} 行あります",
        "アプリが現実的な時間で読み込めません。",
        "フィードを分割するか、期限切れの内容を外してください。",
    ),
)
ROWS_MAX = 1_000_000_000


def check(context: Context, report: Report) -> None:
    """Rows of every file against the bound."""
    for table in context.tables:
        if table.height > ROWS_MAX:
            report.add(KIND, table.file, rows=table.height)
