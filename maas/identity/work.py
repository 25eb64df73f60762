"""One piece of work: a transaction, its instant, who acts for whom, and what the domain needs besides."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from maas.identity.model import IdentitySettings
from maas.identity.ports import Claimer, Eraser, Exporter, Randomness
from maas.identity.purposes import PURPOSES, Purpose
from maas.identity.sealing import Seals
from maas.identity.sql import to_ms

__all__ = ["Kit", "Work"]


@dataclass(frozen=True, slots=True)
class Kit:
    """What stays the same from one piece of work to the next."""

    settings: IdentitySettings
    random: Randomness
    seals: Seals
    exporters: tuple[Exporter, ...] = ()
    erasers: tuple[Eraser, ...] = ()
    claimers: tuple[Claimer, ...] = ()
    purposes: dict[str, Purpose] = field(default_factory=lambda: dict(PURPOSES))


@dataclass(frozen=True, slots=True)
class Work:
    """A transaction in progress. `actor` is an account id, `client:<id>`, `cli` or `anonymous`."""

    connection: Connection
    now: datetime
    kit: Kit
    actor: str
    on_behalf_of: str | None = None

    @property
    def now_ms(self) -> int:
        """Milliseconds since 1970."""
        return to_ms(self.now)

    def until_ms(self, seconds: int) -> int:
        """The instant `seconds` from now, in milliseconds."""
        return self.now_ms + seconds * 1_000
