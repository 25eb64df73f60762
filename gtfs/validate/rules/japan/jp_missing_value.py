"""Values that GTFS-JP requires although GTFS does not."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.facts import JP_PROFILES, JP_REQUIRED
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind

KIND = kind(
    "jp_missing_value",
    ERROR,
    (
        "GTFS-JP requires a value of {field}",
        "Japanese apps and journey planners do not take the feed.",
        "Give it a value (`--fix` fills in what follows from the rest of the feed).",
    ),
    (
        "標準的なバス情報フォーマットでは {field} が必須です",
        "国内の経路検索事業者がフィードを受け付けません。",
        "値を書いてください(フィードから分かるものは `--fix` で補えます)。",
    ),
)
PROFILES = JP_PROFILES


def check(context: Context, report: Report) -> None:
    """The list of the profile; what GTFS itself requires is not said twice."""
    for name, fields in JP_REQUIRED[context.profile].items():
        table = context.table(name)
        for field in fields if table.names else ():
            if not table.has(field):
                report.add(KIND, table.file, 1, field)
            elif field != "location_type":  # there the column must be, a blank value means 0
                report.rows(KIND, table, np.flatnonzero(~table.given(field)), field)
