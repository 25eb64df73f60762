"""Agencies of one feed in several languages."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind
from gtfs.validate.rules.agencies._others import report_others

KIND = kind(
    "inconsistent_agency_lang",
    WARNING,
    (
        "another language than {expected} of the first agency",
        "Names may be read aloud in the wrong language.",
        "Give all agencies the same language, and the others by translations.txt.",
    ),
    (
        "最初の事業者の言語 {expected} と異なります",
        "名称が誤った言語で読み上げられるおそれがあります。",
        "言語を揃え、他の言語は translations.txt に書いてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Each agency against the first one."""
    report_others(context, report, KIND, "agency_lang")
