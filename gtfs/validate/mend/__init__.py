"""Mend what can be mended without guessing: a new feed comes back, the old one is never touched.

Each mend is a function from a feed's tables to what it changed. Anything that needs knowledge of the service
(a wrong time, a missing name) is left to people.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gtfs.schedule.feed import Feed
from gtfs.validate.mend.flex_drafts import mend_flex_drafts
from gtfs.validate.mend.japan import upgrade_to_v4
from gtfs.validate.mend.plain import mend_reading, remove_blanks, remove_unused_stations, sort_stop_times
from gtfs.validate.mend.translations import mend_translations

__all__ = ["Change", "Mended", "mend"]


@dataclass(frozen=True, slots=True)
class Change:
    """What was done to a file, how often, in two languages."""

    file: str
    count: int
    en: str
    ja: str


@dataclass(frozen=True, slots=True)
class Mended:
    """The new feed and what is different in it."""

    feed: Feed
    changes: tuple[Change, ...]


def mend(feed: Feed, profile: str = "gtfs") -> Mended:
    """A copy of the feed with every safe mend; with `gtfs-jp-v4` also what that version lets one derive."""
    new = Feed(feed.source, dict(feed.tables), dict(feed.raw))
    changes: list[Change] = []

    def say(file: str, count: int, english: str, japanese: str) -> None:
        if count:
            changes.append(Change(file, count, english, japanese))

    mend_reading(feed.problems, say)
    steps: list[Callable[[Feed, Callable[[str, int, str, str], None]], None]] = [
        remove_blanks, mend_translations, mend_flex_drafts, remove_unused_stations, sort_stop_times,
    ]  # fmt: skip
    if profile == "gtfs-jp-v4":
        steps.append(upgrade_to_v4)
    for step in steps:
        step(new, say)
    return Mended(new, tuple(changes))
