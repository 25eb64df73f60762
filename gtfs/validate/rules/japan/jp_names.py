"""Names that GTFS-JP keeps for itself, files that it has given up, fields that it does not use."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.facts import JP_COLUMNS, JP_FILES, JP_UNUSED
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import INFO, WARNING, kind
from gtfs.validate.spec import specification

RESERVED = kind(
    "jp_reserved_name",
    WARNING,
    (
        "names beginning with jp are kept for GTFS-JP, which has no {value}",
        "A later version may give the name another meaning.",
        "Rename the file or column, e.g. with the name of your company before it.",
    ),
    (
        "jp で始まる名前は予約されています({value} は規格にありません)",
        "将来の版で別の意味になるおそれがあります。",
        "自社名を付けるなどして改名してください。",
    ),
)
OBSOLETE = kind(
    "jp_obsolete_file",
    INFO,
    (
        "{file} was given up with GTFS-JP v3; pattern_jp.txt took its place",
        "No app reads it any more.",
        "Move its rows to pattern_jp.txt, or leave it out.",
    ),
    (
        "{file} は第3版で廃止され pattern_jp.txt になりました",
        "読むアプリがありません。",
        "内容を pattern_jp.txt に移すか、外してください。",
    ),
)
UNUSED = kind(
    "jp_field_not_used", INFO,
    ("GTFS-JP does not use {field}", "Riders never see the value.", "Leave it empty; readings belong in translations.txt."),
    ("標準的なバス情報フォーマットでは {field} を使いません", "値は利用者に届きません。", "空にしてください。読み仮名は translations.txt に書きます。"),
)  # fmt: skip
KINDS = (RESERVED, OBSOLETE, UNUSED)
PROFILES = ("gtfs-jp-v3", "gtfs-jp-v4")


def check(context: Context, report: Report) -> None:
    """Files and columns of the feed."""
    known = specification()
    for table in context.tables:
        if table.name.startswith("jp"):
            report.add(RESERVED, table.file, value=table.file)
        if table.name == "routes_jp":
            report.add(OBSOLETE, table.file)
        own = (*JP_COLUMNS.get(table.name, ()), *JP_FILES.get(table.name, ()))
        for column in table.names:
            if (
                column.startswith("jp")
                and column not in own
                and column not in (known[table.name].fields if table.name in known else ())
            ):
                report.add(RESERVED, table.file, 1, column, column)
    if context.profile == "gtfs-jp-v4":
        for name, field in JP_UNUSED:
            table = context.table(name)
            report.rows(UNUSED, table, np.flatnonzero(table.given(field)), field)
