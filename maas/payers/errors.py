"""What can go wrong with payers: one tree below `maas.errors.UserError`, so that edges need not know it.

UserError
└── PayerError
    ├── UnknownMethod       no saved card, or setup, of this account has that id
    └── NoMethod            the account has not saved a card yet
"""

from __future__ import annotations

from maas.errors import UserError

__all__ = ["NoMethod", "PayerError", "UnknownMethod"]


class PayerError(UserError):
    """A refusal of this package."""


class UnknownMethod(PayerError):
    """Nothing of this account has that id."""

    status = 404
    slug = "unknown-payment-method"
    title = "There is no such payment method"


class NoMethod(PayerError):
    """There is nothing to pay with."""

    status = 409
    slug = "no-payment-method"
    title = "Save a card first"
