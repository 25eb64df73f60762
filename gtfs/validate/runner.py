"""Runs every rule of a profile over a feed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
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
from gtfs.schedule.ahead import MembersAhead
from gtfs.schedule.feed import Feed
from gtfs.validate import rules
from gtfs.validate.context import Context
from gtfs.validate.intake import intake
from gtfs.validate.notice import Kind, Report

__all__ = ["Profile", "Rule", "all_kinds", "all_rules", "judge", "validate"]

_FAILED = "runtime_exception_in_validator_error"
_SIDE_BY_SIDE_ROWS_MIN = 50_000
"""Below, threads would only wait for one another."""
_THREADS_MAX = 4


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


def judge(
    path: Path | str, *, today: date, profile: Profile = Profile.GTFS, files: MembersAhead | None = None
) -> Report:
    """Read the zip or folder at `path` and judge it. A container that cannot be opened is a finding too.

    `files` are its members if somebody has begun to unpack them already.
    """
    try:
        with ThreadPoolExecutor(1) as reader:
            reading = reader.submit(intake, path, files)
            all_rules()  # two hundred modules are imported meanwhile
            feed = reading.result()
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
    *rules, last = (
        rule for rule in all_rules() if profile in rule.profiles and (chosen is None or rule.code in chosen)
    )
    if sum(table.height for table in context.tables) < _SIDE_BY_SIDE_ROWS_MIN:
        for rule in rules:
            _run(rule, context, report)
    else:
        _side_by_side(rules, context, report)
    _run(last, context, report)
    return report


def _side_by_side(rules: Iterable[Rule], context: Context, report: Report) -> None:
    """Each rule writes its own notice only, so that they may run in any order, and two of them at once.

    Columns are coded first, large ones before small ones, then calls are ordered: most rules wait for these.
    """
    tables = sorted(context.tables, key=lambda table: -table.height)
    with ThreadPoolExecutor(min(os.cpu_count() or 1, _THREADS_MAX)) as pool:
        for table in tables:
            for name in table.names:
                pool.submit(table.column, name)
        pool.submit(lambda: context.calls)
        for rule in rules:
            pool.submit(_run, rule, context, report)


def _run(rule: Rule, context: Context, report: Report) -> None:
    try:
        rule.check(context, report)
    except Exception as error:
        context.failures.append((rule.code, f"{type(error).__name__}: {error}"))
