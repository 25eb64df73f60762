"""Stops, zones and location groups share one space of names."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind

KIND = kind(
    "duplicate_geography_id",
    ERROR,
    (
        "the identifier is also one of {other}",
        "A ride is offered at the wrong place: the stop instead of the zone.",
        "Give the zone or group an identifier of its own.",
    ),
    (
        "{other} にも同じ識別子があります",
        "停留所と区域が取り違えられ、誤った場所に案内されます。",
        "区域またはグループに別の識別子を付けてください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Groups against stops, zones against both."""
    stops = {v for v in context.table("stops").texts("stop_id") if v} if context.zones.exists else None
    groups = context.table("location_groups")
    if groups.height and stops is None:
        stops = set(context.table("stops").texts("stop_id")) - {""}
    names = groups.texts("location_group_id")
    clash = [row for row, v in enumerate(names) if stops and v in stops]
    report.rows(KIND, groups, clash, "location_group_id", other="stops.txt")
    for feature in context.zones.features:
        for other, ids in (("stops.txt", stops or set()), ("location_groups.txt", set(names))):
            if feature.id and feature.id in ids:
                report.add(KIND, "locations.geojson", field="id", value=feature.id, other=other)
