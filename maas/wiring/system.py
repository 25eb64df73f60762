"""Everything that a server process holds besides its area: the database, and the fleet that it runs."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from maas.area.open import Area
from maas.settings import Settings
from maas.wiring.live import LiveFleet
from storage.database import Database

__all__ = ["System", "open_system"]


@dataclass(frozen=True, slots=True)
class System:
    """The parts of a running server; None where the area has no such thing."""

    database: Database
    fleet: LiveFleet | None
    operator_token: str
    token_is_ours: bool  # made up for this run, so that it must be shown

    def told(self) -> list[str]:
        """What the person who starts the server should know."""
        lines = []
        if self.fleet is not None:
            how = "simulated" if self.fleet.simulated else "real"
            lines.append(f"  {len(self.fleet.service.vehicles)} {how} shuttles in {self.fleet.service.id}")
            if self.token_is_ours:
                lines.append(f"  operator token of this run: {self.operator_token}")
        return lines


@contextmanager
def open_system(area: Area, settings: Settings, *, simulate: bool = True) -> Iterator[System]:
    """Open the database and start what runs; stopped and closed on leaving."""
    url = settings.database
    if url is None:
        settings.cache.mkdir(parents=True, exist_ok=True)
        url = f"sqlite:///{settings.cache / (area.manifest.id + '.sqlite')}"
    database = Database.open(url)
    token = settings.operator_token or secrets.token_urlsafe(18)
    fleet = LiveFleet(area, database, simulate=simulate) if area.shuttle is not None else None
    try:
        if fleet is not None:
            fleet.start()
        yield System(database, fleet, token, settings.operator_token is None)
    finally:
        if fleet is not None:
            fleet.close()
        database.engine.dispose()
