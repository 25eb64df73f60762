"""Files that hold nothing."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind, report_problems
from gtfs.validate.rules.files._presence import required_files

KIND = kind(
    "empty_file",
    ERROR,
    (
        "{file} is empty",
        "What the file should tell riders is missing.",
        "Write at least a header and one row, or leave an optional file out.",
    ),
    (
        "{file} が空です",
        "このファイルで伝えるべき情報が利用者に届きません。",
        "見出し行と1行以上の内容を書くか、任意のファイルなら外してください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """What the reader found, then required files that are a header only."""
    report_problems(context, report, KIND)
    for name in required_files(context):
        table = context.table(name)
        if table.exists and not table.height and table.names:
            report.add(KIND, table.file, reason="no row below the header")
