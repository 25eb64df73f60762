"""Readings proposed for names: kana that the feed or a dictionary knows, rōmaji and English made of them.

A proposal, not a fact: place names are read in ways that no dictionary knows, so each says where it comes
from, and a clerk has the last word. Readings that the same feed gives elsewhere come first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jaconv

__all__ = ["Proposal", "propose", "romaji"]

_KANA_ONLY = re.compile(r"[\u3041-\u3096\u30a1-\u30fc・ー\s　]+")
_KANJI = re.compile(r"[\u3005\u3400-\u9fff]")
_ENGLISH = (
    ("駅前", "Station"), ("駅", "Station"), ("公園", "Park"), ("小学校", "Elementary School"),
    ("中学校", "Junior High School"), ("高校", "High School"), ("高等学校", "High School"),
    ("大学", "University"),
    ("病院", "Hospital"), ("市役所", "City Hall"), ("区役所", "Ward Office"), ("図書館", "Library"),
    ("郵便局", "Post Office"), ("警察署", "Police Station"), ("神社", "Shrine"), ("入口", "Entrance"),
    ("北口", "North Exit"), ("南口", "South Exit"), ("東口", "East Exit"), ("西口", "West Exit"),
    ("橋", "Bridge"),
    ("団地", "Housing Complex"), ("公民館", "Community Center"), ("体育館", "Gymnasium"), ("空港", "Airport"),
)  # fmt: skip
_MACRONS = (("ou", "o"), ("oo", "o"), ("uu", "u"))


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a name may be in kana, rōmaji and English. `source`: feed, kana (it needs none), dictionary."""

    name: str
    kana: str
    romaji: str
    english: str
    source: str


def propose(name: str, known: Mapping[str, str] | None = None) -> Proposal:
    """A proposal for a name; `known` maps names to readings that are certain (from the feed itself)."""
    plain = unicodedata.normalize("NFKC", name).strip()
    kana, source = (known or {}).get(name, ""), "feed"
    if not kana:
        kana, source = _read(plain, known or {})
    return Proposal(name, kana, romaji(kana), _english(plain, kana, known or {}), source)


def _read(name: str, known: Mapping[str, str]) -> tuple[str, str]:
    if _KANA_ONLY.fullmatch(name):
        return jaconv.kata2hira(name), "kana"
    kana, rest, sure = "", name, True
    while rest:
        part = next((k for k in range(len(rest), 1, -1) if rest[:k] in known), 0)
        if part:
            kana, rest = kana + known[rest[:part]], rest[part:]
            continue
        cut = next((k for k in range(1, len(rest)) if any(rest[k:].startswith(n) for n in known)), len(rest))
        kana, sure = kana + _dictionary(rest[:cut]), False
        rest = rest[cut:]
    return kana, "feed" if sure else "dictionary"


@lru_cache(maxsize=1)
def _tokenizer() -> Any:
    from sudachipy import Dictionary

    return Dictionary(dict="small").tokenizer()


def _dictionary(text: str) -> str:
    found = []
    for word in _tokenizer().tokenize(text):
        reading = word.reading_form()
        usable = reading and reading != "キゴウ" and _KANA_ONLY.fullmatch(reading)
        found.append(reading if usable else word.surface())
    return str(jaconv.kata2hira("".join(found)))


def romaji(kana: str) -> str:
    """Hepburn without marks for long vowels, as on station signs: `Kaihimmakuhari` is written with n here."""
    text = jaconv.kana2alphabet(jaconv.kata2hira(kana)).replace("-", "").replace("ー", "")
    for long, short in _MACRONS:
        text = text.replace(long, short)
    return str(text[:1].upper() + text[1:])


def _english(name: str, kana: str, known: Mapping[str, str]) -> str:
    for suffix, word in sorted(_ENGLISH, key=lambda p: -len(p[0])):
        if name.endswith(suffix) and len(name) > len(suffix):
            stem = name.removesuffix(suffix)
            stem_kana = known.get(stem) or _read(stem, known)[0]
            return f"{romaji(stem_kana)} {word}" if _KANJI.search(stem) else f"{stem} {word}"
    return romaji(kana) if _KANJI.search(name) or _KANA_ONLY.fullmatch(name) else name
