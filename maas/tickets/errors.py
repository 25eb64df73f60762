"""What can go wrong with tickets: one tree below `maas.errors.UserError`, so that edges need not know it.

UserError
└── TicketError
    ├── UnknownTicket       no ticket of yours has that id
    ├── BadTicket           text that is no ticket, or that nobody whose key we have has signed
    └── BadReader           a reader's folder without keys, or that cannot be read
"""

from __future__ import annotations

from maas.errors import UserError

__all__ = ["BadReader", "BadTicket", "TicketError", "UnknownTicket"]


class TicketError(UserError):
    """A refusal of this package."""


class UnknownTicket(TicketError):
    """Nothing of yours has that id."""

    status = 404
    slug = "unknown-ticket"
    title = "There is no such ticket"


class BadTicket(TicketError):
    """Not a ticket, or forged. `code`: not_a_ticket, unknown_key, forged."""

    status = 422
    slug = "bad-ticket"
    title = "This is not a ticket of ours"

    def __init__(self, message: str, *, code: str = "not_a_ticket") -> None:
        super().__init__(message)
        self.code = code


class BadReader(TicketError):
    """A reader that is not set up."""

    slug = "bad-reader"
    title = "This reader is not set up"
