"""A feed without prices."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.facts import JP_FARES, JP_PROFILES, JP_REQUIRED_FILES
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind

KIND = kind(
    "jp_missing_fares",
    WARNING,
    (
        "GTFS-JP requires {file}, unless the fares are too complex for it",
        "Riders see no price.",
        "Add the fares, or state why they cannot be given.",
    ),
    (
        "運賃が複雑で表せない場合を除き {file} が必要です",
        "運賃が表示されません。",
        "運賃を追加してください。",
    ),
)
PROFILES = JP_PROFILES


def check(context: Context, report: Report) -> None:
    """The file of fares."""
    if JP_FARES in JP_REQUIRED_FILES[context.profile] and not context.table(JP_FARES).exists:
        report.add(KIND, f"{JP_FARES}.txt")
