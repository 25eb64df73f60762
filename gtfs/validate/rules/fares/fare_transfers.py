"""Rules of fares from leg to leg."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Kind, Report
from gtfs.validate.rules._common import ERROR, kind

_WHY_EN = "Riders are shown a wrong price for a journey with a change, or none."
_WHY_JA = "乗り継ぎの運賃が誤って表示されるか、表示されません。"


def _rule(code: str, en: tuple[str, str], ja: tuple[str, str]) -> Kind:
    return kind(code, ERROR, (en[0], _WHY_EN, en[1]), (ja[0], _WHY_JA, ja[1]))


WITHOUT_LIMIT = _rule(
    "fare_transfer_rule_duration_limit_type_without_duration_limit",
    (
        "duration_limit_type is given but no duration_limit",
        "Give the limit in seconds, or leave the type empty.",
    ),
    (
        "duration_limit がないのに duration_limit_type があります",
        "制限時間を秒で書くか、種別を空にしてください。",
    ),
)
WITHOUT_TYPE = _rule(
    "fare_transfer_rule_duration_limit_without_type",
    ("duration_limit is given but no duration_limit_type", "Say between which events the time counts."),
    (
        "duration_limit があるのに duration_limit_type がありません",
        "どこからどこまでの時間かを書いてください。",
    ),
)
COUNT = _rule(
    "fare_transfer_rule_invalid_transfer_count",
    ("transfer_count must be -1 or at least 1", "Write -1 for no limit, or the number of changes."),
    ("transfer_count は -1 か 1 以上です", "無制限なら -1、そうでなければ回数を書いてください。"),
)
FORBIDDEN = _rule(
    "fare_transfer_rule_with_forbidden_transfer_count",
    ("transfer_count is forbidden between different leg groups", "Leave it empty."),
    ("異なる区間グループの間に transfer_count は書けません", "空にしてください。"),
)
MISSING = _rule(
    "fare_transfer_rule_without_transfer_count",
    ("transfer_count is required within one leg group", "Write -1 for no limit, or the number of changes."),
    ("同じ区間グループ内では transfer_count が必要です", "無制限なら -1、そうでなければ回数を書いてください。"),
)  # fmt: skip
KINDS = (WITHOUT_LIMIT, WITHOUT_TYPE, COUNT, FORBIDDEN, MISSING)


def check(context: Context, report: Report) -> None:
    """Every row of `fare_transfer_rules.txt`."""
    table = context.table("fare_transfer_rules")
    if not table.height:
        return
    limit, type_, counted = (
        table.given(n) for n in ("duration_limit", "duration_limit_type", "transfer_count")
    )
    report.rows(WITHOUT_LIMIT, table, np.flatnonzero(type_ & ~limit), "duration_limit_type")
    report.rows(WITHOUT_TYPE, table, np.flatnonzero(limit & ~type_), "duration_limit")
    count = table.numbers("transfer_count")
    report.rows(COUNT, table, np.flatnonzero((count < -1) | (count == 0)), "transfer_count")
    groups = zip(table.texts("from_leg_group_id"), table.texts("to_leg_group_id"), strict=True)
    same = np.array([a == b for a, b in groups], np.bool_)
    named = table.given("from_leg_group_id")
    report.rows(FORBIDDEN, table, np.flatnonzero(counted & ~same), "transfer_count")
    report.rows(MISSING, table, np.flatnonzero(~counted & same & named), "transfer_count")
