"""Colours that are none."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, fields_of, kind, report_values

KIND = kind(
    "invalid_color",
    ERROR,
    (
        "not a colour",
        "The line is drawn in another colour than on the signs.",
        "Write six hexadecimal digits without #, e.g. 0039A6.",
    ),
    (
        "色の指定ではありません",
        "路線が案内表示と違う色で描かれます。",
        "# を付けず 0039A6 のように16進6桁で書いてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every column of colours."""
    for at in fields_of(context, "color"):
        bad = ~at.column.text.str.contains("^[0-9A-Fa-f]{6}$").to_numpy() & ~at.column.blank
        report_values(report, KIND, at, bad)
