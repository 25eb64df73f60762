"""A double-entry ledger whose rules the database itself enforces, the same on SQLite and PostgreSQL.

A *transfer* is one event: two or more *postings* (account, layer, amount) that sum to zero in each
currency. Amounts are credit-positive: a payable to an operator grows with +, the processor's clearing
account goes negative as money is collected. Three layers: `posted` (facts), `outgoing` and `incoming` (what
a pending transfer has reserved).

Rules, and what in the database keeps them:

- postings of a transfer sum to zero in each currency: a trigger on the transfer row, which is
  written last and seals it;
- no posting without a transfer, none added after sealing: a deferred foreign key, a trigger on postings;
- nothing posted is changed or removed: triggers on UPDATE, DELETE and TRUNCATE;
- a pending transfer is closed at most once, never for more than was pending: a trigger, a unique index;
- `posted + outgoing >= floor` for accounts that have a floor: a CHECK on balances, which triggers keep;
- one transfer per idempotency key, with the same content behind it: a unique key, a digest.
"""

from payments.ledger.book import Ledger
from payments.ledger.model import Account, Balance, Entry, Leg, Resolution, Transfer, TransferState

__all__ = ["Account", "Balance", "Entry", "Ledger", "Leg", "Resolution", "Transfer", "TransferState"]
