"""The validator as the feed house asks for it."""

from __future__ import annotations

from datetime import date

from gtfs.errors import Severity
from gtfs.schedule.feed import Feed
from gtfs.validate import Profile, validate
from gtfs.validate.notice import Notice
from maas.feeds.ports import Finding, Report

__all__ = ["Judge"]

SAMPLES_MAX = 5


class Judge:
    """Implements `maas.feeds.ports.Validator` over `gtfs.validate`."""

    def judge(self, feed: Feed, profile: str, day: date) -> Report:
        """Run every rule of the profile; exact totals, a few samples."""
        report = validate(feed, today=day, profile=Profile(profile))
        return Report(
            report.total(Severity.ERROR), report.total(Severity.WARNING), report.total(Severity.INFO),
            tuple(_finding(n) for n in report.notices()), profile,
        )  # fmt: skip


def _finding(notice: Notice) -> Finding:
    samples = [
        {
            "file": s.file, "line": s.line, "field": s.field, "value": s.value,
            "message": {lang: s.message(notice.kind, lang) for lang in ("ja", "en")},
        }
        for s in notice.samples[:SAMPLES_MAX]
    ]  # fmt: skip
    return Finding(notice.kind.code, notice.kind.severity.value, notice.total, samples)
