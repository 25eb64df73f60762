"""What riders call a route."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, WARNING, kind

MISSING = kind(
    "route_both_short_and_long_name_missing",
    ERROR,
    (
        "the route has neither a short nor a long name",
        "Riders cannot tell which bus to take.",
        "Give route_short_name, route_long_name or both.",
    ),
    (
        "路線の名称がありません",
        "どのバスに乗ればよいか分かりません。",
        "route_short_name か route_long_name を書いてください。",
    ),
)
CONTAINS = kind(
    "route_long_name_contains_short_name",
    WARNING,
    (
        "the long name begins with the short name {short}",
        "Apps that show both say it twice: “10 10 Messe Line”.",
        "Leave the short name out of the long one.",
    ),
    (
        "正式名称が系統番号 {short} で始まっています",
        "「10 10 メッセ線」のように二重に表示されます。",
        "route_long_name から系統番号を外してください。",
    ),
)
LONG = kind(
    "route_short_name_too_long",
    WARNING,
    (
        "the short name has more than {limit} characters",
        "It is cut off on signs and maps.",
        "Shorten it, or make it the long name.",
    ),
    (
        "系統番号が {limit} 文字を超えています",
        "表示や地図で途中で切れます。",
        "短くするか、route_long_name に移してください。",
    ),
)
SAME = kind(
    "same_name_and_description_for_route",
    WARNING,
    (
        "the description repeats the {name}",
        "It is read aloud twice and tells nothing new.",
        "Describe the route (“via the hospital, every 20 minutes”) or leave it empty.",
    ),
    (
        "説明が {name} と同じです",
        "同じ言葉が二度読まれるだけで役に立ちません。",
        "「病院経由、20分間隔」のように説明するか、空にしてください。",
    ),
)
TWICE = kind(
    "duplicate_route_name",
    WARNING,
    (
        "same names, type and agency as the route on line {first}",
        "Riders see two lines that they cannot tell apart; both directions belong in one route.",
        "Join the routes (use direction_id), or give them different names.",
    ),
    (
        "{first} 行目の路線と名称・種別・事業者が同じです",
        "区別のつかない路線が二つ表示されます。",
        "往復は一つの路線にまとめ direction_id で分けるか、名称を変えてください。",
    ),
)
LINK = kind(
    "same_route_and_agency_url", WARNING,
    ("the link of the route is that of the agency", "Who taps it finds nothing about the route.", "Link to a page about the route, or leave it empty."),
    ("路線のリンクが事業者のものと同じです", "押しても路線の情報がありません。", "路線のページを指すか、空にしてください。"),
)  # fmt: skip
KINDS = (MISSING, CONTAINS, LONG, SAME, TWICE, LINK)
SHORT_MAX = 12


def check(context: Context, report: Report) -> None:
    """Every row of `routes.txt`."""
    routes = context.table("routes")
    short, long_, said = (routes.texts(n) for n in ("route_short_name", "route_long_name", "route_desc"))
    report.rows(
        MISSING,
        routes,
        [r for r in range(routes.height) if not short[r] and not long_[r]],
        "route_short_name",
    )
    contains = [r for r in range(routes.height) if short[r] and _begins(long_[r].lower(), short[r].lower())]
    report.rows(CONTAINS, routes, contains, "route_long_name", lambda row: {"short": short[row]})
    report.rows(
        LONG,
        routes,
        [r for r, v in enumerate(short) if len(v) > SHORT_MAX],
        "route_short_name",
        limit=SHORT_MAX,
    )
    for field, values in (("route_short_name", short), ("route_long_name", long_)):
        same = [r for r in range(routes.height) if said[r] and said[r].lower() == values[r].lower()]
        report.rows(SAME, routes, same, "route_desc", name=field)
    own = {v.lower() for v in context.table("agency").texts("agency_url")} - {""}
    report.rows(
        LINK, routes, [r for r, v in enumerate(routes.texts("route_url")) if v.lower() in own], "route_url"
    )
    _twice(context, report, short, long_)


def _begins(long_: str, short: str) -> bool:
    """Whether the short name stands at the beginning of the long one as a word of its own."""
    rest = long_[len(short) :]
    return long_.startswith(short) and (not rest or rest[0] in " -–(\u3000(-")


def _twice(context: Context, report: Report, short: list[str], long_: list[str]) -> None:
    routes = context.table("routes")
    kinds = routes.choice("route_type", -1).tolist()
    agencies = routes.texts("agency_id")
    first: dict[tuple[str, str, int, str], int] = {}
    again: dict[int, int] = {}
    for row, key in enumerate(zip(short, long_, kinds, agencies, strict=True)):
        if key[0] or key[1]:
            before = first.setdefault(key, row)
            if before != row:
                again[row] = before
    report.rows(
        TWICE, routes, np.array(list(again), np.int64), "route_long_name" if any(long_) else "route_short_name",
        lambda row: {"first": routes.line(again[row])},
    )  # fmt: skip
