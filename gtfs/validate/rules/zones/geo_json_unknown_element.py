"""Elements that GTFS does not know."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import INFO, kind
from gtfs.validate.rules.zones._walk import report_faults

KIND = kind(
    "geo_json_unknown_element",
    INFO,
    (
        "GTFS knows no element {field} here",
        "Riders never see what it holds.",
        "Correct the name, or keep it if a consumer of yours reads it.",
    ),
    (
        "ここに {field} という要素は GTFS にありません",
        "内容は利用者に届きません。",
        "名前を直してください。独自の利用者がいるなら残して構いません。",
    ),
)


def check(context: Context, report: Report) -> None:
    """The collection, its features, their properties."""
    report_faults(context, report, KIND)
