"""What can go wrong with settling: one tree below `maas.errors.UserError`.

UserError
└── SettlingError
    ├── NoReceipt       nothing was paid for that bundle, or nobody can issue receipts here
    ├── NoStatement     no account of yours has that name
    ├── NoPayee         the processor does not know that party
    ├── NotPaid         a month that is not over, or owes nothing; or the processor refused
    ├── BadCorrection   of nothing, or without a reason
    └── CorrectionRepeated  its key was used for another one
"""

from __future__ import annotations

from maas.errors import UserError

__all__ = [
    "BadCorrection", "CorrectionRepeated", "NoPayee", "NoReceipt", "NoStatement", "NotPaid", "SettlingError",
]  # fmt: skip


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


class NoPayee(SettlingError):
    """The processor cannot pay them yet."""

    status = 404
    slug = "no-payee"
    title = "The processor does not know this party"


class NotPaid(SettlingError):
    """Nothing can be paid."""

    status = 409
    slug = "not-paid"
    title = "Nothing can be paid"


class BadCorrection(SettlingError):
    """It corrects nothing, or does not say why."""

    status = 422
    slug = "bad-correction"
    title = "The correction cannot be meant"


class CorrectionRepeated(SettlingError):
    """The key was used for another correction."""

    status = 409
    slug = "key-reused"
    title = "The key stands for another correction"
