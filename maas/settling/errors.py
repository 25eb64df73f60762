"""What can go wrong with settling: one tree below `maas.errors.UserError`.

UserError
└── SettlingError
    ├── NoReceipt       nothing was paid for that bundle, or nobody can issue receipts here
    └── NoStatement     no account of yours has that name
"""

from __future__ import annotations

from maas.errors import UserError

__all__ = ["NoReceipt", "NoStatement", "SettlingError"]


class SettlingError(UserError):
    """A refusal of this package."""


class NoReceipt(SettlingError):
    """There is nothing to give a receipt for."""

    status = 404
    slug = "no-receipt"
    title = "There is no receipt"


class NoStatement(SettlingError):
    """No party of yours has that account."""

    status = 404
    slug = "no-statement"
    title = "There is no such statement"
