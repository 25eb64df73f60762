"""A file that is no collection of features."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.rules.zones._walk import WHY_EN, WHY_JA, report_faults

KIND = kind(
    "unsupported_geo_json_type",
    ERROR,
    ("the file must be a FeatureCollection", WHY_EN, "Put the features into one FeatureCollection."),
    ("FeatureCollection でなければなりません", WHY_JA, "全体を一つの FeatureCollection にしてください。"),
)


def check(context: Context, report: Report) -> None:
    """The type of the whole."""
    report_faults(context, report, KIND)
