"""Which location belongs to which."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, INFO, kind

WITHOUT = kind(
    "location_without_parent_station",
    ERROR,
    (
        "an entrance, node or boarding area belongs to no station",
        "The way through the station cannot be shown.",
        "Name its station (for a boarding area its platform) in parent_station.",
    ),
    (
        "出入口・通路点・乗車位置が駅に属していません",
        "駅の中の経路を案内できません。",
        "parent_station に駅(乗車位置ならのりば)を書いてください。",
    ),
)
STATION = kind(
    "station_with_parent_station",
    ERROR,
    (
        "a station cannot belong to another location",
        "Apps drop the station or mix up the two.",
        "Leave parent_station empty for stations.",
    ),
    (
        "駅に親の駅が指定されています",
        "駅が無視されるか混同されます。",
        "駅の parent_station は空にしてください。",
    ),
)
WRONG = kind(
    "wrong_parent_location_type",
    ERROR,
    (
        "it belongs to a location of type {actual} where type {expected} is needed",
        "Platforms and entrances are not grouped, so riders are sent to the wrong place.",
        "Name a station as parent (for boarding areas a platform).",
    ),
    (
        "親の種別が {actual} です({expected} が必要)",
        "のりばや出入口が正しくまとまらず、誤った場所に案内されます。",
        "親には駅(乗車位置ならのりば)を指定してください。",
    ),
)
PLATFORM = kind(
    "platform_without_parent_station",
    INFO,
    (
        "a stop with a platform code belongs to no station",
        "Riders see a platform number, but not of which station.",
        "Name the station in parent_station, or leave platform_code empty.",
    ),
    (
        "のりば番号のある停留所が駅に属していません",
        "どの駅ののりばか分かりません。",
        "parent_station に駅を書くか、platform_code を空にしてください。",
    ),
)
UNUSED = kind(
    "unused_station", INFO,
    ("no stop belongs to the station", "Riders find a station where nothing departs.", "Name it in parent_station of its stops, or remove it (`--fix` does so)."),
    ("どの停留所にも属されていない駅です", "何も発着しない駅が検索に出ます。", "停留所の parent_station に書くか、削除してください(`--fix` で直せます)。"),
)  # fmt: skip
KINDS = (WITHOUT, STATION, WRONG, PLATFORM, UNUSED)
_NEEDED = {0: 1, 2: 1, 3: 1, 4: 0}


def check(context: Context, report: Report) -> None:
    """Parents by the table of the reference."""
    stops = context.table("stops")
    kinds, parent = context.stops.kind, context.stops.parent
    given = stops.given("parent_station")
    report.rows(WITHOUT, stops, np.flatnonzero(np.isin(kinds, (2, 3, 4)) & ~given), "parent_station")
    report.rows(STATION, stops, np.flatnonzero((kinds == 1) & given), "parent_station")
    own = np.append(kinds, -1)[parent]
    wrong = np.zeros(stops.height, np.bool_)
    for child, needed in _NEEDED.items():
        wrong |= (kinds == child) & (parent >= 0) & (own != needed)
    report.rows(
        WRONG, stops, np.flatnonzero(wrong), "parent_station",
        lambda row: {"actual": int(own[row]), "expected": _NEEDED[int(kinds[row])]},
    )  # fmt: skip
    lonely = (kinds == 0) & stops.given("platform_code") & ~given
    report.rows(PLATFORM, stops, np.flatnonzero(lonely), "platform_code")
    used = np.zeros(stops.height + 1, np.bool_)
    used[parent] = True
    report.rows(UNUSED, stops, np.flatnonzero((kinds == 1) & ~used[:-1]), "stop_id")
