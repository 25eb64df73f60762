"""Links that cannot be parsed at all."""

from __future__ import annotations

from functools import partial

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, Typed, kind
from gtfs.validate.rules.fields._addresses import uris

KIND = kind(
    "u_r_i_syntax_error",
    ERROR,
    (
        "not written as a URL can be: {reason}",
        "The link does nothing when a rider taps it.",
        "Escape blanks and special characters (%20), and check the brackets.",
    ),
    (
        "URL の書き方として誤りです: {reason}",
        "利用者が押してもリンクが開きません。",
        "空白や特殊文字を %20 のように書き、括弧を確かめてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every column of URLs."""
    for at, faults in context.fact(uris):
        rows = at.column.rows(np.array([bool(f) for f in faults], np.bool_))
        report.rows(KIND, at.table, rows, at.field.name, partial(_said, at, faults))


def _said(at: Typed, faults: list[str], row: int) -> dict[str, object]:
    return {"reason": faults[at.column.codes[row]]}
