"""Drafts and their documents as they cross the edge."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from gtfs.authoring.readings import Proposal
from maas.feeds.drafts import Draft, Held
from maas.feeds.sheets import Proposed

__all__ = ["DocumentView", "DraftIn", "DraftView", "ProposedView", "ReadingView", "ReleaseIn", "ShapeView"]


class DraftIn(BaseModel):
    """A draft to begin."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field("", max_length=500, description="what it is for")
    base: int | None = Field(None, ge=1, description="the version it begins from; the latest if left out")


class ReleaseIn(BaseModel):
    """Why a draft becomes a version."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field("", max_length=1000)


class DraftView(BaseModel):
    """A draft."""

    id: str
    feed_id: str
    base: int | None
    title: str
    state: str
    revision: int
    author: str
    created_at: datetime
    changed_at: datetime

    @classmethod
    def of(cls, draft: Draft) -> DraftView:
        """The view of it."""
        return cls(
            id=draft.id, feed_id=draft.feed_id, base=None if draft.base is None else draft.base.number,
            title=draft.title, state=draft.state, revision=draft.revision, author=draft.author,
            created_at=draft.created_at, changed_at=draft.changed_at,
        )  # fmt: skip


class DocumentView(BaseModel):
    """A document; its tag is its ETag."""

    kind: str
    key: str
    content: dict[str, Any]
    tag: str
    author: str = Field(description="empty where it stands so in the base version")

    @classmethod
    def of(cls, held: Held) -> DocumentView:
        """The view of it."""
        return cls(kind=held.kind, key=held.key, content=held.content, tag=held.tag, author=held.author)


class ReadingView(BaseModel):
    """A reading proposed for a name; a clerk has the last word."""

    name: str
    kana: str
    romaji: str
    english: str
    source: str = Field(description="feed: known; kana: needs none; dictionary: to be checked")

    @classmethod
    def of(cls, proposal: Proposal) -> ReadingView:
        """The view of it."""
        return cls(
            name=proposal.name, kana=proposal.kana, romaji=proposal.romaji, english=proposal.english,
            source=proposal.source,
        )  # fmt: skip


class ProposedView(BaseModel):
    """A document read from a sheet, to be looked at and put with the tag given."""

    kind: str
    key: str
    content: dict[str, Any]
    tag: str | None = Field(description="of what stands there now: send it as If-Match; null: it is new")
    notes: list[str]

    @classmethod
    def of(cls, proposed: Proposed) -> ProposedView:
        """The view of it."""
        return cls(
            kind=proposed.kind, key=proposed.key, content=proposed.content, tag=proposed.tag,
            notes=list(proposed.notes),
        )  # fmt: skip


class ShapeView(BaseModel):
    """A way along the streets from stop to stop."""

    points: list[tuple[float, float]] = Field(description="(lat, lon)")
    distance_m: float
    straight: list[tuple[str, str]] = Field(description="pairs of stops that no street joins on the map")
