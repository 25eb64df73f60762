"""Everything that a server process holds besides its area: the database, and the fleet that it runs."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from fleet.dispatch.registry import ServiceRegistry
from fleet.personal.registry import DeviceRegistry, DockRegistry
from fleet.vehicles.adapters.live_memory import MemoryLiveStore
from fleet.vehicles.adapters.live_redis import RedisLiveStore
from fleet.vehicles.adapters.mqtt import Broker, MqttIntake
from fleet.vehicles.buses import BusRegistry
from fleet.vehicles.intake import Intake
from fleet.vehicles.ports import LiveStore, Registry, Spec
from fleet.vehicles.telemetry import Kind
from maas.area.open import Area
from maas.booking.personal import PersonalBundles
from maas.booking.service import Booking
from maas.fares.personal import PersonalFares
from maas.identity.compose import Identity
from maas.payers.personal import PersonalPayers
from maas.services.config import ServicesConfig
from maas.settings import Settings
from maas.telling.personal import PersonalPushes
from maas.telling.service import Telling
from maas.tickets.personal import PersonalTickets
from maas.tickets.service import Tickets
from maas.tickets.tables import create_schema as create_tickets
from maas.wiring.booking import open_booking
from maas.wiring.bundle_tickets import BundleTickets
from maas.wiring.bus_timetables import BusTimetables
from maas.wiring.daily import Daily
from maas.wiring.disaster import Disaster
from maas.wiring.disaster import create_schema as create_disaster
from maas.wiring.fares import Fares, open_fares
from maas.wiring.feed_bookings import BundleLegs
from maas.wiring.feeds import Feeds, open_feeds
from maas.wiring.identity import configured_identity
from maas.wiring.live import LiveFleet
from maas.wiring.live_buses import buses_of, open_buses
from maas.wiring.live_devices import LiveDevices
from maas.wiring.notice_alerts import NoticeSource
from maas.wiring.open_data import OpenData
from maas.wiring.payments import Paying, open_payments
from maas.wiring.preparing import Preparing
from maas.wiring.services import open_services, utc_now
from maas.wiring.telling import open_telling
from maas.wiring.watching import Watching
from storage.database import Database

__all__ = ["System", "database_url", "open_system"]


@dataclass(frozen=True, slots=True)
class System:
    """The parts of a running server; None where the area has no such thing."""

    database: Database
    identity: Identity
    paying: Paying
    tickets: Tickets
    fares: Fares
    services: ServicesConfig | None
    feeds: Feeds
    intake: Intake
    fleet: LiveFleet | None
    devices: LiveDevices | None
    operator_token: str
    token_is_ours: bool  # made up for this run, so that it must be shown
    booking: Booking
    open_data: OpenData
    disaster: Disaster
    telling: Telling

    def told(self) -> list[str]:
        """What the person who starts the server should know."""
        lines = []
        for live, what, count in (
            (self.fleet, "shuttles", len(self.fleet.service.vehicles) if self.fleet else 0),
            (self.devices, "devices", len(self.devices.service.devices) if self.devices else 0),
        ):
            if live is not None:
                lines.append(f"  {count} {'simulated' if live.simulated else 'real'} {what}")
        if lines and self.token_is_ours:
            lines.append(f"  operator token of this run: {self.operator_token}")
        return lines


def database_url(area: Area, settings: Settings) -> str:
    """The database that is configured, or a file of the area's own beside the sample."""
    if settings.database is not None:
        return settings.database
    settings.cache.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{settings.cache / (area.manifest.id + '.sqlite')}"


@contextmanager
def open_system(area: Area, settings: Settings, *, simulate: bool = True) -> Iterator[System]:
    """Open the database and start what runs; stopped and closed on leaving."""
    database = Database.open(database_url(area, settings))
    token = settings.operator_token or secrets.token_urlsafe(18)
    with ExitStack() as stack:
        stack.callback(database.engine.dispose)
        stack.enter_context(Preparing(area))
        intake = Intake(_store(area, settings, stack), Registries(_registries(area)))
        fleet = devices = None
        if area.shuttle is not None:
            fleet = LiveFleet(area, database, intake, simulate=simulate)
            stack.enter_context(fleet)
        if area.devices is not None:
            devices = LiveDevices(area, area.devices, area.docks, database, intake, simulate=simulate)
            stack.enter_context(devices)
        if settings.mqtt is not None:
            broker = Broker.of(settings.mqtt)
            stack.enter_context(MqttIntake(broker, area.manifest.id, intake, time.time))
        personal = (PersonalPayers(), PersonalTickets(), PersonalFares(), PersonalBundles(), PersonalPushes())
        identity = configured_identity(database, settings, personal=personal)
        paying = open_payments(database, settings, identity)
        create_tickets(database)
        tickets = Tickets(identity.kit.seals)
        services = None if area.services is None else open_services(area.services, database)
        fares = open_fares(area, paying, identity)
        bundles = open_booking(
            area, database, paying.payments, services=services, fleet=fleet, devices=devices,
            pricing=fares.pricing(() if services is None else services.combinations),
            tickets=BundleTickets(tickets),
        )  # fmt: skip
        stack.enter_context(bundles)
        stack.enter_context(Daily(identity, tickets, fares))
        telling = open_telling(area, database, identity, fleet, settings.push_services)
        stack.enter_context(telling)
        origin = settings.issuer or "http://localhost:8000"
        feeds = open_feeds(
            area, database, bookings=BundleLegs(area, database), cache=settings.cache, origin=origin
        )
        stack.enter_context(feeds.worker)
        create_disaster(database)
        disaster = Disaster(database, identity, fleet, feeds.notices, area.manifest.id, utc_now)
        stack.enter_context(disaster)
        open_data = OpenData(area, fleet, devices, clock=time.time)
        open_data.sources.append(NoticeSource(feeds.notices, area.manifest.id))
        buses = open_buses(area, settings.cache, intake, simulate=simulate, clock=time.time)
        if buses is not None:
            open_data.sources.append(stack.enter_context(buses))
            feeds.worker.followers.append(BusTimetables(buses, feeds.publisher))
        stack.enter_context(Watching(area, open_data.of_timetable))
        yield System(
            database, identity, paying, tickets, fares, services, feeds, intake, fleet, devices,
            token, settings.operator_token is None, bundles.booking,
            open_data=open_data, disaster=disaster, telling=telling.telling,
        )  # fmt: skip


def _store(area: Area, settings: Settings, stack: ExitStack) -> LiveStore:
    if settings.redis is None:
        return MemoryLiveStore()
    shared = RedisLiveStore(settings.redis, area.manifest.id)
    stack.callback(shared.close)
    return shared


def _registries(area: Area) -> list[Registry]:
    found: list[Registry] = [BusRegistry(buses_of(area), area.manifest.bbox)]
    if area.shuttle is not None:
        found.append(ServiceRegistry(area.shuttle))
    if area.devices is not None:
        found += [DeviceRegistry(area.devices), DockRegistry(area.docks)]
    return found


class Registries:
    """Several registries as one; the first that knows a sender speaks for it."""

    def __init__(self, parts: list[Registry]) -> None:
        self._parts = parts

    def spec(self, kind: Kind, identity: str) -> Spec | None:
        """What a sender can be and do; None if nobody knows it."""
        found = (part.spec(kind, identity) for part in self._parts)
        return next((spec for spec in found if spec is not None), None)
