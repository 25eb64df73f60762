"""A file that is no JSON."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.rules.zones._walk import WHY_EN, WHY_JA, report_faults

KIND = kind(
    "malformed_json",
    ERROR,
    ("the file is no JSON: {reason}", WHY_EN, "Correct the place named, or export the file again."),
    ("JSON として読めません: {reason}", WHY_JA, "示された箇所を直すか、書き出し直してください。"),
)


def check(context: Context, report: Report) -> None:
    """The file as a whole."""
    report_faults(context, report, KIND)
