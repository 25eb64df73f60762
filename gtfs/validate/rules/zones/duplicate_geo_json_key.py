"""Zones that claim the same name."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.rules.zones._walk import FILE, faults

KIND = kind(
    "duplicate_geo_json_key",
    ERROR,
    (
        "feature {first} has this id already",
        "The service is offered in one of the two zones only.",
        "Give each feature an id of its own.",
    ),
    (
        "{first} 番目の要素と id が重複しています",
        "片方の区域でしかサービスが案内されません。",
        "要素ごとに別の id を付けてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Every feature; the first of a name is the one that counts."""
    for fault in context.fact(faults).get(KIND.code, ()):
        report.add(KIND, FILE, field=fault.field, value=fault.value, first=fault.more)
