"""An area's services opened in the server's database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from maas.identity import consents
from maas.identity.compose import Identity
from maas.services.config import ServicesConfig, read_services
from maas.services.sample import load_sample
from maas.services.schema import create_schema
from storage.database import Database

__all__ = ["Consents", "open_services", "utc_now"]

_RECIPIENT = "maas"
_DATA = ("interests",)


def utc_now() -> datetime:
    """The instant now."""
    return datetime.now(UTC)


def open_services(folder: Path, database: Database) -> ServicesConfig:
    """Create the tables, add the offers that are missing, and read the area's rules. Raises AreaError."""
    create_schema(database)
    load_sample(database, folder, now=utc_now())
    return read_services(folder)


@dataclass(frozen=True, slots=True)
class Consents:
    """Implements `maas.services.ports.ConsentCheck` over the consent ledger."""

    identity: Identity

    def allows(self, person: str, purpose: str) -> bool:
        """Whether an account agreed to our own use of what it says of itself, and still does."""
        if not person:
            return False
        now = utc_now()
        return self.identity.read(
            lambda work: consents.allowed(work, person, purpose, _RECIPIENT, _DATA, now)
        )
