"""Riders told of their trips: the fleet's plans joined with the push services, and the worker that sends."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from functools import partial
from zoneinfo import ZoneInfo

from fleet.errors import FleetError
from fleet.model.ride import RideState
from maas.area.open import Area
from maas.booking.model import Bundle
from maas.identity.compose import Identity
from maas.identity.sql import to_ms
from maas.telling.adapters.web_push import PUSH_SERVICES, WebPush, is_push_service, new_key
from maas.telling.model import News
from maas.telling.ports import Rides
from maas.telling.service import Telling, kept_key
from maas.telling.tables import create_schema
from maas.telling.watch import news_of
from maas.wiring.live import LiveFleet
from storage.database import Database

__all__ = ["FleetRides", "LiveTelling", "open_telling"]

_log = logging.getLogger(__name__)
_ROUND_S = 5.0
_SWEEP_EVERY = 120  # rounds


class FleetRides:
    """Implements `maas.telling.ports.Rides` over the dispatcher."""

    def __init__(self, fleet: LiveFleet | None) -> None:
        self._fleet = fleet

    def pickup(self, ref: str) -> tuple[int, int] | None:
        """See the port. None, too, while another process owns the zone: that one tells."""
        if self._fleet is None:
            return None
        try:
            ride = self._fleet.ride(ref)
            if ride.state is not RideState.CONFIRMED:
                return None
            return self._fleet.shuttle.state.planned(ride)[0], ride.leg.walk_to_s
        except FleetError:
            return None


class LiveTelling:
    """The telling and its worker. Use as a context manager; several servers at once do no harm."""

    def __init__(self, telling: Telling, rides: Rides, identity: Identity) -> None:
        self.telling = telling
        self._rides = rides
        self._identity = identity
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="telling", daemon=True)

    def __enter__(self) -> LiveTelling:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(timeout=30)

    def once(self) -> int:
        """Look at every trip that somebody wants to hear of, and tell what is due; messages taken."""
        now_ms = to_ms(self._identity.clock())
        self.telling.watch(partial(self._look, now_ms))
        return self.telling.send()

    def _look(self, now_ms: int, bundle: Bundle) -> list[News]:
        return news_of(bundle, self._rides, now_ms)

    def _run(self) -> None:
        rounds = 0
        while not self._stop.wait(_ROUND_S):
            try:
                self.once()
                if rounds % _SWEEP_EVERY == 0:
                    self.telling.sweep(self._identity.clock())
            except Exception:
                _log.exception("telling: a round failed; the next one goes on")
            rounds += 1


def open_telling(
    area: Area, database: Database, identity: Identity, fleet: LiveFleet | None, services: Sequence[str] = ()
) -> LiveTelling:
    """Create the tables and our key. `services`: hosts of push services instead of the browsers' own."""
    create_schema(database)
    subject = identity.settings.issuer
    pusher = WebPush(
        kept_key(identity, new_key), subject if subject.startswith("https://") else "mailto:maas@localhost"
    )
    accepts = partial(is_push_service, hosts=tuple(services) or PUSH_SERVICES)
    telling = Telling(identity, pusher, accepts, ZoneInfo(area.manifest.timezone))
    return LiveTelling(telling, FleetRides(fleet), identity)
