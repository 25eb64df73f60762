"""The audit trail as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from maas.identity.audit import Anchor, Entry

__all__ = ["AnchorView", "AuditView", "VerifiedView", "entry_view"]


class AuditView(BaseModel):
    """Who did what to whom."""

    seq: int
    at: datetime
    actor: str
    on_behalf_of: str | None
    action: str
    subject: str
    detail: dict[str, Any]


class AnchorView(BaseModel):
    """The end of the trail; keep it elsewhere, and give it back when the trail is verified."""

    seq: int = Field(ge=0, lt=2**62)
    digest: str = Field(pattern=r"^([0-9a-f]{64})?$")

    def plain(self) -> Anchor:
        """As the domain has it."""
        return Anchor(self.seq, self.digest)


class VerifiedView(BaseModel):
    """The chain holds, over so many entries."""

    entries: int
    anchor: AnchorView


def entry_view(entry: Entry) -> AuditView:
    """The view."""
    return AuditView(
        seq=entry.seq, at=entry.at, actor=entry.actor, on_behalf_of=entry.on_behalf_of, action=entry.action,
        subject=entry.subject, detail=entry.detail,
    )  # fmt: skip
