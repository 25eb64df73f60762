"""Run every rule of a profile over a feed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import NamedTuple

from gtfs.errors import FeedError, Problem
from gtfs.schedule.feed import Feed
from gtfs.validate import rules, system
from gtfs.validate.context import Context
from gtfs.validate.intake import intake
from gtfs.validate.notice import Kind, Report

__all__ = ["Profile", "Rule", "all_kinds", "all_rules", "judge", "validate"]


class Profile(StrEnum):
    """What a feed is held against."""

    GTFS = "gtfs"
    GTFS_JP_V3 = "gtfs-jp-v3"
    GTFS_JP_V4 = "gtfs-jp-v4"


class Rule(NamedTuple):
    """One module of `gtfs.validate.rules`: the kinds it may report, its check, the profiles it belongs to."""

    name: str
    kinds: tuple[Kind, ...]
    check: Callable[[Context, Report], None]
    profiles: frozenset[str]


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule there is, in the order of their names."""
    return tuple(_rules(rules))


def _rules(package: ModuleType) -> Iterable[Rule]:
    for info in iter_modules(package.__path__):
        module = import_module(f"{package.__name__}.{info.name}")
        if info.ispkg:
            yield from _rules(module)
        elif not info.name.startswith("_"):
            profiles = frozenset(getattr(module, "PROFILES", tuple(Profile)))
            yield Rule(info.name, tuple(module.KINDS), module.check, profiles)


def all_kinds() -> dict[str, Kind]:
    """Every kind of notice by code."""
    kinds = {kind.code: kind for kind in system.KINDS}
    kinds.update({kind.code: kind for rule in all_rules() for kind in rule.kinds})
    return kinds


def judge(path: Path | str, *, today: date, profile: Profile = Profile.GTFS) -> Report:
    """Read the zip or folder at `path` and judge it. A container that cannot be opened is a finding too."""
    try:
        feed = intake(path)
    except FeedError as error:
        report = Report(Path(path).name, profile)
        for problem in error.problems:
            report.add(system.I_O_ERROR, problem.file, reason=problem.message, way=problem.fix)
        return report
    return validate(feed, today=today, profile=profile)


def validate(
    feed: Feed,
    *,
    today: date,
    profile: Profile = Profile.GTFS,
    only: Iterable[str] | None = None,
    findings: Iterable[Problem] = (),
) -> Report:
    """Judge a feed that is in memory. `only` names rules to run; `findings` are told beside `feed.problems`.

    A rule that fails is itself reported, as `runtime_exception_in_validator_error`, and the others go on.
    """
    report = Report(feed.source, profile)
    context = Context(feed, today, profile)
    chosen = None if only is None else frozenset(only)
    system.report_reading([*feed.problems, *findings], report)
    for rule in all_rules():
        if profile not in rule.profiles or (chosen is not None and rule.name not in chosen):
            continue
        try:
            rule.check(context, report)
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"
            report.add(system.RULE_FAILED, "", value=rule.name, rule=rule.name, reason=reason)
    return report
