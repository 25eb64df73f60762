"""Values that are the same in every Japanese feed."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Kind, Report


def report_others(
    context: Context, report: Report, kind: Kind, table_name: str, field: str, wanted: str
) -> None:
    """Values that are given and others than the one that is wanted."""
    table = context.table(table_name)
    if table.has(field):
        column = table.column(field)
        other = (column.text != wanted).to_numpy() & ~column.blank
        report.rows(kind, table, np.sort(column.rows(other)), field)
