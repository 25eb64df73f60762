"""Files that should be there."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind
from gtfs.validate.rules.files._presence import required_files
from gtfs.validate.spec import specification

KIND = kind(
    "missing_recommended_file",
    WARNING,
    (
        "the feed has no {file}",
        "Riders cannot tell how current the timetable is, or whom to ask.",
        "Add the file with publisher, language, dates and version.",
    ),
    (
        "{file} がありません",
        "時刻表がいつの版か、問い合わせ先はどこかが分かりません。",
        "発行者・言語・有効期間・版を書いて追加してください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Presence by the reference; a file that must be there is another matter."""
    required = required_files(context)
    for name, spec in specification().items():
        if spec.presence == "recommended" and name not in required and not context.table(name).exists:
            report.add(KIND, f"{name}.txt")
