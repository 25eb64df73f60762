"""Feeds and their versions as they cross the edge."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from gtfs.publish.changes import Change
from gtfs.publish.diff import TableDiff
from gtfs.publish.words import told
from maas.feeds.house import Difference
from maas.feeds.model import About, Event, FeedRecord, Stored, Version

__all__ = [
    "ChangeView", "DifferenceView", "EventView", "FeedIn", "FeedView", "ImportUrl", "StoredView",
    "TableDiffView", "VersionView",
]  # fmt: skip


class FeedIn(BaseModel):
    """A feed to be kept."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"id": "baybus", "organisation": "baybus", "about": {"title": {"ja": "ベイバス"}}}]
        },
    )

    id: str = Field(max_length=60, pattern=r"^[a-z0-9][a-z0-9-]*$", description="stands in addresses")
    organisation: str = Field(max_length=60, min_length=1, description="who publishes it")
    about: About
    in_planner: bool = Field(False, description="journeys here are planned with what is published of it")


class FeedChange(BaseModel):
    """What may change of a feed."""

    model_config = ConfigDict(extra="forbid")

    about: About
    in_planner: bool = False


class FeedView(BaseModel):
    """A feed."""

    id: str
    organisation: str
    about: About
    in_planner: bool
    revision: int
    created_at: datetime
    changed_at: datetime

    @classmethod
    def of(cls, record: FeedRecord) -> FeedView:
        """The view of a record."""
        return cls(
            id=record.id, organisation=record.organisation, about=record.about,
            in_planner=record.in_planner, revision=record.revision, created_at=record.created_at,
            changed_at=record.changed_at,
        )  # fmt: skip


class VersionView(BaseModel):
    """One state of a feed's files."""

    number: int
    digest: str = Field(description="SHA-256 of what its files hold")
    created_at: datetime
    author: str
    reason: str
    source: str
    facts: dict[str, Any] = Field(description="rows of each file, agencies, dates")

    @classmethod
    def of(cls, version: Version) -> VersionView:
        """The view of a version."""
        return cls(
            number=version.number, digest=version.digest, created_at=version.created_at,
            author=version.author, reason=version.reason, source=version.source, facts=version.facts,
        )  # fmt: skip


class StoredView(BaseModel):
    """What became of files that were handed in."""

    new: bool = Field(description="False where the last version holds just these files")
    version: VersionView

    @classmethod
    def of(cls, stored: Stored) -> StoredView:
        """The view of it."""
        return cls(new=stored.new, version=VersionView.of(stored.version))


class ImportUrl(BaseModel):
    """An address to fetch a feed from."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(max_length=2000, pattern=r"^https?://")
    reason: str = Field("", max_length=1000)
    encoding: str = Field("utf-8", max_length=20, pattern=r"^[A-Za-z0-9_-]+$")


class ImportedUrl(BaseModel):
    """What came of it."""

    changed: bool = Field(description="False where the address answered that nothing has changed")
    stored: StoredView | None = None


class RowChangeView(BaseModel):
    """One row that changed."""

    key: dict[str, str]
    fields: dict[str, tuple[str, str]] = Field(description="field -> before, after")


class TableDiffView(BaseModel):
    """What happened to one file; counts are exact, rows are the first of them."""

    file: str
    added: int
    removed: int
    changed: int
    columns_added: list[str]
    columns_removed: list[str]
    added_rows: list[dict[str, str]]
    removed_rows: list[dict[str, str]]
    changed_rows: list[RowChangeView]

    @classmethod
    def of(cls, diff: TableDiff) -> TableDiffView:
        """The view of it."""
        return cls.model_validate(asdict(diff))


class ChangeView(BaseModel):
    """What changes for riders."""

    kind: str
    id: str
    name: str
    text: str
    before: str
    after: str
    day_type: str | None
    direction: str
    count: int
    distance_m: int
    worse: bool = Field(description="riders lose something by it")

    @classmethod
    def of(cls, change: Change, lang: str) -> ChangeView:
        """The view of it, with its sentence in `lang`."""
        return cls(
            kind=change.kind, id=change.id, name=change.name, text=told(change, lang), before=change.before,
            after=change.after, day_type=change.day_type, direction=change.direction, count=change.count,
            distance_m=change.distance_m, worse=change.worse,
        )  # fmt: skip


class DifferenceView(BaseModel):
    """What lies between two versions."""

    changes: list[ChangeView]
    tables: list[TableDiffView]

    @classmethod
    def of(cls, difference: Difference, lang: str) -> DifferenceView:
        """The view of it."""
        return cls(
            changes=[ChangeView.of(c, lang) for c in difference.changes],
            tables=[TableDiffView.of(d) for d in difference.tables],
        )


class EventView(BaseModel):
    """Who did what."""

    seq: int
    at: datetime
    actor: str
    action: str
    detail: dict[str, Any]

    @classmethod
    def of(cls, event: Event) -> EventView:
        """The view of it."""
        return cls(seq=event.seq, at=event.at, actor=event.actor, action=event.action, detail=event.detail)
