"""The place index: exact and prefix matches first, then parts, then small typing errors.

Every place is entered under all spellings of all its names (`text.keys_of`). A query of several words asks
for places that contain each of them. Order: how well the text fits, then how likely the place is meant
(`Place.weight`), then how near it lies to the asker.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import msgspec
from rapidfuzz import process
from rapidfuzz.distance import OSA

from maas.places import text
from maas.places.model import Place, PlaceKind

_POSITION = re.compile(r"^\s*(-?\d{1,3}(?:\.\d+)?)\s*[,，、\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*$")
_SPACE = re.compile(r"[\s　]+")

_EXACT, _PREFIX, _PART = 1.0, 0.9, 0.7
_FUZZY_FLOOR = 0.74  # about one slip in four characters; below it strangers appear
_NEAR_M = 3_000.0  # distance at which nearness has lost half its say


Entry = tuple[Place, tuple[str, ...]]
"""A place and all its keys."""


@dataclass(frozen=True, slots=True)
class Found:
    """A match and how good it is, 0..1."""

    place: Place
    score: float


class _Entry(msgspec.Struct, frozen=True, array_like=True):
    place: Place
    keys: tuple[str, ...]


class _Table(NamedTuple):
    """One state of the index; never changed."""

    places: list[Place]
    by_id: dict[str, Place]
    by_stop: dict[str, Place]
    keys: list[str]
    owner: list[int]  # place of each key


def _table(entries: Sequence[Entry]) -> _Table:
    places = [place for place, _ in entries]
    pairs = [(key, i) for i, (_, keys) in enumerate(entries) for key in keys]
    return _Table(
        places,
        {place.id: place for place in places},
        {s: p for p in places for s in p.stop_ids},
        [key for key, _ in pairs],
        [i for _, i in pairs],
    )


def _entry(place: Place) -> Entry:
    return place, text.keys_of(*place.names.values(), *([place.kana] if place.kana else []))


class PlaceIndex:
    """Safe to share between threads: what changes is swapped as a whole."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._now = _table(entries)

    @property
    def places(self) -> list[Place]:
        """All places."""
        return self._now.places

    @classmethod
    def of(cls, places: Iterable[Place]) -> PlaceIndex:
        """Index places under every spelling of their names and readings."""
        return cls([_entry(place) for place in places])

    def replace_stops(self, stops: Iterable[Place]) -> None:
        """The stops of another timetable in the place of the present ones; all other places stay."""
        now = self._now
        kept = [
            (p, keys)
            for p, keys in zip(now.places, _keys_by_place(now), strict=True)
            if p.kind != PlaceKind.STOP
        ]
        self._now = _table([*map(_entry, stops), *kept])

    @classmethod
    def load(cls, path: Path) -> PlaceIndex:
        """Open what `save` wrote."""
        entries = msgspec.msgpack.decode(path.read_bytes(), type=list[_Entry])
        return cls([(e.place, e.keys) for e in entries])

    def save(self, path: Path) -> None:
        """Write places and their keys as MessagePack, so that opening folds nothing again."""
        now = self._now
        entries = [_Entry(p, keys) for p, keys in zip(now.places, _keys_by_place(now), strict=True)]
        path.write_bytes(msgspec.msgpack.encode(entries))

    def by_id(self, place_id: str) -> Place | None:
        """The place of an id that an earlier search returned."""
        return self._now.by_id.get(place_id)

    def by_stop(self, stop_id: str) -> Place | None:
        """The place that a stop or station belongs to."""
        return self._now.by_stop.get(stop_id)

    def search(self, query: str, *, limit: int = 8, near: tuple[float, float] | None = None) -> list[Found]:
        """Best matches for what was typed so far; `near` is (lat, lon) of the asker.

        A query of the form `lat,lon` answers that position itself.
        """
        position = parse_position(query)
        if position is not None:
            return [Found(at_position(*position), 1.0)]
        words = [text.queries_of(w) for w in _SPACE.split(query.strip())]
        words = [w for w in words if w]
        if not words:
            return []
        whole = text.queries_of(query)
        now = self._now
        scores = _match(now, whole)
        if len(words) > 1:
            for owner, score in _match_all(now, words).items():
                scores[owner] = max(score, scores.get(owner, 0.0))
        if sum(s >= _PART for s in scores.values()) < limit and min(map(len, whole)) >= 3:
            for owner, score in _match_roughly(now, whole).items():
                scores[owner] = max(score, scores.get(owner, 0.0))
        ranked = sorted(
            ((_rank(now.places[owner], score, near), owner) for owner, score in scores.items()),
            key=lambda found: (-found[0], found[1]),  # of equals the one that the source names first
        )
        return [Found(now.places[owner], rank) for rank, owner in ranked[:limit]]


