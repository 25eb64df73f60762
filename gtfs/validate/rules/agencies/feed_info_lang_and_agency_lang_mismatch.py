"""The feed's language against those of its agencies."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, kind

KIND = kind(
    "feed_info_lang_and_agency_lang_mismatch",
    WARNING,
    (
        "the agency's language is not the feed's, {expected}",
        "Names may be read aloud and sorted in the wrong language.",
        "Make the two the same, or write `mul` as feed_lang if the feed mixes languages.",
    ),
    (
        "事業者の言語がフィードの言語 {expected} と一致しません",
        "名称が誤った言語で読み上げられるおそれがあります。",
        "両者を揃えるか、複数言語のフィードなら feed_lang を mul にしてください。",
    ),
)
_MIXED = "mul"


def check(context: Context, report: Report) -> None:
    """Primary languages are compared: `ja` and `ja-JP` agree."""
    languages = [v for v in context.table("feed_info").texts("feed_lang") if v]
    if not languages or languages[0].lower() == _MIXED:
        return
    agency = context.table("agency")
    own = _primary(languages[0])
    wrong = [row for row, v in enumerate(agency.texts("agency_lang")) if v and _primary(v) != own]
    report.rows(KIND, agency, wrong, "agency_lang", expected=languages[0])


def _primary(tag: str) -> str:
    return tag.lower().partition("-")[0]
