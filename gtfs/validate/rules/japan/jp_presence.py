"""Files and values that GTFS-JP requires although GTFS does not."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.facts import JP_REQUIRED, JP_REQUIRED_FILES
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, WARNING, kind

FILE = kind(
    "jp_missing_file",
    ERROR,
    ("GTFS-JP requires {file}", "Japanese apps and journey planners do not take the feed.", "Add the file."),
    (
        "標準的なバス情報フォーマットでは {file} が必須です",
        "国内の経路検索事業者がフィードを受け付けません。",
        "ファイルを追加してください。",
    ),
)
FARES = kind(
    "jp_missing_fares",
    WARNING,
    (
        "GTFS-JP requires {file}, unless the fares are too complex for it",
        "Riders see no price.",
        "Add the fares, or state why they cannot be given.",
    ),
    (
        "運賃が複雑で表せない場合を除き {file} が必要です",
        "運賃が表示されません。",
        "運賃を追加してください。",
    ),
)
VALUE = kind(
    "jp_missing_value", ERROR,
    ("GTFS-JP requires a value of {field}", "Japanese apps and journey planners do not take the feed.", "Give it a value (`--fix` fills in what follows from the rest of the feed)."),
    ("標準的なバス情報フォーマットでは {field} が必須です", "国内の経路検索事業者がフィードを受け付けません。", "値を書いてください(フィードから分かるものは `--fix` で補えます)。"),
)  # fmt: skip
KINDS = (FILE, FARES, VALUE)
PROFILES = ("gtfs-jp-v3", "gtfs-jp-v4")


def check(context: Context, report: Report) -> None:
    """The lists of the profile; what GTFS itself requires is not said twice."""
    for name in JP_REQUIRED_FILES[context.profile]:
        if not context.table(name).exists:
            report.add(FARES if name == "fare_attributes" else FILE, f"{name}.txt")
    for name, fields in JP_REQUIRED[context.profile].items():
        table = context.table(name)
        for field in fields if table.names else ():
            if not table.has(field):
                report.add(VALUE, table.file, 1, field)
            elif field != "location_type":  # there the column must be, a blank value means 0
                report.rows(VALUE, table, np.flatnonzero(~table.given(field)), field)
