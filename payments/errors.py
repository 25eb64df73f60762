"""What can go wrong with money: one tree, so that a caller can catch as much or as little as it means to.

```
PaymentsError
├── MoneyError              mixed currencies, a fraction of a yen, weights that cannot be split by
├── LedgerError
│   ├── AccountUnknown      no account with that code (or another currency than expected)
│   ├── Overdrawn           the account's floor would be broken; nothing was written
│   ├── Unbalanced          legs do not sum to zero in each currency
│   ├── KeyReused           the idempotency key was used before for something else
│   ├── NotPending          the pending transfer is unknown, already posted or voided, or too small
│   └── Immutable           a posted fact would have been changed
├── ProcessorError
│   ├── Declined            the issuer said no; ask for another card
│   ├── Unavailable         no answer: the outcome is UNKNOWN; repeat with the same key
│   ├── Refused             the request is wrong for the object's state (capture after void, refund too large)
│   └── BadSignature        a webhook that the processor did not sign, or signed too long ago
├── HoldError               the payment is not in a state that allows this
├── PointsError             a rule of the points scheme says no
├── FareError               a fare rule's configuration is wrong
└── SettlementError         a statement, invoice or bank file cannot be made or read
```

`TryAgain` (a lost race: repeat the whole transaction) is the database's own and stands outside the tree.
"""

from __future__ import annotations

from storage.errors import TryAgain

__all__ = [
    "AccountUnknown", "BadSignature", "Declined", "FareError", "HoldError", "Immutable", "KeyReused",
    "LedgerError", "MoneyError", "NotPending", "Overdrawn", "PaymentsError", "PointsError", "ProcessorError",
    "Refused", "SettlementError", "TryAgain", "Unavailable", "Unbalanced",
]  # fmt: skip


class PaymentsError(Exception):
    """Any refusal of this package; the message names what, the value, and what to do."""


class MoneyError(PaymentsError):
    """An amount or a split that cannot be right."""


class LedgerError(PaymentsError):
    """The ledger refused; nothing of the transaction may be committed."""


class AccountUnknown(LedgerError):
    """No account has this code."""


class Overdrawn(LedgerError):
    """The account's available balance would fall below its floor."""


class Unbalanced(LedgerError):
    """The legs do not sum to zero in each currency."""


class KeyReused(LedgerError):
    """The idempotency key belongs to a different transfer."""


class NotPending(LedgerError):
    """There is no open pending transfer to post or void, or less of it than asked for."""


class Immutable(LedgerError):
    """The database refused to change what has been posted."""


class ProcessorError(PaymentsError):
    """The payment processor did not do what was asked."""

    def __init__(self, message: str, *, code: str = "error") -> None:
        super().__init__(message)
        self.code = code


class Declined(ProcessorError):
    """The issuer refused the card (`code`: card_declined, insufficient_funds, expired_card, ...)."""


class Unavailable(ProcessorError):
    """No answer came: it may or may not have happened. Repeat with the same key to find out."""


class Refused(ProcessorError):
    """The request does not fit the state of what it names."""


class BadSignature(ProcessorError):
    """A webhook that cannot be trusted."""


class HoldError(PaymentsError):
    """The payment is in a state that does not allow this step."""


class PointsError(PaymentsError):
    """A rule of the points scheme refuses."""

    def __init__(self, message: str, *, code: str = "refused") -> None:
        super().__init__(message)
        self.code = code


class FareError(PaymentsError):
    """A fare rule that cannot be applied as configured."""


class SettlementError(PaymentsError):
    """A statement, invoice, payout or bank file that cannot be made or read."""
