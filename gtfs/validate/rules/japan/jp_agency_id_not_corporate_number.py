"""Agencies that are not named by their corporate number."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind
from gtfs.validate.rules.japan._corporate import is_number

KIND = kind(
    "jp_agency_id_not_corporate_number",
    WARNING,
    (
        "the identifier is no corporate number of 13 digits",
        "The same company cannot be told from another across feeds.",
        "Use the company's corporate number, with _1, _2 … behind it where one company has several brands.",
    ),
    (
        "事業者 ID が13桁の法人番号ではありません",
        "他のフィードの同じ事業者と突き合わせられません。",
        "法人番号を使い、一社に複数ある場合は _1、_2 … を付けてください。",
    ),
)
PROFILES = ("gtfs-jp-v3",)


def check(context: Context, report: Report) -> None:
    """Agencies; v4 asks for an identifier only."""
    agency = context.table("agency")
    wrong = [row for row, text in enumerate(agency.texts("agency_id")) if text and not is_number(text)]
    report.rows(KIND, agency, wrong, "agency_id")