def _keys_by_place(now: _Table) -> list[tuple[str, ...]]:
    keys: list[list[str]] = [[] for _ in now.places]
    for key, owner in zip(now.keys, now.owner, strict=True):
        keys[owner].append(key)
    return [tuple(k) for k in keys]


def _match(now: _Table, forms: tuple[str, ...]) -> dict[int, float]:
    """Exact, prefix and inner matches of any form; owner -> quality."""
    best: dict[int, float] = {}
    for penalty, form in enumerate(forms):
        for key, owner in zip(now.keys, now.owner, strict=True):
            if form not in key:
                continue
            if key == form:
                score = _EXACT
            else:
                share = len(form) / len(key)
                base = _PREFIX if key.startswith(form) else _PART
                score = base - 0.1 * (1.0 - share)
            score -= 0.01 * penalty
            if score > best.get(owner, 0.0):
                best[owner] = score
    return best


def _match_all(now: _Table, words: list[tuple[str, ...]]) -> dict[int, float]:
    """Places in which every word occurs."""
    found = [_match(now, forms) for forms in words]
    owners = set(found[0]).intersection(*found[1:])
    return {o: sum(f[o] for f in found) / len(found) - 0.05 for o in owners}


def _match_roughly(now: _Table, forms: tuple[str, ...]) -> dict[int, float]:
    """Optimal-string-alignment similarity to the key, or to its beginning while one still types."""
    best: dict[int, float] = {}
    for form in forms:
        heads = [key[: len(form)] for key in now.keys]
        for candidates, discount in ((now.keys, 0.0), (heads, 0.06)):
            for _, similarity, k in process.extract_iter(
                form,
                candidates,
                scorer=OSA.normalized_similarity,
                score_cutoff=_FUZZY_FLOOR,
                processor=None,
            ):
                score = _PART * similarity - discount
                owner = now.owner[k]
                if score > best.get(owner, 0.0):
                    best[owner] = score
    return best


def _rank(place: Place, score: float, near: tuple[float, float] | None) -> float:
    rank = 0.85 * score + 0.1 * place.weight
    if near is not None:
        metres = distance_m(near, (place.lat, place.lon))
        rank += 0.05 * _NEAR_M / (_NEAR_M + metres)
    return rank


def parse_position(query: str) -> tuple[float, float] | None:
    """(lat, lon) if the text is a pair of degrees such as `35.6483,140.0418`, else None."""
    match = _POSITION.match(query)
    if match is None:
        return None
    lat, lon = float(match[1]), float(match[2])
    return (lat, lon) if abs(lat) <= 90 and abs(lon) <= 180 else None


def at_position(lat: float, lon: float) -> Place:
    """A place that is nothing but a position."""
    return Place(
        id=f"at:{lat:.6f},{lon:.6f}",
        kind=PlaceKind.COORDINATE,
        names={"": f"{lat:.5f}, {lon:.5f}"},
        lat=lat,
        lon=lon,
    )


def distance_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Equirectangular distance: right to a per mille within a city."""
    x = math.radians(b[1] - a[1]) * math.cos(math.radians((a[0] + b[0]) / 2))
    return 6_371_000.0 * math.hypot(x, math.radians(b[0] - a[0]))
