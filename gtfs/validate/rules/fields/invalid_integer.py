"""Whole numbers that are none."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind, report_values
from gtfs.validate.rules.fields._numbers import WHOLE, numbers_of

KIND = kind(
    "invalid_integer",
    ERROR,
    (
        "not a whole number",
        "Apps ignore the value or the whole record.",
        "Write digits only, without blanks, units or decimals.",
    ),
    (
        "整数ではありません",
        "値またはレコード全体が無視されます。",
        "単位・空白・小数点のない数字だけで書いてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every column of whole numbers and enumerations."""
    for at, bad in context.fact(numbers_of):
        if at.field.type in WHOLE:
            report_values(report, KIND, at, bad)
