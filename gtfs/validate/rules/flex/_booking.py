"""What the rules about booking share: their words, and the fields that come and go with the kind of booking."""

from __future__ import annotations

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Kind, Report
from gtfs.validate.rules._common import ERROR, kind

MINIMUM, MAXIMUM = "prior_notice_duration_min", "prior_notice_duration_max"
LAST_DAY, LAST_TIME = "prior_notice_last_day", "prior_notice_last_time"
START_DAY, START_TIME, SERVICE = (
    "prior_notice_start_day",
    "prior_notice_start_time",
    "prior_notice_service_id",
)
REAL_TIME, SAME_DAY, PRIOR_DAY = 0, 1, 2
WHY = (
    "Riders are told a wrong time by which to book, or none.",
    "いつまでに予約すればよいかが誤って伝わるか、伝わりません。",
)


def forbidden_kind(code: str, english: str, japanese: str) -> Kind:
    """A field that must be empty in the case named."""
    return kind(
        code, ERROR,
        (f"{{field}} is forbidden {english}", WHY[0], "Leave the field empty, or change booking_type."),
        (f"{japanese} {{field}} は書けません", WHY[1], "値を空にするか、booking_type を直してください。"),
    )  # fmt: skip


def missing_kind(code: str, english: str, japanese: str) -> Kind:
    """A field that must be given in the case named."""
    return kind(
        code, ERROR,
        (f"{{field}} is required {english}", WHY[0], "Give it a value."),
        (f"{japanese} {{field}} が必要です", WHY[1], "値を書いてください。"),
    )  # fmt: skip


def report_given(context: Context, report: Report, kind: Kind, booking: int, *fields: str) -> None:
    """Rules of one kind of booking that give a value of fields which belong to another."""
    table = context.table("booking_rules")
    of_kind = table.choice("booking_type", -1) == booking
    for field in fields:
        report.rows(kind, table, np.flatnonzero(of_kind & table.given(field)), field)


def report_lacking(context: Context, report: Report, kind: Kind, booking: int, field: str) -> None:
    """Rules of one kind of booking without a value of the field that it needs."""
    table = context.table("booking_rules")
    of_kind = table.choice("booking_type", -1) == booking
    report.rows(kind, table, np.flatnonzero(of_kind & ~table.given(field)), field)
