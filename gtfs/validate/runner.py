"""Runs every rule of a profile over a feed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
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
from gtfs.validate import rules
from gtfs.validate.context import Context
from gtfs.validate.intake import intake
from gtfs.validate.notice import Kind, Report

__all__ = ["Profile", "Rule", "all_kinds", "all_rules", "judge", "validate"]

_FAILED = "runtime_exception_in_validator_error"


class Profile(StrEnum):
    """What a feed is held against."""

    GTFS = "gtfs"
    GTFS_JP_V3 = "gtfs-jp-v3"
    GTFS_JP_V4 = "gtfs-jp-v4"


class Rule(NamedTuple):
    """One module of `gtfs.validate.rules`: the kind it reports, its check, the profiles it belongs to.

    Module, rule and notice have one name: `gtfs/validate/rules/<area>/<code>.py`.
    """

    area: str
    kind: Kind
    check: Callable[[Context, Report], None]
    profiles: frozenset[str]

    @property
    def code(self) -> str:
        """Code of the notice."""
        return self.kind.code


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule there is, by area and code; last the one that tells which others failed."""
    found = sorted(_rules(rules), key=lambda rule: (rule.code == _FAILED, rule.area, rule.code))
    return tuple(found)


def _rules(package: ModuleType) -> Iterable[Rule]:
    for info in iter_modules(package.__path__):
        if info.name.startswith("_"):
            continue  # what the rules of an area share
        module = import_module(f"{package.__name__}.{info.name}")
        if info.ispkg:
            yield from _rules(module)
        else:
            profiles = frozenset(getattr(module, "PROFILES", tuple(Profile)))
            yield Rule(package.__name__.rpartition(".")[2], module.KIND, module.check, profiles)


def all_kinds() -> dict[str, Kind]:
    """Every kind of notice by code."""
    return {rule.code: rule.kind for rule in all_rules()}


def judge(path: Path | str, *, today: date, profile: Profile = Profile.GTFS) -> Report:
    """Read the zip or folder at `path` and judge it. A container that cannot be opened is a finding too."""
    try:
        feed = intake(path)
    except FeedError as error:
        refused = Feed(Path(path).name, {}, problems=[replace(p, code="i_o_error") for p in error.problems])
        return validate(refused, today=today, profile=profile, only=["i_o_error"])
    return validate(feed, today=today, profile=profile)


def validate(
    feed: Feed,
    *,
    today: date,
    profile: Profile = Profile.GTFS,
    only: Iterable[str] | None = None,
    findings: Iterable[Problem] = (),
) -> Report:
    """Judge a feed that is in memory. `only` names codes; `findings` are told beside `feed.problems`.

    A rule that fails is itself reported, as `runtime_exception_in_validator_error`, and the others go on.
    """
    report = Report(feed.source, profile)
    context = Context(feed, today, profile, findings)
    chosen = None if only is None else {*only, _FAILED}
    for rule in all_rules():
        if profile in rule.profiles and (chosen is None or rule.code in chosen):
            _run(rule, context, report)
    return report


def _run(rule: Rule, context: Context, report: Report) -> None:
    try:
        rule.check(context, report)
    except Exception as error:
        context.failures.append((rule.code, f"{type(error).__name__}: {error}"))
