"""A timetable that does not reach through the next week."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import WARNING, day_text, kind
from gtfs.validate.table import NONE

KIND = kind(
    "trip_coverage_not_active_for_next7_days",
    WARNING,
    (
        "most trips run only {first} to {last}: the next seven days are not covered",
        "Riders who plan for next week find no service.",
        "Publish a feed whose timetable covers at least the next seven days.",
    ),
    (
        "大半の便は {first}〜{last} にしか運行せず、今後7日間を覆っていません",
        "来週の移動を計画できません。",
        "少なくとも今後7日間を含む時刻表を公開してください。",
    ),
)
_MOST = 0.75


def check(context: Context, report: Report) -> None:
    """Days on which most trips run, against today and the seven days after."""
    days, trips = context.services, context.table("trips")
    column = trips.column("service_id")
    number = column.spread(np.array([days.number.get(s, NONE) for s in column.text.to_list()], np.int64))
    counts = np.bincount(number[number >= 0], minlength=len(days.ids))
    per_day = counts @ days.active.astype(np.int64)
    if not per_day.any():
        return
    busy = np.flatnonzero(per_day >= _MOST * per_day.max()) + days.first
    if context.today_day < busy[0] or context.today_day + 7 > busy[-1]:
        report.add(KIND, "trips.txt", first=day_text(int(busy[0])), last=day_text(int(busy[-1])))
