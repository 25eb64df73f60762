"""Numbers: written as such, and within their bounds."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, Typed, fields_of, kind, report_values

INTEGER = kind(
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
FLOAT = kind(
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
RANGE = kind(
    "number_out_of_range", ERROR,
    ("the number is not {bounds}", "A stop lands outside the world, a time or price becomes negative.", "Correct the number (latitude and longitude are often exchanged)."),
    ("数値が範囲外です({bounds})", "停留所が地球外になったり、時間や運賃が負になったりします。", "数値を直してください(緯度と経度の取り違えがよくあります)。"),
)  # fmt: skip
KINDS = (INTEGER, FLOAT, RANGE)
_WHOLE = r"^[+-]?[0-9]+$"


def check(context: Context, report: Report) -> None:
    """Every column of numbers; enumerations are whole numbers too."""
    for at in fields_of(context, "integer", "enum", "float", "latitude", "longitude"):
        values = at.column.numbers
        if at.field.type in ("integer", "enum"):
            bad = ~at.column.text.str.contains(_WHOLE).to_numpy() & ~at.column.blank
            report_values(report, INTEGER, at, bad)
        else:
            bad = np.isnan(values) & ~at.column.blank
            report_values(report, FLOAT, at, bad)
        if at.field.type != "enum":
            _bounds(report, at, ~bad & ~at.column.blank)


def _bounds(report: Report, at: Typed, good: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> None:
    field, values = at.field, at.column.numbers
    bad = good & ((values < field.low) | (values > field.high))
    bounds = ">= 0" if field.low == 0 else f"{field.low:g} … {field.high:g}"
    if field.positive:
        bad, bounds = good & (values <= 0), "> 0"
    elif field.nonzero:
        bad, bounds = good & (values == 0), "≠ 0"
    if bad.any():
        report.rows(RANGE, at.table, at.column.rows(bad), field.name, bounds=bounds)
