"""Files that must be there."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.rules.files._presence import required_files

KIND = kind(
    "missing_required_file",
    ERROR,
    (
        "the feed has no {file}",
        "Without this file no app can plan a trip with the feed.",
        "Add the file at the top level of the zip.",
    ),
    (
        "{file} がありません",
        "このファイルがないと経路検索に使えません。",
        "ZIP の最上位にファイルを追加してください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Presence by the reference and its conditions."""
    for name in required_files(context):
        table = context.table(name)
        if not table.exists:
            report.add(KIND, table.file)
