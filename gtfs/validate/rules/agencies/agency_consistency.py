"""Several agencies in one feed: one time zone, one language, an identifier each."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, WARNING, kind
from gtfs.validate.rules.fields.missing_values import RECOMMENDED
from gtfs.validate.rules.files.missing_columns import RECOMMENDED as RECOMMENDED_COLUMN

ZONE = kind(
    "inconsistent_agency_timezone",
    ERROR,
    (
        "another time zone than {expected} of the first agency",
        "Departures of one of the agencies are shown hours off.",
        "Give all agencies of the feed the same time zone, or publish them apart.",
    ),
    (
        "最初の事業者のタイムゾーン {expected} と異なります",
        "片方の事業者の時刻が何時間もずれて表示されます。",
        "同じフィードの事業者は同じタイムゾーンにするか、フィードを分けてください。",
    ),
)
LANGUAGE = kind(
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
IDENTIFIER = kind(
    "missing_required_agency_id", ERROR,
    ("with several agencies in the feed {field} must have a value", "Riders cannot tell who runs the line, whom to call or what it costs.", "Name the agency by its agency_id."),
    ("事業者が複数あるため {field} に値が必要です", "どの事業者の路線・運賃か分からなくなります。", "事業者の agency_id を書いてください。"),
)  # fmt: skip
KINDS = (ZONE, LANGUAGE, IDENTIFIER, RECOMMENDED, RECOMMENDED_COLUMN)


def check(context: Context, report: Report) -> None:
    """Agencies against the first one; `agency_id` wherever there are several."""
    agency = context.table("agency")
    for field, kind_ in (("agency_timezone", ZONE), ("agency_lang", LANGUAGE)):
        values = agency.texts(field)
        given = [v for v in values if v]
        wrong = [row for row, v in enumerate(values) if v and v != given[0]]
        report.rows(kind_, agency, wrong, field, expected=given[0] if given else "")
    several = agency.height > 1
    if several:
        report.rows(IDENTIFIER, agency, np.flatnonzero(~agency.given("agency_id")), "agency_id")
    for name in ("routes", "fare_attributes"):
        table = context.table(name)
        missing = np.flatnonzero(~table.given("agency_id"))
        if several:
            report.rows(IDENTIFIER, table, missing, "agency_id")
        elif table.has("agency_id"):
            report.rows(RECOMMENDED, table, missing, "agency_id")
        elif table.names:
            report.add(RECOMMENDED_COLUMN, table.file, 1, "agency_id")
