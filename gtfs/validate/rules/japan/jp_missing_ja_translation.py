"""Stops whose name is not among the Japanese ones."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind
from gtfs.validate.rules.japan._translated import report_untranslated

KIND = kind(
    "jp_missing_ja_translation",
    WARNING,
    (
        "the stop name has no row with language ja, which GTFS-JP v3 asks for",
        "Apps that look names up by language show none.",
        "Add a row with language ja, or publish by GTFS-JP v4.",
    ),
    (
        "停留所名に言語 ja の行がありません(第3版で必要)",
        "言語で名称を引くアプリで表示されません。",
        "言語 ja の行を追加するか、第4版で公開してください。",
    ),
)
PROFILES = ("gtfs-jp-v3",)


def check(context: Context, report: Report) -> None:
    """Names of stops and stations; v4 asks for no translation into the feed's own language."""
    report_untranslated(context, report, KIND, "ja")
