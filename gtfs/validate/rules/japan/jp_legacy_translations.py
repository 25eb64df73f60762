"""Translations in the form of before 2019."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.facts import JP_PROFILES
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.rules.japan._translated import has_old_form

KIND = kind(
    "jp_legacy_translations",
    ERROR,
    (
        "translations.txt has the form of before 2019 (trans_id, lang, translation)",
        "Current apps show no reading and no foreign name.",
        "Rewrite it by table_name and field_name (`--fix` does so).",
    ),
    (
        "translations.txt が2019年以前の形式(trans_id, lang, translation)です",
        "現在のアプリでは読み仮名も外国語名も表示されません。",
        "table_name・field_name の形式に書き直してください(`--fix` で直せます)。",
    ),
)
PROFILES = JP_PROFILES


def check(context: Context, report: Report) -> None:
    """The header of `translations.txt`."""
    rows = context.table("translations")
    if has_old_form(rows):
        report.add(KIND, rows.file, 1, "trans_id")
