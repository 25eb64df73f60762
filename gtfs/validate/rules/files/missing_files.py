"""Files that must or should be there."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, WARNING, kind
from gtfs.validate.spec import specification
from gtfs.validate.system import EMPTY_FILE

REQUIRED = kind(
    "missing_required_file",
    ERROR,
    (
        "the feed has no {file}",
        "Without this file no app can plan a trip with the feed.",
        "Add the file at the top level of the zip.",
    ),
    (
        "{file} がありません",
        "このファイルがないと経路検索に使えません。",
        "ZIP の最上位にファイルを追加してください。",
    ),
)
CALENDARS = kind(
    "missing_calendar_and_calendar_date_files",
    ERROR,
    (
        "neither calendar.txt nor calendar_dates.txt says when the trips run",
        "No trip runs on any day.",
        "Add calendar.txt (weekly pattern) or calendar_dates.txt (single days).",
    ),
    (
        "calendar.txt も calendar_dates.txt もありません",
        "どの日にも便が走らないことになります。",
        "calendar.txt(曜日)か calendar_dates.txt(日付)を追加してください。",
    ),
)
RECOMMENDED = kind(
    "missing_recommended_file", WARNING,
    ("the feed has no {file}", "Riders cannot tell how current the timetable is, or whom to ask.", "Add the file with publisher, language, dates and version."),
    ("{file} がありません", "時刻表がいつの版か、問い合わせ先はどこかが分かりません。", "発行者・言語・有効期間・版を書いて追加してください。"),
)  # fmt: skip
KINDS = (REQUIRED, CALENDARS, RECOMMENDED, EMPTY_FILE)
ELEVATOR = 5


def check(context: Context, report: Report) -> None:
    """Presence by the reference, with the conditions on stops, feed_info and levels."""
    tables = specification()
    required = [name for name, spec in tables.items() if spec.presence == "required"]
    if not context.zones.exists:
        required.append("stops")
    if context.table("translations").height:
        required.append("feed_info")
    if (context.table("pathways").choice("pathway_mode") == ELEVATOR).any():
        required.append("levels")
    for name in required:
        table = context.table(name)
        if not table.exists:
            report.add(REQUIRED, table.file)
        elif not table.height and table.names:
            report.add(EMPTY_FILE, table.file, reason="no row below the header")
    if not context.table("calendar").exists and not context.table("calendar_dates").exists:
        report.add(CALENDARS, "calendar.txt")
    for name, spec in tables.items():
        if spec.presence == "recommended" and name not in required and not context.table(name).exists:
            report.add(RECOMMENDED, f"{name}.txt")
