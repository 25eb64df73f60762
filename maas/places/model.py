"""A place that a journey can start or end at."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class PlaceKind(StrEnum):
    """What sort of thing a place is."""

    STOP = "stop"
    ADDRESS = "address"
    DOCK = "dock"
    POI = "poi"
    COORDINATE = "coordinate"


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """One findable place. A station's platforms, or same-named stops near one another, are one place."""

    id: str
    kind: PlaceKind
    names: dict[str, str]  # BCP 47 language -> name; "" is the untranslated name
    lat: float  # degrees north, WGS 84
    lon: float  # degrees east
    category: str = ""  # clinic, hotel, rail, bus, …
    kana: str = ""  # reading, hiragana or katakana
    details: dict[str, str] = {}  # language -> one line that tells it from its namesakes
    stop_ids: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    weight: float = 1.0  # how likely it is meant, 0..1: a station before a stop before a dock

    def name(self, lang: str) -> str:
        """Name in `lang`, else the untranslated one."""
        return in_language(self.names, lang)

    def detail(self, lang: str) -> str:
        """Detail line in `lang`, else the untranslated one."""
        return in_language(self.details, lang)


def in_language(texts: dict[str, str], lang: str) -> str:
    """The text in `lang` (its script or region aside), else the untranslated one, else the first."""
    if not texts:
        return ""
    wanted = lang.lower()
    for tag, text in texts.items():
        if tag.lower() == wanted:
            return text
    for tag, text in texts.items():
        base = tag.lower()
        if wanted and base.split("-")[0] == wanted.split("-")[0] and "hrkt" not in base:
            return text
    return texts.get("", next(iter(texts.values())))
