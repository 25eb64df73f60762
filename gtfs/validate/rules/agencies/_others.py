"""Agencies held against the first one."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Kind, Report


def report_others(context: Context, report: Report, kind: Kind, field: str) -> None:
    """Agencies whose value of `field` is another than the first one that is given."""
    agency = context.table("agency")
    values = agency.texts(field)
    given = [v for v in values if v]
    wrong = [row for row, v in enumerate(values) if v and v != given[0]]
    report.rows(kind, agency, wrong, field, expected=given[0] if given else "")
