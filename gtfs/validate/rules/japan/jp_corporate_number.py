"""Corporate numbers (法人番号) as agency identifiers."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind

NONE = kind(
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
DIGIT = kind(
    "jp_corporate_number_check_digit", WARNING,
    ("the first digit of the corporate number should be {digit}", "The number belongs to nobody: a slip of the pen.", "Correct the number by the register of the National Tax Agency."),
    ("法人番号の検査用数字(1桁目)は {digit} のはずです", "実在しない番号です。入力の誤りと思われます。", "国税庁法人番号公表サイトで確かめてください。"),
)  # fmt: skip
KINDS = (NONE, DIGIT)
PROFILES = ("gtfs-jp-v3", "gtfs-jp-v4")


def check_digit(rest: str) -> int:
    """First digit of a corporate number by the other twelve: 9 minus the weighted sum modulo 9.

    Weights are 1 and 2 in turn from the right (法人番号の指定等に関する省令 第2条).
    """
    total = sum(int(digit) * (1 + k % 2) for k, digit in enumerate(reversed(rest)))
    return 9 - total % 9


def check(context: Context, report: Report) -> None:
    """Agencies; v4 asks for an identifier only, so there a number of 13 digits alone is judged."""
    agency = context.table("agency")
    for row, text in enumerate(agency.texts("agency_id")):
        number = text.partition("_")[0]
        whole = len(number) == 13 and number.isascii() and number.isdigit()
        if text and not whole and context.profile == "gtfs-jp-v3":
            report.rows(NONE, agency, [row], "agency_id")
        elif whole and check_digit(number[1:]) != int(number[0]):
            report.rows(DIGIT, agency, [row], "agency_id", digit=check_digit(number[1:]))
