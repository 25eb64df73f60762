"""What can go wrong with feeds: one tree below `maas.errors.UserError`, so that edges need not know it.

```
UserError
└── FeedHouseError
    ├── UnknownFeed       no feed, version, draft, document or release has that id
    ├── Unreadable        what was handed in is no feed, or meant to harm
    ├── CannotFetch       an address that may not or cannot be fetched
    ├── EditConflict      somebody else changed it in the meantime; says what differs
    ├── VersionMissing    a change without saying what it is a change of
    ├── Refused           the state does not allow it: errors in the feed, a released draft
    ├── NotYours          the signed-in account does not act for that organisation
    └── BadDocument       a document that contradicts itself or the feed
```
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from maas.errors import UserError

__all__ = [
    "BadDocument", "CannotFetch", "EditConflict", "FeedHouseError", "NotYours", "Refused", "UnknownFeed",
    "Unreadable", "VersionMissing",
]  # fmt: skip


class FeedHouseError(UserError):
    """A refusal of this package. `more` goes into the problem document beside the text."""

    more: dict[str, Any] = {}  # noqa: RUF012 - read only; instances that have more set their own


class UnknownFeed(FeedHouseError):
    """Nothing has that id."""

    status = 404
    slug = "unknown-feed"
    title = "Unknown feed"


class Unreadable(FeedHouseError):
    """What was handed in cannot be read as a feed; the text names file, line and the way out."""

    status = 422
    slug = "unreadable-feed"
    title = "This is no feed that can be read"


class CannotFetch(FeedHouseError):
    """The address cannot be fetched, or may not be."""

    status = 422
    slug = "cannot-fetch"
    title = "The address cannot be fetched"


class EditConflict(FeedHouseError):
    """Somebody else changed it in the meantime; `differences` says what stands there now."""

    status = 412
    slug = "edit-conflict"
    title = "Somebody else changed it in the meantime"

    def __init__(self, message: str, current: Any = None, differences: Sequence[dict[str, Any]] = ()) -> None:
        super().__init__(message)
        self.more = {"current": current, "differences": list(differences)}


class VersionMissing(FeedHouseError):
    """A change must say what it is a change of."""

    status = 428
    slug = "version-missing"
    title = "Say which version you are changing"


class Refused(FeedHouseError):
    """The state of what is named does not allow this. `more` carries what stands in the way."""

    status = 409
    slug = "refused"
    title = "Its state does not allow this"

    def __init__(self, message: str, **more: Any) -> None:
        super().__init__(message)
        self.more = more


class NotYours(FeedHouseError):
    """The account does not act for the organisation of that feed."""

    status = 403
    slug = "not-your-feed"
    title = "Not your feed"


class BadDocument(FeedHouseError):
    """A document that cannot be meant; the text names the field, the value and the fix."""

    status = 422
    slug = "bad-document"
    title = "The document cannot be used"
