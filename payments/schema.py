"""Create every table of this package, with its guards; safe to run again."""

from __future__ import annotations

from payments.database import Database
from payments.ledger.schema import create_ledger


def create_schema(database: Database) -> None:
    """Create what is missing in one transaction."""
    database.run(create_ledger)
