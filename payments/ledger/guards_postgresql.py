"""The ledger's rules as PostgreSQL triggers: set-based, one firing per statement, so that batches stay fast.

A transfer row is inserted after its postings and seals them; the foreign key from postings is checked at
commit. Messages start with `ledger:` and a code, as on SQLite.
"""

from __future__ import annotations

SHARDS = 16

# plpgsql keeps one plan for these queries for as long as the connection lives, made perhaps when the
# tables were empty. So the plan is not left to choice: new rows first, and for each (LATERAL ...
# OFFSET 0) an index look-up.
_PLAN = "SET enable_seqscan = off SET jit = off"
_POSTINGS = "LATERAL (SELECT * FROM ledger_posting WHERE transfer_id = f.id OFFSET 0) p"

_FUNCTIONS: tuple[str, ...] = (
    """CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'ledger:immutable % is append-only', TG_TABLE_NAME; END $$""",
    """CREATE OR REPLACE FUNCTION ledger_balance_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF pg_trigger_depth() < 2 THEN
    RAISE EXCEPTION 'ledger:immutable ledger_balance is kept by postings alone';
  END IF;
  RETURN NEW;
END $$""",
    """CREATE OR REPLACE FUNCTION ledger_account_opened() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO ledger_balance VALUES (NEW.id, 0, NEW.floor_minor, 0, 0, 0);
  RETURN NULL;
END $$""",
    f"""CREATE OR REPLACE FUNCTION ledger_posting_counted() RETURNS trigger LANGUAGE plpgsql
{_PLAN} AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM fresh f WHERE (SELECT true FROM ledger_transfer WHERE id = f.transfer_id)) THEN
    RAISE EXCEPTION 'ledger:sealed the transfer is already complete';
  END IF;
  -- Rows are locked in one order everywhere, or two batches over the same accounts would deadlock.
  PERFORM 1 FROM ledger_balance b WHERE b.floor_minor IS NOT NULL
    AND b.account_id IN (SELECT account_id FROM fresh) ORDER BY b.account_id FOR UPDATE;
  UPDATE ledger_balance b SET posted_minor = b.posted_minor + s.posted,
    outgoing_minor = b.outgoing_minor + s.outgoing, incoming_minor = b.incoming_minor + s.incoming
  FROM (SELECT account_id, coalesce(sum(amount_minor) FILTER (WHERE layer = 'posted'), 0) AS posted,
          coalesce(sum(amount_minor) FILTER (WHERE layer = 'outgoing'), 0) AS outgoing,
          coalesce(sum(amount_minor) FILTER (WHERE layer = 'incoming'), 0) AS incoming
        FROM fresh GROUP BY account_id) s
  WHERE b.account_id = s.account_id AND b.floor_minor IS NOT NULL;
  INSERT INTO ledger_balance AS b
  SELECT f.account_id, pg_backend_pid() % {SHARDS}, NULL,
    coalesce(sum(f.amount_minor) FILTER (WHERE f.layer = 'posted'), 0),
    coalesce(sum(f.amount_minor) FILTER (WHERE f.layer = 'outgoing'), 0),
    coalesce(sum(f.amount_minor) FILTER (WHERE f.layer = 'incoming'), 0)
  FROM fresh f JOIN ledger_account a ON a.id = f.account_id
  WHERE a.floor_minor IS NULL GROUP BY f.account_id ORDER BY f.account_id
  ON CONFLICT (account_id, shard) DO UPDATE SET posted_minor = b.posted_minor + excluded.posted_minor,
    outgoing_minor = b.outgoing_minor + excluded.outgoing_minor,
    incoming_minor = b.incoming_minor + excluded.incoming_minor;
  RETURN NULL;
END $$""",
    f"""CREATE OR REPLACE FUNCTION ledger_transfer_sealed() RETURNS trigger LANGUAGE plpgsql
{_PLAN} AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM fresh f LEFT JOIN {_POSTINGS} ON true
             GROUP BY f.id HAVING count(p.transfer_id) < 2) THEN
    RAISE EXCEPTION 'ledger:unbalanced a transfer has at least two postings';
  END IF;
  IF EXISTS (SELECT 1 FROM fresh f CROSS JOIN {_POSTINGS}
             CROSS JOIN LATERAL (SELECT currency FROM ledger_account WHERE id = p.account_id OFFSET 0) a
             GROUP BY f.id, a.currency, p.layer = 'posted' HAVING sum(p.amount_minor) <> 0) THEN
    RAISE EXCEPTION 'ledger:unbalanced postings must sum to zero in each currency';
  END IF;
  IF EXISTS (SELECT 1 FROM fresh f CROSS JOIN {_POSTINGS}
             WHERE (f.phase = 'posted' AND p.layer <> 'posted')
                OR (f.phase IN ('pending', 'void') AND p.layer = 'posted')
                OR (f.phase = 'pending' AND (p.layer = 'outgoing') <> (p.amount_minor < 0))) THEN
    RAISE EXCEPTION 'ledger:layer postings are in a layer that this kind of transfer does not write';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM fresh WHERE pending_id IS NOT NULL) THEN
    RETURN NULL;
  END IF;
  -- The lock makes two resolutions of one pending transfer take turns; the checks below then see the first.
  PERFORM 1 FROM ledger_transfer t WHERE t.id IN (SELECT pending_id FROM fresh) ORDER BY t.id FOR UPDATE;
  IF EXISTS (SELECT 1 FROM fresh f JOIN ledger_transfer t ON t.id = f.pending_id
             WHERE t.phase <> 'pending') THEN
    RAISE EXCEPTION 'ledger:notpending the transfer to resolve is not a pending one';
  END IF;
  IF EXISTS (SELECT 1 FROM fresh f JOIN ledger_transfer t ON t.pending_id = f.pending_id
             WHERE t.closes AND t.id <> f.id) THEN
    RAISE EXCEPTION 'ledger:notpending the pending transfer is already closed';
  END IF;
  IF EXISTS (
    SELECT 1 FROM (SELECT pending_id, bool_or(closes) AS closes FROM fresh
                   WHERE pending_id IS NOT NULL GROUP BY pending_id) f
    CROSS JOIN LATERAL (SELECT id FROM ledger_transfer WHERE id = f.pending_id
        UNION ALL SELECT id FROM ledger_transfer WHERE pending_id = f.pending_id) t
    CROSS JOIN LATERAL (SELECT * FROM ledger_posting WHERE transfer_id = t.id OFFSET 0) p
    WHERE p.layer <> 'posted'
    GROUP BY f.pending_id, f.closes, p.account_id, p.layer
    HAVING sum(p.amount_minor) * coalesce(sum(p.amount_minor) FILTER (WHERE t.id = f.pending_id), 0) < 0
        OR abs(sum(p.amount_minor)) > abs(coalesce(sum(p.amount_minor) FILTER (WHERE t.id = f.pending_id), 0))
        OR (f.closes AND sum(p.amount_minor) <> 0)) THEN
    RAISE EXCEPTION 'ledger:notpending more was released than is pending';
  END IF;
  IF EXISTS (
    SELECT 1 FROM fresh f CROSS JOIN {_POSTINGS}
    WHERE f.pending_id IS NOT NULL GROUP BY f.id, p.account_id
    HAVING abs(coalesce(sum(p.amount_minor) FILTER (WHERE p.layer = 'posted'), 0))
         > abs(coalesce(sum(p.amount_minor) FILTER (WHERE p.layer =
             CASE WHEN (SELECT sum(q.amount_minor) FROM ledger_posting q WHERE q.transfer_id = f.id
                        AND q.account_id = p.account_id AND q.layer = 'posted') < 0
                  THEN 'outgoing' ELSE 'incoming' END), 0))) THEN
    RAISE EXCEPTION 'ledger:notpending more was posted than was released';
  END IF;
  RETURN NULL;
END $$""",
)


