"""What can go wrong with fares: one tree below `maas.errors.UserError`, so that edges need not know it.

UserError
└── FaresError
    ├── UnknownPass         no product or pass of yours has that id
    ├── PassState           the pass is not in a state that allows this
    └── NotEarned           the rule does not take claims like this one
"""

from __future__ import annotations

from maas.errors import UserError

__all__ = ["FaresError", "NotEarned", "PassState", "UnknownPass"]


class FaresError(UserError):
    """A refusal of this package."""


class UnknownPass(FaresError):
    """Nothing of yours has that id."""

    status = 404
    slug = "unknown-pass"
    title = "There is no such pass"


class PassState(FaresError):
    """The state of the pass does not allow this."""

    status = 409
    slug = "pass-state"
    title = "The pass does not allow this"


class NotEarned(FaresError):
    """The rule asks for another witness."""

    status = 403
    slug = "not-earned"
    title = "These points are granted by somebody else"
