"""Headways and timeframes without length."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.rules.calendars._ranges import times

KIND = kind(
    "start_and_end_range_equal",
    ERROR,
    (
        "{end} equals {start}",
        "Nobody can tell whether anything runs in a time without length.",
        "Give the true end, or write the trip without frequencies.",
    ),
    (
        "{end} が {start} と同じです",
        "長さのない時間帯に運行があるのか分かりません。",
        "正しい終了を書くか、通常の便として書いてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Times of headways and timeframes; a call may be without length."""
    for at in times(context, "frequencies", "timeframes"):
        at.tell(report, KIND, at.ends == at.begins)
