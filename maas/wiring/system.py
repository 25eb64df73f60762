"""Everything that a server process holds besides its area: the database, and the fleet that it runs."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from fleet.vehicles.adapters.live_memory import MemoryLiveStore
from fleet.vehicles.adapters.live_redis import RedisLiveStore
from fleet.vehicles.adapters.mqtt import Broker, MqttIntake
from fleet.vehicles.ports import LiveStore
from maas.area.open import Area
from maas.settings import Settings
from maas.wiring.live import LiveFleet
from maas.wiring.zone import service_of
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
    with ExitStack() as stack:
        stack.callback(database.engine.dispose)
        fleet = _fleet(area, settings, database, simulate, stack) if area.shuttle is not None else None
        yield System(database, fleet, token, settings.operator_token is None)


def _fleet(area: Area, settings: Settings, database: Database, simulate: bool, stack: ExitStack) -> LiveFleet:
    """The fleet with its live store and transports, running; `stack` ends all of it in turn."""
    store: LiveStore = MemoryLiveStore()
    if settings.redis is not None:
        shared = RedisLiveStore(settings.redis, service_of(area).id)
        stack.callback(shared.close)
        store = shared
    fleet = stack.enter_context(LiveFleet(area, database, simulate=simulate, store=store))
    if settings.mqtt is not None:
        broker = Broker.of(settings.mqtt)
        stack.enter_context(MqttIntake(broker, fleet.service.id, fleet.intake, time.time))
    return fleet
