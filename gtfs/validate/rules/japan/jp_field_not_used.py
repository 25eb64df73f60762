"""Fields of GTFS that GTFS-JP does not use."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.facts import JP_UNUSED
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import INFO, kind

KIND = kind(
    "jp_field_not_used",
    INFO,
    (
        "GTFS-JP does not use {field}",
        "Riders never see the value.",
        "Leave it empty; readings belong in translations.txt.",
    ),
    (
        "標準的なバス情報フォーマットでは {field} を使いません",
        "値は利用者に届きません。",
        "空にしてください。読み仮名は translations.txt に書きます。",
    ),
)
PROFILES = ("gtfs-jp-v4",)


def check(context: Context, report: Report) -> None:
    """Values of the fields that v4 names."""
    for name, field in JP_UNUSED:
        table = context.table(name)
        report.rows(KIND, table, np.flatnonzero(table.given(field)), field)
