"""Rules that failed: the others are judged all the same."""

from __future__ import annotations

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, kind

KIND = kind(
    "runtime_exception_in_validator_error",
    ERROR,
    (
        "the rule {rule} failed: {reason}",
        "What this rule looks for went unchecked in this feed.",
        "This is a fault of the validator: please report it with the feed.",
    ),
    (
        "規則 {rule} が失敗しました: {reason}",
        "この規則の検査は行われていません。",
        "検証プログラムの不具合です。フィードを添えて報告してください。",
    ),
)


def check(context: Context, report: Report) -> None:
    """Rules that raised; it runs after all others."""
    for rule, reason in sorted(context.failures):
        report.add(KIND, "", value=rule, rule=rule, reason=reason)
