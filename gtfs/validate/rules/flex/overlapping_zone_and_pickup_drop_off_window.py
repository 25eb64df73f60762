"""Two rules for one place and time."""

from __future__ import annotations

import numpy as np

from gtfs.model.schedule import I64
from gtfs.validate.context import WINDOW_END, WINDOW_START, Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.values import WRONG

KIND = kind(
    "overlapping_zone_and_pickup_drop_off_window",
    ERROR,
    (
        "zone and window overlap those of line {line} of the same trip ({other})",
        "One place at one time has two rules for the ride.",
        "Let the windows follow one another, or draw the zones apart.",
    ),
    (
        "同じ便の {line} 行目({other})と区域・時間帯が重なっています",
        "同じ場所・時刻に二通りの決まりが当てはまります。",
        "時間帯をずらすか、区域を分けてください。",
    ),
)
PAIRS_MAX = 20_000


def check(context: Context, report: Report) -> None:
    """Pairs of rows of one trip with windows and zones in common, and pickup or drop-off at both.

    A zone or group twice in the same window is the pair of rows that travel within it needs.
    """
    if not context.zoned.any():
        return
    times, calls = context.table("stop_times"), context.calls
    begins, ends = times.seconds(WINDOW_START), times.seconds(WINDOW_END)
    usable = context.zoned & (begins > WRONG) & (ends > begins)
    use = times.choice("pickup_type"), times.choice("drop_off_type")
    group = calls.group
    picked = np.flatnonzero(usable[calls.rows])
    shapes = _Shapes(context)
    pairs = 0
    for k, first in enumerate(picked.tolist()):
        for second in picked[k + 1 :].tolist():
            if group[first] != group[second] or pairs >= PAIRS_MAX:
                break
            a, b = int(calls.rows[first]), int(calls.rows[second])
            same = begins[a] == begins[b] and ends[a] == ends[b]
            if begins[a] >= ends[b] or begins[b] >= ends[a] or not _same_use(use, a, b):
                continue
            pairs += 1
            names = [times.text(r, "location_id") or times.text(r, "location_group_id") for r in (a, b)]
            if (names[0] == names[1] and not same) or shapes.meet(names[0], names[1]):
                field = "location_id" if times.text(b, "location_id") else "location_group_id"
                report.rows(KIND, times, [b], field, line=times.line(a), other=names[0])


def _same_use(use: tuple[I64, I64], a: int, b: int) -> bool:
    return any(bool(kinds[a] == kinds[b] and kinds[a] != 1) for kinds in use)


class _Shapes:
    """Geometries of the zones, each read when first asked for."""

    def __init__(self, context: Context) -> None:
        self._features = {f.id: f.body for f in context.zones.features}
        self._known: dict[str, object] = {}

    def meet(self, a: str, b: str) -> bool:
        """Whether two different zones have an area in common."""
        if a == b:
            return False
        first, second = self._of(a), self._of(b)
        if first is None or second is None:
            return False
        return bool(first.intersects(second)) and not bool(first.touches(second))  # type: ignore[attr-defined]

    def _of(self, name: str) -> object:
        from shapely.errors import ShapelyError
        from shapely.geometry import shape

        if name not in self._known:
            try:
                found = shape(self._features[name]["geometry"])
                self._known[name] = found if found.is_valid else found.buffer(0)
            except (KeyError, TypeError, ValueError, AttributeError, IndexError, ShapelyError):
                self._known[name] = None
        return self._known[name]
