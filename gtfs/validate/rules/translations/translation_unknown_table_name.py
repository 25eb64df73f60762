"""Translations of tables that have none."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind
from gtfs.validate.rules.translations._tables import KEYS

KIND = kind(
    "translation_unknown_table_name",
    WARNING,
    (
        "no table of this name can be translated",
        "The translation is never shown.",
        "Write agency, stops, routes, trips, stop_times, pathways, levels, feed_info or attributions.",
    ),
    (
        "この名前の表は翻訳できません",
        "翻訳が表示されません。",
        "agency、stops、routes、trips、stop_times、pathways、levels、feed_info、attributions のいずれかを書いてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every row of `translations.txt` of the current form."""
    rows = context.table("translations")
    unknown = [row for row, name in enumerate(rows.texts("table_name")) if name and name not in KEYS]
    report.rows(KIND, rows, unknown, "table_name")
