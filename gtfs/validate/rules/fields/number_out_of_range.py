"""Numbers beyond their bounds."""

from __future__ import annotations

from gtfs.model.schedule import Bool
from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, Typed, kind
from gtfs.validate.rules.fields._numbers import numbers_of

KIND = kind(
    "number_out_of_range",
    ERROR,
    (
        "the number is not {bounds}",
        "A stop lands outside the world, a time or price becomes negative.",
        "Correct the number (latitude and longitude are often exchanged).",
    ),
    (
        "数値が範囲外です({bounds})",
        "停留所が地球外になったり、時間や運賃が負になったりします。",
        "数値を直してください(緯度と経度の取り違えがよくあります)。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every column of numbers by its bounds; what is no number is told already."""
    for at, none in context.fact(numbers_of):
        if at.field.type != "enum":
            _bounds(report, at, ~none & ~at.column.blank)


def _bounds(report: Report, at: Typed, good: Bool) -> None:
    field, values = at.field, at.column.numbers
    bad = good & ((values < field.low) | (values > field.high))
    bounds = ">= 0" if field.low == 0 else f"{field.low:g} … {field.high:g}"
    if field.positive:
        bad, bounds = good & (values <= 0), "> 0"
    elif field.nonzero:
        bad, bounds = good & (values == 0), "≠ 0"
    if bad.any():
        report.rows(KIND, at.table, at.column.rows(bad), field.name, bounds=bounds)
