"""Links that lead nowhere."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind, report_values
from gtfs.validate.rules.fields._addresses import is_url, uris

KIND = kind(
    "invalid_url",
    ERROR,
    (
        "not a full URL",
        "The link does nothing when a rider taps it.",
        "Begin it with https:// and give the host, e.g. https://example.jp/bus.",
    ),
    (
        "完全な URL ではありません",
        "利用者が押してもリンクが開きません。",
        "https://example.jp/bus のように https:// とホスト名から書いてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every column of URLs; what is no URI at all is `u_r_i_syntax_error`."""
    for at, faults in context.fact(uris):
        texts = at.column.text.to_list()
        bad = [bool(t) and not f and not is_url(t) for t, f in zip(texts, faults, strict=True)]
        report_values(report, KIND, at, np.array(bad, np.bool_))
