"""Files that GTFS does not know."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.facts import JP_FILES, JP_PROFILES
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import INFO, kind, report_problems
from gtfs.validate.rules.files._raw_names import TOP_LEVEL, in_folder
from gtfs.validate.spec import specification

KIND = kind(
    "unknown_file",
    INFO,
    (
        "{file} is no file of GTFS",
        "Riders never see what it holds; a misspelled name hides a whole table.",
        "Correct its name or leave it out.",
    ),
    (
        "{file} は GTFS のファイルではありません",
        "内容は利用者に届きません。名前の誤記なら表全体が隠れます。",
        "名前を直すか、フィードから外してください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Names against the reference; the Japanese profiles know their own files too."""
    report_problems(context, report, KIND)
    for name in sorted(context.feed.raw):
        if name not in TOP_LEVEL and not in_folder(name):
            report.add(KIND, name)
    known = {*specification(), *(JP_FILES if context.profile in JP_PROFILES else ())}
    for table in context.tables:
        if table.name not in known:
            report.add(KIND, table.file)
