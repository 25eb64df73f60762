"""Translations that name their record in two ways."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind

KIND = kind(
    "translation_unexpected_value",
    ERROR,
    ("{field} must be empty here: {reason}", "Apps may ignore the translation.", "Leave the field empty."),
    (
        "ここでは {field} は空でなければなりません: {reason}",
        "翻訳が無視されるおそれがあります。",
        "値を空にしてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every row of `translations.txt` of the current form."""
    rows = context.table("translations")
    if not rows.has("table_name"):
        return
    names = np.array(rows.texts("table_name"), object)
    record, sub, value = (rows.given(n) for n in ("record_id", "record_sub_id", "field_value"))
    info = names == "feed_info"
    for field, bad, reason in (
        ("record_id", info & record, "feed_info"),
        ("record_sub_id", info & sub, "feed_info"),
        ("field_value", info & value, "feed_info"),
        ("field_value", ~info & value & record, "record_id"),
        ("record_sub_id", ~info & value & sub & ~record, "field_value"),
        ("record_sub_id", ~info & record & sub & (names != "stop_times"), "table_name"),
    ):
        report.rows(KIND, rows, np.flatnonzero(bad), field, reason=reason)
