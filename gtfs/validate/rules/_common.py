"""What many rules need: the severities, words, and a walk over the typed columns of a feed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from gtfs.errors import Severity
from gtfs.model.schedule import Bool
from gtfs.validate.context import Context
from gtfs.validate.notice import Kind, Report, words
from gtfs.validate.spec import Field, specification
from gtfs.validate.table import Column, Table

__all__ = [
    "ERROR",
    "INFO",
    "WARNING",
    "Typed",
    "clock",
    "day_text",
    "fields_of",
    "kind",
    "report_problems",
    "report_values",
    "words",
]

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


def kind(code: str, severity: Severity, en: tuple[str, str, str], ja: tuple[str, str, str]) -> Kind:
    """A kind of notice; per language: what is wrong, why it matters to a rider, how to mend it."""
    return Kind(code, severity, words(*en), words(*ja))


class Typed(NamedTuple):
    """A column of the feed that the specification knows."""

    table: Table
    field: Field
    column: Column


def fields_of(context: Context, *types: str) -> Iterator[Typed]:
    """Every column of these types that the feed has (all known columns if no type is given)."""
    for name, spec in specification().items():
        table = context.table(name)
        for field in spec.fields.values():
            if (not types or field.type in types) and field.name in table.names:
                yield Typed(table, field, table.column(field.name))


def report_values(report: Report, kind: Kind, at: Typed, bad: Bool) -> None:
    """One finding per row that has one of the marked distinct values."""
    if bad.any():
        report.rows(kind, at.table, at.column.rows(bad), at.field.name)


def report_problems(context: Context, report: Report, kind: Kind) -> None:
    """What the reader found and gave the code of this kind."""
    for problem in context.problems:
        if problem.code != kind.code:
            continue
        if problem.rows > 1 or "more rows" in problem.message:
            report.more(kind, problem.rows)
            continue
        report.add(
            kind, problem.file, problem.line, problem.field, problem.value,
            reason=problem.message, count=problem.rows,
        )  # fmt: skip


def clock(seconds: int) -> str:
    """Seconds of the service day as HH:MM:SS."""
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def day_text(day: int) -> str:
    """Days since 1970-01-01 as YYYY-MM-DD."""
    return date.fromordinal(day + date(1970, 1, 1).toordinal()).isoformat()
