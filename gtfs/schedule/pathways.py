"""`pathways.txt` and `levels.txt`: the ways within stations."""

from __future__ import annotations

import numpy as np

from gtfs.errors import Problem
from gtfs.model.schedule import NONE, Pathways, Stops
from gtfs.schedule.columns import Columns
from gtfs.schedule.feed import Feed

__all__ = ["read_pathways"]

_ENDS = ("from_stop_id", "to_stop_id")
_STATION = 1
_MODES = range(1, 8)


def read_pathways(feed: Feed, stops: Stops, problems: list[Problem]) -> Pathways:
    """The pathways between stops that the feed has; what cannot be used is reported and left out."""
    columns = Columns(feed, "pathways", problems)
    ends = [columns.index(name, stops.ids, "stops.stop_id") for name in _ENDS]
    mode = columns.small("pathway_mode", _MODES)
    keep = (ends[0] != NONE) & (ends[1] != NONE) & (mode != 0)
    for end, name in zip(ends, _ENDS, strict=True):
        at_station = (end != NONE) & (stops.location_type[end] == _STATION)
        message, fix = "a pathway cannot end at a station as a whole", "Name a platform, entrance or node"
        columns.report(at_station, name, message, fix)
        keep &= ~at_station
    level_of = _levels(feed, stops, problems)
    columns.keep(keep)
    begin, end = (index[keep] for index in ends)
    seconds = columns.integer("traversal_time", low=1)
    stairs = np.nan_to_num(columns.decimal("stair_count")).astype(np.int32)
    return Pathways(
        from_stop=begin,
        to_stop=end,
        mode=mode[keep],
        both=columns.small("is_bidirectional", (0, 1)),
        seconds=seconds,
        length_m=columns.decimal("length", 0.0),
        stairs=stairs,
        max_slope=columns.decimal("max_slope"),
        min_width_m=columns.decimal("min_width", 0.0),
        from_levels=tuple(level_of[k] for k in begin.tolist()),
        to_levels=tuple(level_of[k] for k in end.tolist()),
        signs=columns.texts("signposted_as"),
        back_signs=columns.texts("reversed_signposted_as"),
    )


def _levels(feed: Feed, stops: Stops, problems: list[Problem]) -> list[str]:
    """The name of each stop's level, "" where it has none."""
    columns = Columns(feed, "levels", problems)
    names = dict(zip(columns.texts("level_id"), columns.texts("level_name"), strict=True))
    names.pop("", None)
    rows = feed.table("stops")
    if "level_id" not in rows.columns or not names:
        return [""] * len(stops.ids)
    listed = zip(
        rows["stop_id"].str.strip_chars().to_list(), rows["level_id"].str.strip_chars().to_list(), strict=True
    )
    of = {stop: names.get(level or "", "") for stop, level in listed}
    return [of.get(stop, "") for stop in stops.ids]
