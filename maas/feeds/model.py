"""What the feed house speaks of: feeds, their versions, who acts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from maas.feeds.errors import NotYours

__all__ = ["About", "Actor", "Event", "FeedRecord", "Stored", "Version"]

FEED_ID = r"^[a-z0-9][a-z0-9-]*$"


class About(BaseModel):
    """What a publisher says of a feed; stands in the catalogue."""

    model_config = ConfigDict(extra="forbid")

    title: dict[str, str] = Field(description="language -> title; ja at least", min_length=1)
    description: dict[str, str] = {}
    publisher: str = ""
    publisher_url: str = ""
    licence: str = Field(default="CC-BY-4.0", description="name of the licence")
    licence_url: str = "https://creativecommons.org/licenses/by/4.0/"
    contact: str = ""
    profile: Annotated[str, Field(pattern=r"^(gtfs|gtfs-jp-v3|gtfs-jp-v4)$")] = "gtfs-jp-v4"
    keywords: list[str] = []


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in account and the organisations it publishes for; None: all (an administrator)."""

    id: str
    organisations: frozenset[str] | None = frozenset()

    @property
    def administrator(self) -> bool:
        """Whether it may do what takes an administrator."""
        return self.organisations is None

    def require(self, organisation: str) -> None:
        """Raise NotYours unless the account acts for the organisation."""
        if self.organisations is not None and organisation not in self.organisations:
            raise NotYours(f"you do not publish for {organisation!r}; sign in as one who does")


SYSTEM = Actor("system", None)


@dataclass(frozen=True, slots=True)
class FeedRecord:
    """One feed with what is live of it."""

    id: str
    organisation: str
    about: About
    in_planner: bool
    revision: int
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Version:
    """One state of a feed's files; never changes."""

    id: str
    feed_id: str
    number: int
    digest: str
    encoding: str
    created_at: datetime
    author: str
    reason: str
    source: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of files that were handed in. `new` is False where the same files stood there already."""

    version: Version
    new: bool


@dataclass(frozen=True, slots=True)
class Event:
    """Who did what."""

    seq: int
    at: datetime
    actor: str
    action: str
    detail: dict[str, Any]
