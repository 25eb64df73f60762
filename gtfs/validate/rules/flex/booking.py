"""Booking rules: each kind with its own fields."""

from __future__ import annotations

import numpy as np

from gtfs.model.schedule import I64
from gtfs.validate.context import Context
from gtfs.validate.notice import Kind, Report
from gtfs.validate.rules._common import ERROR, kind
from gtfs.validate.table import Table

_WHY_EN = "Riders are told a wrong time by which to book, or none."
_WHY_JA = "いつまでに予約すればよいかが誤って伝わるか、伝わりません。"


def _forbidden(code: str, english: str, japanese: str) -> Kind:
    return kind(
        code, ERROR,
        (f"{{field}} is forbidden {english}", _WHY_EN, "Leave the field empty, or change booking_type."),
        (f"{japanese} {{field}} は書けません", _WHY_JA, "値を空にするか、booking_type を直してください。"),
    )  # fmt: skip


def _missing(code: str, english: str, japanese: str) -> Kind:
    return kind(
        code, ERROR,
        (f"{{field}} is required {english}", _WHY_EN, "Give it a value."),
        (f"{japanese} {{field}} が必要です", _WHY_JA, "値を書いてください。"),
    )  # fmt: skip


REAL_TIME = _forbidden(
    "forbidden_real_time_booking_field_value",
    "for booking in real time (booking_type 0)",
    "即時予約(booking_type 0)には",
)
SAME_DAY = _forbidden(
    "forbidden_same_day_booking_field_value",
    "for booking on the day (booking_type 1)",
    "当日予約(booking_type 1)には",
)
PRIOR_DAY = _forbidden(
    "forbidden_prior_day_booking_field_value",
    "for booking days before (booking_type 2)",
    "前日以前の予約(booking_type 2)には",
)
START_DAY = _forbidden(
    "forbidden_prior_notice_start_day",
    "beside prior_notice_duration_max",
    "prior_notice_duration_max があるとき",
)
START_TIME = _forbidden(
    "forbidden_prior_notice_start_time", "without prior_notice_start_day", "prior_notice_start_day がないとき"
)
NO_MINIMUM = _missing(
    "missing_prior_notice_duration_min",
    "for booking on the day (booking_type 1)",
    "当日予約(booking_type 1)には",
)
NO_LAST_DAY = _missing(
    "missing_prior_notice_last_day",
    "for booking days before (booking_type 2)",
    "前日以前の予約(booking_type 2)には",
)
NO_LAST_TIME = _missing(
    "missing_prior_notice_last_time",
    "for booking days before (booking_type 2)",
    "前日以前の予約(booking_type 2)には",
)
NO_START_TIME = _missing(
    "missing_prior_notice_start_time", "beside prior_notice_start_day", "prior_notice_start_day があるとき"
)
MINIMUM = kind(
    "invalid_prior_notice_duration_min",
    ERROR,
    (
        "the latest time to book lies before the earliest ({maximum} minutes)",
        "Nobody can ever book the ride.",
        "Let prior_notice_duration_max be at least prior_notice_duration_min.",
    ),
    (
        "予約の締切が受付開始({maximum} 分前)より前です",
        "誰も予約できません。",
        "prior_notice_duration_max を prior_notice_duration_min 以上にしてください。",
    ),
)
LAST_AFTER = kind(
    "prior_notice_last_day_after_start_day", ERROR,
    ("the last day to book lies before the first ({start} days ahead)", "Nobody can ever book the ride.", "Let prior_notice_last_day be at most prior_notice_start_day."),
    ("予約の最終日が開始日({start} 日前)より前です", "誰も予約できません。", "prior_notice_last_day を prior_notice_start_day 以下にしてください。"),
)  # fmt: skip
KINDS = (
    REAL_TIME, SAME_DAY, PRIOR_DAY, START_DAY, START_TIME, NO_MINIMUM, NO_LAST_DAY, NO_LAST_TIME, NO_START_TIME, MINIMUM,
    LAST_AFTER,
)  # fmt: skip
_MIN, _MAX = "prior_notice_duration_min", "prior_notice_duration_max"
_LAST_DAY, _LAST_TIME = "prior_notice_last_day", "prior_notice_last_time"
_START_DAY, _START_TIME, _SERVICE = (
    "prior_notice_start_day",
    "prior_notice_start_time",
    "prior_notice_service_id",
)
_FORBIDDEN = (
    (0, REAL_TIME, (_MIN, _MAX, _LAST_DAY, _LAST_TIME, _START_DAY, _START_TIME, _SERVICE)),
    (1, SAME_DAY, (_LAST_DAY, _LAST_TIME, _SERVICE)),
    (2, PRIOR_DAY, (_MIN, _MAX)),
)


def check(context: Context, report: Report) -> None:
    """Every row of `booking_rules.txt` by its booking_type."""
    table = context.table("booking_rules")
    if not table.height:
        return
    types = table.choice("booking_type", -1)
    for number, kind_, names in _FORBIDDEN:
        for name in names:
            report.rows(kind_, table, np.flatnonzero((types == number) & table.given(name)), name)
    _conditions(table, types, report)
    numbers = {name: table.numbers(name) for name in (_MIN, _MAX, _LAST_DAY, _START_DAY)}
    early = (types == 1) & (numbers[_MAX] < numbers[_MIN])
    report.rows(MINIMUM, table, np.flatnonzero(early), _MIN, lambda row: {"maximum": table.text(row, _MAX)})
    late = numbers[_LAST_DAY] > numbers[_START_DAY]
    report.rows(
        LAST_AFTER, table, np.flatnonzero(late), _LAST_DAY, lambda row: {"start": table.text(row, _START_DAY)}
    )


def _conditions(table: Table, types: I64, report: Report) -> None:
    given = {name: table.given(name) for name in (_MIN, _MAX, _LAST_DAY, _LAST_TIME, _START_DAY, _START_TIME)}
    rules = (
        (NO_MINIMUM, _MIN, (types == 1) & ~given[_MIN]),
        (NO_LAST_DAY, _LAST_DAY, (types == 2) & ~given[_LAST_DAY]),
        (NO_LAST_TIME, _LAST_TIME, (types == 2) & ~given[_LAST_TIME]),
        (NO_START_TIME, _START_TIME, given[_START_DAY] & ~given[_START_TIME]),
        (START_DAY, _START_DAY, (types == 1) & given[_START_DAY] & given[_MAX]),
        (START_TIME, _START_TIME, (types != 0) & given[_START_TIME] & ~given[_START_DAY]),
    )
    for kind_, name, bad in rules:
        report.rows(kind_, table, np.flatnonzero(bad), name)
