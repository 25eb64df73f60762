"""The ledger's rules as SQLite triggers.

A message starts with `ledger:` and a code that `book.py` turns into an error.
A transfer row is inserted after its postings and seals them; the foreign key from postings is checked at
commit. BEFORE INSERT guards refuse an existing id or key because INSERT OR REPLACE would otherwise delete
the old row.
"""

from __future__ import annotations

_PENDING = """
SELECT p.account_id, p.layer,
       sum(CASE WHEN p.transfer_id = NEW.pending_id THEN p.amount_minor ELSE 0 END) AS held,
       sum(p.amount_minor) AS remaining
FROM ledger_posting p JOIN ledger_transfer t ON t.id = p.transfer_id
WHERE (t.id = NEW.pending_id OR t.pending_id = NEW.pending_id) AND p.layer <> 'posted'
GROUP BY p.account_id, p.layer
"""


def _refuse(table: str, verb: str) -> str:
    return f"""CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, 'ledger:immutable {table} is append-only'); END"""


STATEMENTS: tuple[str, ...] = (
    *(
        _refuse(t, v)
        for t in ("ledger_account", "ledger_transfer", "ledger_posting")
        for v in ("UPDATE", "DELETE")
    ),
    _refuse("ledger_balance", "DELETE"),
    """CREATE TRIGGER IF NOT EXISTS ledger_account_new BEFORE INSERT ON ledger_account
WHEN EXISTS (SELECT 1 FROM ledger_account WHERE id = NEW.id OR code = NEW.code)
BEGIN SELECT RAISE(ABORT, 'ledger:exists account'); END""",
    """CREATE TRIGGER IF NOT EXISTS ledger_account_opened AFTER INSERT ON ledger_account
BEGIN INSERT INTO ledger_balance VALUES (NEW.id, 0, NEW.floor_minor, 0, 0, 0); END""",
    """CREATE TRIGGER IF NOT EXISTS ledger_posting_new BEFORE INSERT ON ledger_posting
BEGIN
  SELECT RAISE(ABORT, 'ledger:sealed the transfer is already complete')
  WHERE EXISTS (SELECT 1 FROM ledger_transfer WHERE id = NEW.transfer_id);
  SELECT RAISE(ABORT, 'ledger:exists posting')
  WHERE EXISTS (SELECT 1 FROM ledger_posting WHERE transfer_id = NEW.transfer_id AND seq = NEW.seq);
END""",
    """CREATE TRIGGER IF NOT EXISTS ledger_posting_counted AFTER INSERT ON ledger_posting
BEGIN
  UPDATE ledger_balance SET
    posted_minor = posted_minor + CASE NEW.layer WHEN 'posted' THEN NEW.amount_minor ELSE 0 END,
    outgoing_minor = outgoing_minor + CASE NEW.layer WHEN 'outgoing' THEN NEW.amount_minor ELSE 0 END,
    incoming_minor = incoming_minor + CASE NEW.layer WHEN 'incoming' THEN NEW.amount_minor ELSE 0 END
  WHERE account_id = NEW.account_id AND shard = 0;
END""",
    """CREATE TRIGGER IF NOT EXISTS ledger_transfer_new BEFORE INSERT ON ledger_transfer
WHEN EXISTS (SELECT 1 FROM ledger_transfer WHERE id = NEW.id OR key = NEW.key)
BEGIN SELECT RAISE(ABORT, 'ledger:exists transfer'); END""",
    """CREATE TRIGGER IF NOT EXISTS ledger_transfer_sealed AFTER INSERT ON ledger_transfer
BEGIN
  SELECT RAISE(ABORT, 'ledger:unbalanced a transfer has at least two postings')
  WHERE (SELECT count(*) FROM ledger_posting WHERE transfer_id = NEW.id) < 2;
  SELECT RAISE(ABORT, 'ledger:unbalanced postings must sum to zero in each currency')
  WHERE EXISTS (SELECT 1 FROM ledger_posting p JOIN ledger_account a ON a.id = p.account_id
                WHERE p.transfer_id = NEW.id GROUP BY a.currency, p.layer = 'posted'
                HAVING sum(p.amount_minor) <> 0);
  SELECT RAISE(ABORT, 'ledger:layer postings are in a layer that this kind of transfer does not write')
  WHERE EXISTS (SELECT 1 FROM ledger_posting p WHERE p.transfer_id = NEW.id AND (
      (NEW.phase = 'posted' AND p.layer <> 'posted')
   OR (NEW.phase IN ('pending', 'void') AND p.layer = 'posted')
   OR (NEW.phase = 'pending' AND (p.layer = 'outgoing') <> (p.amount_minor < 0))));
END""",
    f"""CREATE TRIGGER IF NOT EXISTS ledger_transfer_resolved AFTER INSERT ON ledger_transfer
WHEN NEW.pending_id IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'ledger:notpending the transfer to resolve is not a pending one')
  WHERE NOT EXISTS (SELECT 1 FROM ledger_transfer WHERE id = NEW.pending_id AND phase = 'pending');
  SELECT RAISE(ABORT, 'ledger:notpending the pending transfer is already closed')
  WHERE EXISTS (SELECT 1 FROM ledger_transfer WHERE pending_id = NEW.pending_id AND closes AND id <> NEW.id);
  SELECT RAISE(ABORT, 'ledger:notpending more was released than is pending')
  WHERE EXISTS (SELECT 1 FROM ({_PENDING}) WHERE remaining * held < 0 OR abs(remaining) > abs(held)
                OR (NEW.closes AND remaining <> 0));
  SELECT RAISE(ABORT, 'ledger:notpending more was posted than was released')
  WHERE EXISTS (SELECT 1 FROM ledger_posting p WHERE p.transfer_id = NEW.id AND p.layer = 'posted' AND abs(
      (SELECT sum(q.amount_minor) FROM ledger_posting q WHERE q.transfer_id = NEW.id
       AND q.layer = 'posted' AND q.account_id = p.account_id)) > coalesce(abs(
      (SELECT sum(q.amount_minor) FROM ledger_posting q WHERE q.transfer_id = NEW.id
       AND q.account_id = p.account_id
       AND q.layer = CASE WHEN p.amount_minor < 0 THEN 'outgoing' ELSE 'incoming' END)
      ), 0));
END""",
)
