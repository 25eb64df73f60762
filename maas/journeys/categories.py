"""What riders can say that they are, and what each category is called in the area's languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from gtfs.model.fares import RiderCategory, RiderKind
from gtfs.model.schedule import Schedule
from maas.area.open import Area

__all__ = ["RIDER_WORDS", "NamedCategory", "category_names", "named_categories"]

RIDER_WORDS: dict[RiderKind, dict[str, str]] = {
    "adult": {"ja": "大人", "en": "Adult", "zh": "成人", "ko": "성인"},
    "child": {"ja": "小児", "en": "Child", "zh": "儿童", "ko": "어린이"},
    "youth": {"ja": "青少年", "en": "Youth", "zh": "青少年", "ko": "청소년"},
    "student": {"ja": "学生", "en": "Student", "zh": "学生", "ko": "학생"},
    "senior": {"ja": "シニア", "en": "Senior", "zh": "老年人", "ko": "경로"},
}
"""By language, where the feed has no words of its own in it."""


@dataclass(frozen=True, slots=True)
class NamedCategory:
    """A category of a feed.

    `say` is what names it in `party.categories`: a word that every feed's own of its kind answers to, or its
    id where it has no kind or a feed tells several of that kind apart. `names`: language -> text; `""` is the
    feed's own.
    """

    category: RiderCategory
    say: str
    names: Mapping[str, str]


def named_categories(area: Area) -> list[NamedCategory]:
    """All categories of the feeds in use, each id once."""
    by_feed = area.fares.categories_by_feed()
    schedule = area.planner.network.schedule
    apart = {
        kind
        for categories in by_feed.values()
        for kind, count in Counter(one.kind for one in categories if not one.default).items()
        if count > 1
    } | {""}
    found: dict[str, NamedCategory] = {}
    for prefix, categories in by_feed.items():
        for one in categories:
            record = f"{prefix}:{one.id}" if prefix else one.id
            words = {} if one.kind == "" or one.kind in apart else RIDER_WORDS[one.kind]
            names = {**words, **_of_feed(schedule, record, one.name or one.id, area.manifest.languages)}
            found[one.id] = NamedCategory(one, one.id if one.kind in apart else one.kind, names)
    return list(found.values())


def category_names(area: Area, lang: str) -> dict[str, str]:
    """What `party.categories` may say (in lower case) -> what those riders are called in a language."""
    found: dict[str, str] = {kind: words.get(lang, words["en"]) for kind, words in RIDER_WORDS.items()}
    for one in named_categories(area):
        name = one.names.get(lang) or one.names[""]
        found[one.category.id.casefold()] = found[one.say.casefold()] = name
    return found


def _of_feed(schedule: Schedule, record: str, name: str, languages: list[str]) -> dict[str, str]:
    translated = {
        lang: schedule.translated("rider_categories", "rider_category_name", record, lang, "")
        for lang in languages
    }
    own = {"": name, schedule.feed_lang.split("-")[0].lower(): name}
    return {**own, **{lang: text for lang, text in translated.items() if text}}
