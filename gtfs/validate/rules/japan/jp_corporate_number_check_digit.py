"""Corporate numbers that belong to nobody."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.facts import JP_PROFILES
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind
from gtfs.validate.rules.japan._corporate import check_digit, is_number

KIND = kind(
    "jp_corporate_number_check_digit",
    WARNING,
    (
        "the first digit of the corporate number should be {digit}",
        "The number belongs to nobody: a slip of the pen.",
        "Correct the number by the register of the National Tax Agency.",
    ),
    (
        "法人番号の検査用数字(1桁目)は {digit} のはずです",
        "実在しない番号です。入力の誤りと思われます。",
        "国税庁法人番号公表サイトで確かめてください。",
    ),
)
PROFILES = JP_PROFILES


def check(context: Context, report: Report) -> None:
    """Agencies whose identifier has the form of a corporate number."""
    agency = context.table("agency")
    for row, text in enumerate(agency.texts("agency_id")):
        if is_number(text) and check_digit(text[1:13]) != int(text[0]):
            report.rows(KIND, agency, [row], "agency_id", digit=check_digit(text[1:13]))
