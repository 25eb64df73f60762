"""Files in a folder, where apps find none."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind, report_problems
from gtfs.validate.rules.files._raw_names import in_folder

KIND = kind(
    "invalid_input_files_in_subfolder",
    ERROR,
    (
        "files of the feed lie in a folder: {value}",
        "Many apps find no feed at all in such a zip.",
        "Zip the files themselves, not the folder that holds them.",
    ),
    (
        "フィードのファイルがフォルダーの中にあります: {value}",
        "多くのアプリがフィードを見つけられません。",
        "フォルダーごとではなく、ファイルだけを ZIP にしてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """What the reader found, then members of the zip."""
    report_problems(context, report, KIND)
    for name in sorted(context.feed.raw):
        if in_folder(name):
            report.add(KIND, name, value=name)
