"""Names in capitals only, or in small letters only."""

from __future__ import annotations

import re

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, fields_of, kind, report_values

KIND = kind(
    "mixed_case_recommended_field",
    WARNING,
    (
        "the text is all in capitals or all in small letters",
        "It is harder to read, and screen readers spell it letter by letter.",
        "Write names as people do: Brighton Churchill Square.",
    ),
    (
        "全部が大文字または小文字です",
        "読みにくく、読み上げでは一文字ずつ読まれることがあります。",
        "Makuhari Messe のように大文字と小文字を使い分けてください。",
    ),
)
_WORD = re.compile(r"[^\W\d_]+")
_NUMBERED = re.compile(r"[\w-]*\d[\w-]*")
_ABBREVIATION_LETTERS_MAX = 4


def is_shouted(text: str) -> bool:
    """Whether the words of a text are all capitals or all small letters.

    Not judged are scripts without case, words with digits in them (train numbers), and a lone word of at most four
    letters (JR, AEON, BRT: names that are written so).
    """
    text = _NUMBERED.sub(" ", text)
    cased = [w for w in _WORD.findall(text) if w.lower() != w.upper()]
    letters = "".join(cased)
    if not letters or len(letters) <= _ABBREVIATION_LETTERS_MAX:
        return False
    whole = "".join(_WORD.findall(text))
    if any(c.lower() == c.upper() for c in whole):  # an abbreviation within a name of another script
        return False
    return letters == letters.upper() or letters == letters.lower()


def check(context: Context, report: Report) -> None:
    """Every column that riders read."""
    for at in fields_of(context, "text"):
        if at.field.mixed:
            texts = at.column.text
            letters = texts.str.contains("[A-Za-z\u00c0-\u024f]").to_list()
            bad = [cased and is_shouted(t) for cased, t in zip(letters, texts.to_list(), strict=True)]
            report_values(report, KIND, at, np.array(bad, np.bool_))
