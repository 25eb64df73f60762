"""The validator as the feed house asks for it."""

from __future__ import annotations

from datetime import date

from gtfs.errors import Severity
from gtfs.schedule.feed import Feed
from gtfs.validate import Profile, validate
from gtfs.validate.notice import Notice
from gtfs.validate.notice import Report as Judged
from gtfs.validate.realtime.runner import all_rules
from gtfs.validate.runner import all_kinds
from maas.feeds.ports import Finding, Report
from maas.feeds.where import Whereabouts

__all__ = ["Judge", "findings_of", "reasons"]

SAMPLES_MAX = 5


class Judge:
    """Implements `maas.feeds.ports.Validator` over `gtfs.validate`."""

    def judge(self, feed: Feed, profile: str, day: date) -> Report:
        """Run every rule of the profile; exact totals, a few samples."""
        report = validate(feed, today=day, profile=Profile(profile))
        return Report(
            report.total(Severity.ERROR), report.total(Severity.WARNING), report.total(Severity.INFO),
            findings_of(report, Whereabouts(feed)), profile,
        )  # fmt: skip


def findings_of(report: Judged, where: Whereabouts) -> tuple[Finding, ...]:
    """What a report found, each sample with its place on the map."""
    return tuple(_finding(notice, where) for notice in report.notices())


def reasons(code: str, lang: str) -> tuple[str, str]:
    """Why a finding matters to riders and how to mend it; empty for a code that is no longer judged."""
    kind = all_kinds().get(code) or next((r.kind for r in all_rules() if r.kind.code == code), None)
    if kind is None:
        return "", ""
    said = kind.words(lang)
    return said.why, said.mend


def _finding(notice: Notice, where: Whereabouts) -> Finding:
    samples = [
        {
            "file": s.file, "line": s.line, "field": s.field, "value": s.value,
            "message": {lang: s.message(notice.kind, lang) for lang in ("ja", "en")},
            "place": where.of(s.file, s.line, s.value),
        }
        for s in notice.samples[:SAMPLES_MAX]
    ]  # fmt: skip
    return Finding(notice.kind.code, notice.kind.severity.value, notice.total, samples)
