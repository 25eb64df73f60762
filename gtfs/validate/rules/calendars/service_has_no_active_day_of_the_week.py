"""Services of the week that never run."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind
from gtfs.validate.rules.calendars._services import rows_of_services
from gtfs.validate.service_days import WEEKDAYS
from gtfs.validate.table import Table
from gtfs.validate.values import WRONG

KIND = kind(
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


def check(context: Context, report: Report) -> None:
    """Services of `calendar.txt` that no day is left of, `calendar_dates.txt` counted in."""
    days = context.services
    for number, (table, row) in enumerate(context.fact(rows_of_services)):
        if table.name == "calendar" and not days.active[number].any() and not _broken(table, row):
            report.rows(KIND, table, [row], "service_id")


def _broken(table: Table, row: int) -> bool:
    """Whether the row has a date that cannot be read: then that is the news."""
    dates = table.days("start_date")[row], table.days("end_date")[row]
    return bool(min(dates) <= WRONG) or not table.has(*WEEKDAYS)
