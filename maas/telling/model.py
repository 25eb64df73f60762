"""A device that wants to be told, and what there is to tell."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import msgspec

__all__ = ["Device", "Facts", "News", "Pushed", "What"]


class What(StrEnum):
    """Kinds of news."""

    COMING = "coming"  # the vehicle is on its way: time to leave
    CHANGED = "changed"  # later, another one, or not at all
    SOON = "soon"  # a ticket is needed in half an hour


class Facts(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a text is made of: nothing of the rider, nothing but where and when. Names are by language."""

    place: dict[str, str] = {}
    at_ms: int = 0
    gone: bool = False  # it does not take place


@dataclass(frozen=True, slots=True)
class News:
    """Something to tell of one part of a bundle, once for each `mark`; worthless after `until_ms`."""

    bundle_id: str
    part: int
    what: What
    mark: str
    facts: Facts
    until_ms: int


@dataclass(frozen=True, slots=True)
class Device:
    """Where a browser takes messages, and the keys that only it can open them with (base64url)."""

    endpoint: str
    p256dh: str
    auth: str
    language: str = "ja"


class Pushed(StrEnum):
    """What became of a message."""

    TAKEN = "taken"
    GONE = "gone"  # the device does not want them any more
    LATER = "later"  # the push service cannot now
