"""Triggers that refuse to change what was written: the audit trail, the consents, what was disclosed.

REPLACE and TRUNCATE are refused too: both remove rows without saying DELETE.
"""

from __future__ import annotations

__all__ = ["APPEND_ONLY", "statements"]

APPEND_ONLY = ("identity_audit", "identity_consent", "identity_disclosure")
_KEY = {"identity_audit": "seq"}

_POSTGRESQL_FUNCTION = """CREATE OR REPLACE FUNCTION identity_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'identity:immutable % is append-only', TG_TABLE_NAME; END $$"""


def statements(dialect: str) -> tuple[str, ...]:
    """The DDL for `sqlite` or `postgresql`; running it again changes nothing."""
    if dialect == "postgresql":
        return (_POSTGRESQL_FUNCTION, *(text for table in APPEND_ONLY for text in _postgresql(table)))
    return tuple(text for table in APPEND_ONLY for text in _sqlite(table))


def _postgresql(table: str) -> tuple[str, ...]:
    call = "EXECUTE FUNCTION identity_refuse()"
    return (
        f"CREATE OR REPLACE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {call}",
        f"CREATE OR REPLACE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {call}",
    )


def _sqlite(table: str) -> tuple[str, ...]:
    refuse = f"BEGIN SELECT RAISE(ABORT, 'identity:immutable {table} is append-only'); END"
    key = _KEY.get(table, "id")
    return (
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_update BEFORE UPDATE ON {table} {refuse}",
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_delete BEFORE DELETE ON {table} {refuse}",
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_replace BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key}) {refuse}",
    )
