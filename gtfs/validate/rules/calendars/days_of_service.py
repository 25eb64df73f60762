"""On which days services run, against today and against what the feed says of itself."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import INFO, WARNING, day_text, kind
from gtfs.validate.service_days import WEEKDAYS, ServiceDays
from gtfs.validate.table import Table
from gtfs.validate.values import WRONG

EXPIRED = kind(
    "expired_calendar",
    WARNING,
    (
        "the service ended on {last}",
        "Trips of it are never shown again; they only make the feed slower.",
        "Remove the service and its trips, or prolong it.",
    ),
    (
        "運行日が {last} で終わっています",
        "この運行日の便はもう表示されません。",
        "サービスと便を削除するか、期間を延ばしてください。",
    ),
)
FUTURE = kind(
    "future_calendar",
    INFO,
    (
        "no service runs before {first}",
        "Until then no departure is shown.",
        "Keep the services that run today in the feed.",
    ),
    (
        "{first} より前に運行する日がありません",
        "それまで時刻表は表示されません。",
        "現在運行している内容もフィードに残してください。",
    ),
)
GAP = kind(
    "big_gap_in_service",
    INFO,
    (
        "the service does not run from {first} to {last} ({days} days)",
        "Riders see no trips in between: a holiday, or a forgotten period.",
        "Check that the pause is meant.",
    ),
    (
        "{first} から {last} まで {days} 日間運行がありません",
        "その間は便が表示されません。休止か入力漏れのどちらかです。",
        "意図した休止か確かめてください。",
    ),
)
FAR = kind(
    "service_extends_far_in_the_future",
    INFO,
    (
        "the service runs until {last}, more than two years ahead",
        "Riders plan by a timetable that will have changed.",
        "End the service where the timetable is known.",
    ),
    (
        "運行日が2年以上先の {last} まで続いています",
        "変わっているはずの時刻表で計画してしまいます。",
        "確実な期間までにしてください。",
    ),
)
NEVER = kind(
    "service_has_no_active_day_of_the_week",
    WARNING,
    (
        "the service runs on no day",
        "Trips of it are never shown.",
        "Set a weekday to 1, or add days in calendar_dates.txt.",
    ),
    (
        "運行する日が一日もありません",
        "この運行日の便は表示されません。",
        "曜日を 1 にするか、calendar_dates.txt で日付を追加してください。",
    ),
)
OUTSIDE = kind(
    "service_window_outside_feed_period",
    INFO,
    (
        "the service runs {first} to {last}, beyond the feed's own dates",
        "Apps may hide the trips outside the feed's dates.",
        "Prolong feed_start_date and feed_end_date, or shorten the service.",
    ),
    (
        "運行期間 {first}〜{last} がフィードの有効期間外にあります",
        "有効期間外の便は表示されないことがあります。",
        "feed_start_date・feed_end_date を広げるか、運行期間を縮めてください。",
    ),
)
BEYOND = kind(
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
COVER = kind(
    "trip_coverage_not_active_for_next7_days", WARNING,
    ("most trips run only {first} to {last}: the next seven days are not covered", "Riders who plan for next week find no service.", "Publish a feed whose timetable covers at least the next seven days."),
    ("大半の便は {first}〜{last} にしか運行せず、今後7日間を覆っていません", "来週の移動を計画できません。", "少なくとも今後7日間を含む時刻表を公開してください。"),
)  # fmt: skip
KINDS = (EXPIRED, FUTURE, GAP, FAR, NEVER, OUTSIDE, BEYOND, COVER)
GAP_DAYS_MAX = 13
AHEAD_DAYS_MAX = 731
BEYOND_DAYS_MAX = 14
_MOST = 0.75


def check(context: Context, report: Report) -> None:
    """Every service, then all of them together."""
    days = context.services
    today = context.today_day
    period = _period(context)
    windows = [days.window(k) for k in range(len(days.ids))]
    for number, window in enumerate(windows):
        table, row = _place(context, days.ids[number])
        if window is None:
            if table.name == "calendar" and not _broken(table, row):
                report.rows(NEVER, table, [row], "service_id")
            continue
        first, last = window
        from_, until = day_text(first), day_text(last)
        if last < today:
            report.rows(EXPIRED, table, [row], "service_id", first=from_, last=until)
        if last > today + AHEAD_DAYS_MAX:
            report.rows(FAR, table, [row], "service_id", first=from_, last=until)
        if (period[0] is not None and first < period[0]) or (period[1] is not None and last > period[1]):
            report.rows(OUTSIDE, table, [row], "service_id", first=from_, last=until)
        _gap(report, table, row, days, number)
    known = [w for w in windows if w is not None]
    if known:
        _together(context, report, min(f for f, _ in known), max(t for _, t in known), period)
        _coverage(context, report)


def _place(context: Context, service: str) -> tuple[Table, int]:
    import polars as pl

    for name in ("calendar", "calendar_dates"):
        table = context.table(name)
        if table.has("service_id"):
            row = int(table.find_texts(pl.Series([service]), "service_id")[0])
            if row >= 0:
                return table, row
    raise AssertionError(f"the service {service!r} is in neither file")


def _broken(table: Table, row: int) -> bool:
    """Whether the row has a date that cannot be read: then that is the news."""
    return bool(
        table.days("start_date")[row] <= WRONG or table.days("end_date")[row] <= WRONG
    ) or not table.has(*WEEKDAYS)


def _period(context: Context) -> tuple[int | None, int | None]:
    info = context.table("feed_info")
    bounds = []
    for name in ("feed_start_date", "feed_end_date"):
        values = info.days(name)
        bounds.append(int(values[0]) if len(values) and values[0] > WRONG else None)
    return bounds[0], bounds[1]


def _gap(report: Report, table: Table, row: int, days: ServiceDays, number: int) -> None:
    active = np.flatnonzero(days.active[number])
    pauses = np.diff(active)
    if len(pauses) and pauses.max() > GAP_DAYS_MAX:
        at = int(np.argmax(pauses))
        report.rows(
            GAP, table, [row], "service_id", first=day_text(days.first + int(active[at]) + 1),
            last=day_text(days.first + int(active[at + 1]) - 1), days=int(pauses[at]) - 1,
        )  # fmt: skip


def _together(
    context: Context, report: Report, first: int, last: int, period: tuple[int | None, int | None]
) -> None:
    if first > context.today_day:
        report.add(FUTURE, "calendar.txt", first=day_text(first))
    start, end = period
    if (
        start is not None
        and end is not None
        and (end > last + BEYOND_DAYS_MAX or start < first - BEYOND_DAYS_MAX)
    ):
        report.rows(
            BEYOND, context.table("feed_info"), [0], "feed_end_date", start=day_text(start), end=day_text(end),
            first=day_text(first), last=day_text(last),
        )  # fmt: skip


def _coverage(context: Context, report: Report) -> None:
    days, trips = context.services, context.table("trips")
    numbers = [days.number.get(s, -1) for s in trips.texts("service_id")]
    counts = np.bincount(np.array([n for n in numbers if n >= 0], np.int64), minlength=len(days.ids))
    per_day = counts @ days.active.astype(np.int64)
    if not per_day.any():
        return
    busy = np.flatnonzero(per_day >= _MOST * per_day.max()) + days.first
    if context.today_day < busy[0] or context.today_day + 7 > busy[-1]:
        report.add(COVER, "trips.txt", first=day_text(int(busy[0])), last=day_text(int(busy[-1])))
