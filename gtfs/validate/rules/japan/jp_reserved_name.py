"""Names that GTFS-JP keeps for itself."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.facts import JP_COLUMNS, JP_FILES, JP_PROFILES
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind
from gtfs.validate.spec import specification

KIND = kind(
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
PROFILES = JP_PROFILES


def check(context: Context, report: Report) -> None:
    """Files and columns of the feed."""
    for table in context.tables:
        if table.name.startswith("jp"):
            report.add(KIND, table.file, value=table.file)
        spec = specification().get(table.name)
        own = (*JP_COLUMNS.get(table.name, ()), *JP_FILES.get(table.name, ()), *(spec.fields if spec else ()))
        for column in table.names:
            if column.startswith("jp") and column not in own:
                report.add(KIND, table.file, 1, column, column)
