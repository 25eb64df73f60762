"""The services of a feed, each with its row and its first and last day."""

from __future__ import annotations

from typing import NamedTuple

from gtfs.validate.context import Context
from gtfs.validate.notice import Kind, Report
from gtfs.validate.rules._common import day_text
from gtfs.validate.table import Table
from gtfs.validate.values import WRONG


class Service(NamedTuple):
    """A service that runs on some day; days count from 1970-01-01."""

    number: int
    table: Table
    row: int
    first: int
    last: int

    def tell(self, report: Report, kind: Kind, **details: object) -> None:
        """One finding at the row of the service."""
        said = {"first": day_text(self.first), "last": day_text(self.last)} | details
        report.rows(kind, self.table, [self.row], "service_id", lambda _: said)


def running(context: Context) -> list[Service]:
    """Services with a day of service, in the order of `calendar.txt`, then `calendar_dates.txt`."""
    days = context.services
    found = []
    for number, (table, row) in enumerate(context.fact(rows_of_services)):
        window = days.window(number)
        if window is not None:
            found.append(Service(number, table, row, *window))
    return found


def rows_of_services(context: Context) -> list[tuple[Table, int]]:
    """Where each service of `context.services` is defined first."""
    tables = [context.table(name) for name in ("calendar_dates", "calendar")]  # the later one wins
    place: dict[str, tuple[Table, int]] = {}
    for table in tables:
        place |= {text: (table, row) for text, row in table.first_rows("service_id").iter_rows()}
    return [place[service] for service in context.services.ids]


def feed_period(context: Context) -> tuple[int | None, int | None]:
    """First and last day by `feed_info.txt`, None where it does not say."""
    info = context.table("feed_info")
    bounds = []
    for name in ("feed_start_date", "feed_end_date"):
        values = info.days(name)
        bounds.append(int(values[0]) if len(values) and values[0] > WRONG else None)
    return bounds[0], bounds[1]
