"""Bundles of a running server: providers, prices and money joined, and the worker that goes on with sagas."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable
from datetime import tzinfo
from zoneinfo import ZoneInfo

import httpx

from maas.adapters.openactive import MEDIA_TYPE, OpenBookingClient
from maas.area.open import Area
from maas.booking.adapters.cycle import Docks
from maas.booking.adapters.device import Devices
from maas.booking.adapters.outside import Partners
from maas.booking.adapters.shuttle import Shuttles
from maas.booking.adapters.stock import Stock
from maas.booking.adapters.transit import Transit
from maas.booking.engine import Deps, Rules
from maas.booking.ports import LocalProvider, PartProvider, Pricing, TicketIssuer
from maas.booking.pricing import CombinedPrices, NoTickets
from maas.booking.schema import create_schema
from maas.booking.service import Booking
from maas.bridges.movers import SHARE_CYCLES
from maas.services.catalogue import Catalogue
from maas.services.config import ServicesConfig
from maas.services.model import Offer, Provider
from maas.services.outside_openactive import OpenActiveBooking
from maas.services.schema import create_schema as create_services
from maas.wiring.live import LiveFleet
from maas.wiring.live_devices import LiveDevices
from maas.wiring.services import utc_now
from maas.wiring.transit_fares import fares_of
from payments.service import Payments
from storage.database import Database

__all__ = ["LiveBooking", "open_booking"]

_log = logging.getLogger(__name__)
_ROUND_S = 1.0
_FOLLOW_S = 5.0


class LiveBooking:
    """The booking service and its worker. Use as a context manager."""

    def __init__(self, booking: Booking) -> None:
        self.booking = booking
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sagas", daemon=True)

    def __enter__(self) -> LiveBooking:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(timeout=30)

    def _run(self) -> None:
        follow_at = 0.0
        while not self._stop.wait(_ROUND_S):
            try:
                while self.booking.work() and not self._stop.is_set():
                    pass
                if (now := time.monotonic()) >= follow_at:
                    self.booking.follow()
                    follow_at = now + _FOLLOW_S
            except Exception:
                _log.exception("sagas: a round failed; the next one goes on")


def open_booking(
    area: Area,
    database: Database,
    payments: Payments,
    *,
    services: ServicesConfig | None,
    fleet: LiveFleet | None,
    devices: LiveDevices | None,
    pricing: Pricing | None = None,
    tickets: TicketIssuer | None = None,
    rules: Rules | None = None,
) -> LiveBooking:
    """Create the tables and join the providers that this area has."""
    create_services(database)
    create_schema(database)
    catalogue = Catalogue()
    zone = ZoneInfo(area.manifest.timezone)
    local: dict[str, LocalProvider] = {"transit": Transit(fares_of(area)), "service": Stock(catalogue)}
    deps = Deps(
        database, payments, _outside(database, catalogue, services, fleet, devices), local,
        pricing or _prices(services, zone), tickets or NoTickets(), utc_now, f"maas-{secrets.token_hex(4)}",
        rules or Rules(),
    )  # fmt: skip
    return LiveBooking(Booking(deps))


def _prices(services: ServicesConfig | None, zone: tzinfo) -> Pricing:
    return CombinedPrices(() if services is None else services.combinations, zone)


def _outside(
    database: Database,
    catalogue: Catalogue,
    services: ServicesConfig | None,
    fleet: LiveFleet | None,
    devices: LiveDevices | None,
) -> dict[str, PartProvider]:
    found: dict[str, PartProvider] = {}
    if fleet is not None:
        found["shuttle"] = Shuttles(lambda: fleet.shuttle, fleet.ride)
    if devices is not None:
        found["device"] = Devices(lambda: devices.personal, devices.mission)
        found["cycle"] = Docks(lambda: devices.cycles, f"operator:{SHARE_CYCLES}")
    if services is not None and services.outside:
        systems = {
            name: OpenActiveBooking(
                OpenBookingClient(
                    httpx.Client(timeout=one.timeout_s, headers={"Accept": MEDIA_TYPE}), one.booking_url
                ),
                system=name,
                seller=one.seller,
                feed_url=one.feed_url,
            )
            for name, one in services.outside.items()
        }
        found["outside"] = Partners(systems, _offers(database, catalogue))
    return found


def _offers(database: Database, catalogue: Catalogue) -> Callable[[str], tuple[Offer, Provider]]:
    def offer_of(offer_id: str) -> tuple[Offer, Provider]:
        with database.read() as connection:
            snapshot = catalogue.snapshot(connection)
        offer = snapshot.get(offer_id).offer
        return offer, snapshot.providers[offer.provider_id]

    return offer_of
