"""Language codes that are none."""

from __future__ import annotations

import re

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.facts import LANGUAGES
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, fields_of, kind, report_values

KIND = kind(
    "invalid_language_code",
    ERROR,
    (
        "not a language code",
        "Names are read aloud and sorted in the wrong language; translations are not found.",
        "Write a BCP 47 code: ja, en, ja-Hrkt, zh-Hans.",
    ),
    (
        "言語コードではありません",
        "読み上げや翻訳が正しい言語で行われません。",
        "ja、en、ja-Hrkt、zh-Hans のような BCP 47 のコードを書いてください。",
    ),
)
_TAG = re.compile(
    r"(?P<language>[a-z]{2,3})(-[a-z]{3}){0,3}(-[a-z]{4})?(-([a-z]{2}|\d{3}))?(-([a-z0-9]{5,8}|\d[a-z0-9]{3}))*"
    r"(-[a-wyz0-9](-[a-z0-9]{2,8})+)*(-x(-[a-z0-9]{1,8})+)?",
    re.IGNORECASE | re.ASCII,
)


def is_language(text: str) -> bool:
    """Whether a text is a BCP 47 tag whose two-letter language exists (`jp` does not)."""
    match = _TAG.fullmatch(text)
    return match is not None and (len(match["language"]) == 3 or match["language"].lower() in LANGUAGES)


def check(context: Context, report: Report) -> None:
    """Every column of language codes."""
    for at in fields_of(context, "language"):
        good = np.array([is_language(t) for t in at.column.text.to_list()], np.bool_)
        report_values(report, KIND, at, ~good & ~at.column.blank)
