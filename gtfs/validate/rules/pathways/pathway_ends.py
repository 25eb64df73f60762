"""What pathways may join."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, WARNING, kind

PLACE = kind(
    "pathway_to_wrong_location_type",
    ERROR,
    (
        "a pathway cannot end at a station",
        "The way through the station is broken off.",
        "Name a platform, entrance, node or boarding area of the station.",
    ),
    (
        "通路の端が駅そのものです",
        "駅の中の経路が途切れます。",
        "駅ののりば・出入口・通路点・乗車位置を書いてください。",
    ),
)
PLATFORM = kind(
    "pathway_to_platform_with_boarding_areas",
    ERROR,
    (
        "the platform has boarding areas: pathways must end at those",
        "The way to the boarding area is broken off.",
        "Name one of the boarding areas.",
    ),
    (
        "乗車位置のあるのりばに通路がつながっています",
        "乗車位置までの経路が途切れます。",
        "乗車位置を書いてください。",
    ),
)
OUTSIDE = kind(
    "pathway_to_stop_with_access_outside_of_station_pathways",
    ERROR,
    (
        "the stop is reached from the street (stop_access=1), not by pathways",
        "Riders are sent through the station for nothing.",
        "Remove the pathway, or set stop_access to 0.",
    ),
    (
        "道路から直接行ける停留所(stop_access=1)に通路があります",
        "駅の中を遠回りさせてしまいます。",
        "通路を削除するか、stop_access を 0 にしてください。",
    ),
)
LOOP = kind(
    "pathway_loop",
    WARNING,
    (
        "the pathway ends where it begins",
        "It leads nowhere; the way that was meant is missing.",
        "Correct one of its ends.",
    ),
    ("通路の両端が同じです", "どこにも行けず、本来の通路が欠けています。", "片方の端を直してください。"),
)
GATE = kind(
    "bidirectional_exit_gate",
    ERROR,
    (
        "an exit gate cannot be passed in both directions",
        "Riders are led in through a gate that only lets out.",
        "Set is_bidirectional to 0.",
    ),
    (
        "出場専用改札が双方向になっています",
        "出口専用の改札から入るよう案内してしまいます。",
        "is_bidirectional を 0 にしてください。",
    ),
)
LEVEL = kind(
    "missing_level_id", ERROR,
    ("the stop is joined by an elevator but is on no level", "Riders cannot be told to which floor to go.", "Give the stop its level_id, and the level in levels.txt."),
    ("エレベーターでつながるのに階が書かれていません", "何階へ行けばよいか案内できません。", "level_id を書き、levels.txt に階を追加してください。"),
)  # fmt: skip
KINDS = (PLACE, PLATFORM, OUTSIDE, LOOP, GATE, LEVEL)
ELEVATOR, EXIT_GATE = 5, 7


def check(context: Context, report: Report) -> None:
    """Both ends of every pathway."""
    table, stops = context.table("pathways"), context.table("stops")
    if not table.height:
        return
    kinds, parent = context.stops.kind, context.stops.parent
    boarded = np.zeros(stops.height + 1, np.bool_)
    boarded[parent[kinds == 4]] = True
    boarded[-1] = False
    outside = np.append((stops.choice("stop_access", -1) == 1) & (kinds == 0), False)
    mode = table.choice("pathway_mode", -1)
    in_elevator = np.zeros(stops.height + 1, np.bool_)
    for name in ("from_stop_id", "to_stop_id"):
        end = table.find(name, stops, "stop_id")
        own = np.append(kinds, -1)[end]
        report.rows(PLACE, table, np.flatnonzero(own == 1), name)
        report.rows(PLATFORM, table, np.flatnonzero((own == 0) & boarded[end]), name)
        report.rows(OUTSIDE, table, np.flatnonzero(outside[end]), name)
        in_elevator[end[mode == ELEVATOR]] = True
    ends = [table.texts(n) for n in ("from_stop_id", "to_stop_id")]
    loops = [row for row, (a, b) in enumerate(zip(*ends, strict=True)) if a and a == b]
    report.rows(LOOP, table, loops, "to_stop_id")
    both_ways = table.choice("is_bidirectional") == 1
    report.rows(GATE, table, np.flatnonzero((mode == EXIT_GATE) & both_ways), "is_bidirectional")
    report.rows(LEVEL, stops, np.flatnonzero(in_elevator[:-1] & ~stops.given("level_id")), "level_id")
