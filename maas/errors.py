"""The one root of errors that a person can mend; edges turn it into exit code 2 or a problem+json 4xx.

UserError
├── UnknownPlace          a text that no place matches
├── AreaError             an area folder that is missing, stale or broken
└── BadRequest            a value that contradicts itself or the area
"""

from __future__ import annotations

__all__ = ["AreaError", "BadRequest", "UnknownPlace", "UserError"]


class UserError(Exception):
    """Something the caller can put right; `str(error)` names the thing and the way out."""

    status = 400
    slug = "bad-request"
    title = "The request cannot be answered as it is"


class UnknownPlace(UserError):
    """No stop, address or point of interest matches the text."""

    status = 404
    slug = "unknown-place"
    title = "Unknown place"


class AreaError(UserError):
    """An area folder cannot be built or opened."""

    status = 503
    slug = "area-not-ready"
    title = "The area is not ready"


class BadRequest(UserError):
    """A value that is malformed, contradicts another one or lies outside the area."""
