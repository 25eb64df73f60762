"""Runs every rule over a moment, or over a series of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import NamedTuple

from google.protobuf.message import DecodeError
from google.transit import gtfs_realtime_pb2 as pb

from gtfs.errors import FeedError, Problem
from gtfs.realtime.apply import Timetable
from gtfs.validate.notice import Kind, Report
from gtfs.validate.realtime import rules
from gtfs.validate.realtime.seen import Moment, Seen

__all__ = ["RealtimeRule", "all_rules", "judge", "moment_of"]


class RealtimeRule(NamedTuple):
    """One module of `gtfs.validate.realtime.rules`."""

    kind: Kind
    check: Callable[[Seen, Report], None]


@cache
def all_rules() -> tuple[RealtimeRule, ...]:
    """Every rule, in the order of their codes."""
    modules = (import_module(f"{rules.__name__}.{info.name}") for info in iter_modules(rules.__path__))
    return tuple(sorted((RealtimeRule(m.KIND, m.check) for m in modules), key=lambda rule: rule.kind.code))


def moment_of(messages: Sequence[tuple[str, bytes]]) -> Moment:
    """Messages by name, decoded. Raises FeedError naming the one that is none."""
    found = []
    for name, data in messages:
        try:
            found.append((name, pb.FeedMessage.FromString(data)))
        except DecodeError:
            message, fix = "no GTFS-Realtime message, or one that breaks off", "Fetch it again, whole"
            raise FeedError(name, [Problem(name, 0, "", "", message, fix)]) from None
    return Moment(tuple(found))


def judge(timetable: Timetable, moments: Sequence[tuple[Moment, int]], source: str = "realtime") -> Report:
    """Findings of moments that follow one another, each with the instant (POSIX) at which it was fetched."""
    report = Report(source, "gtfs-realtime")
    before: Moment | None = None
    for moment, now_s in moments:
        seen = Seen(timetable, moment, now_s, before)
        for rule in all_rules():
            rule.check(seen, report)
        before = moment
    return report