def _trigger(name: str, table: str, body: str) -> str:
    return f"CREATE OR REPLACE TRIGGER {name} {body.format(table=table)}"


_IMMUTABLE = ("ledger_account", "ledger_transfer", "ledger_posting")

STATEMENTS: tuple[str, ...] = (
    *_FUNCTIONS,
    *(
        _trigger(
            f"{table}_no_change",
            table,
            "BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION ledger_refuse()",
        )
        for table in _IMMUTABLE
    ),
    *(
        _trigger(
            f"{table}_no_truncate",
            table,
            "BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()",
        )
        for table in (*_IMMUTABLE, "ledger_balance")
    ),
    _trigger(
        "ledger_balance_no_change",
        "ledger_balance",
        "BEFORE INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION ledger_balance_refuse()",
    ),
    _trigger(
        "ledger_account_opened",
        "ledger_account",
        "AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION ledger_account_opened()",
    ),
    _trigger(
        "ledger_posting_counted",
        "ledger_posting",
        "AFTER INSERT ON {table} REFERENCING NEW TABLE AS fresh"
        " FOR EACH STATEMENT EXECUTE FUNCTION ledger_posting_counted()",
    ),
    _trigger(
        "ledger_transfer_sealed",
        "ledger_transfer",
        "AFTER INSERT ON {table} REFERENCING NEW TABLE AS fresh"
        " FOR EACH STATEMENT EXECUTE FUNCTION ledger_transfer_sealed()",
    ),
)
