"""Parts of the collection that are no features."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.rules.zones._walk import WHY_EN, WHY_JA, report_faults

KIND = kind(
    "unsupported_feature_type",
    ERROR,
    ("each feature must be of type Feature", WHY_EN, 'Write "type": "Feature".'),
    ("各要素の type は Feature でなければなりません", WHY_JA, '"type": "Feature" と書いてください。'),
)


def check(context: Context, report: Report) -> None:
    """Every feature."""
    report_faults(context, report, KIND)
