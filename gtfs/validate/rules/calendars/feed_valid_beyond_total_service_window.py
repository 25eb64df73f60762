"""A feed that says it is valid when nothing runs."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import INFO, day_text, kind
from gtfs.validate.rules.calendars._services import feed_period, running

KIND = kind(
    "feed_valid_beyond_total_service_window",
    INFO,
    (
        "the feed says it is valid {start} to {end}, but trips run only {first} to {last}",
        "On the days between riders are told that nothing runs.",
        "Set the feed's dates to those of its services.",
    ),
    (
        "有効期間 {start}〜{end} に対し、運行は {first}〜{last} だけです",
        "その間の日は「運行なし」と案内されます。",
        "フィードの日付を運行期間に合わせてください。",
    ),
)
BEYOND_DAYS_MAX = 14


def check(context: Context, report: Report) -> None:
    """The feed's dates against those of all services together."""
    services = context.fact(running)
    start, end = feed_period(context)
    if not services or start is None or end is None:
        return
    first, last = min(s.first for s in services), max(s.last for s in services)
    if end > last + BEYOND_DAYS_MAX or start < first - BEYOND_DAYS_MAX:
        said = {"start": start, "end": end, "first": first, "last": last}
        told: dict[str, object] = {name: day_text(day) for name, day in said.items()}
        report.rows(KIND, context.table("feed_info"), [0], "feed_end_date", lambda _: told)
