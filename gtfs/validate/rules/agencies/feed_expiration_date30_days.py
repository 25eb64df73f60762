"""A feed that ends within a month."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind
from gtfs.validate.rules.agencies._feed_end import report_ending

KIND = kind(
    "feed_expiration_date30_days",
    WARNING,
    (
        "the feed ends in {days} days",
        "Trips in the coming weeks cannot be planned.",
        "Publish a timetable that covers at least the next 30 days.",
    ),
    (
        "フィードの有効期限まで {days} 日です",
        "来月の移動を計画できません。",
        "少なくとも30日先までの時刻表を公開してください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every row of `feed_info.txt`, against today; the last week has a notice of its own."""
    report_ending(context, report, KIND, 7, 30)
