"""Files that GTFS-JP requires although GTFS does not."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.facts import JP_FARES, JP_PROFILES, JP_REQUIRED_FILES
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind

KIND = kind(
    "jp_missing_file",
    ERROR,
    ("GTFS-JP requires {file}", "Japanese apps and journey planners do not take the feed.", "Add the file."),
    (
        "標準的なバス情報フォーマットでは {file} が必須です",
        "国内の経路検索事業者がフィードを受け付けません。",
        "ファイルを追加してください。",
    ),
)
PROFILES = JP_PROFILES


def check(context: Context, report: Report) -> None:
    """The list of the profile; fares have a notice of their own."""
    for name in JP_REQUIRED_FILES[context.profile]:
        if name != JP_FARES and not context.table(name).exists:
            report.add(KIND, f"{name}.txt")
