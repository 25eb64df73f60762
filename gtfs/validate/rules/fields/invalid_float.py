"""Numbers that are none."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind, report_values
from gtfs.validate.rules.fields._numbers import DECIMAL, numbers_of

KIND = kind(
    "invalid_float",
    ERROR,
    (
        "not a number",
        "Apps ignore the value or the whole record.",
        "Write a number with a decimal point, e.g. 35.6485.",
    ),
    (
        "数値ではありません",
        "値またはレコード全体が無視されます。",
        "35.6485 のように小数点を使った数値で書いてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every column of decimal numbers and coordinates."""
    for at, bad in context.fact(numbers_of):
        if at.field.type in DECIMAL:
            report_values(report, KIND, at, bad)
