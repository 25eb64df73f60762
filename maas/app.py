"""The HTTP application."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

from fastapi import Depends, FastAPI
from pydantic import BaseModel

from maas import __version__
from maas.api import area as area_api
from maas.api import city, codes, open_data, pages, problems
from maas.api import journeys as journeys_api
from maas.api import outings as outings_api
from maas.api import places as places_api
from maas.api import reach as reach_api
from maas.api import telling as telling_api
from maas.api.booking import bundles_router, sagas_router, waiting_router
from maas.api.booking.bundles import Desk
from maas.api.booking.resolve import Resolver
from maas.api.fares import mount as mount_fares
from maas.api.feeds import mount as mount_feeds
from maas.api.fleet import (
    calls,
    devices,
    docks,
    foresight,
    operators,
    riders,
    standing,
    stream,
    talk,
    telemetry,
)
from maas.api.fleet.live import fleet_of, operators_only
from maas.api.identity import Guards
from maas.api.identity import mount as mount_identity
from maas.api.payments import mount as mount_payments
from maas.api.services import Actor, Counter, provider_list_router, providers_router, residents_router
from maas.api.settling import Books
from maas.api.settling import mount as mount_settling
from maas.api.tickets import mount as mount_tickets
from maas.area.open import Area
from maas.fares.caps import caps_of
from maas.fares.config import read_fares
from maas.identity.model import Role
from maas.identity.principal import Principal
from maas.journeys.categories import category_names
from maas.services.config import ServicesConfig
from maas.wiring.bundle_tickets import tell_booking
from maas.wiring.movers import movers_of
from maas.wiring.offers import offers_of
from maas.wiring.reach import PlannerReach
from maas.wiring.ridden import ShuttleRides
from maas.wiring.services import Consents, utc_now
from maas.wiring.settling import account_names
from maas.wiring.system import System


class Health(BaseModel):
    """Whether the server answers, and for which area."""

    status: str
    version: str
    area: str


def create_app(area: Area, system: System | None = None) -> FastAPI:
    """The application of one open area, and of what runs in it."""
    app = FastAPI(
        title="Makuhari MaaS",
        version=__version__,
        summary="Plan a whole outing in one system.",
        license_info={"name": "Apache-2.0"},
    )
    problems.install(app)
    fleet, personal = fleet_of(system), devices.devices_of(system)
    heard = journeys_api.nobody_hears if system is None else system.feeds.heard
    # Routers are tried in this order for each request: what is asked most comes first.
    for routes in (riders.router(fleet), journeys_api.router(area, movers_of(area, system), heard)):
        app.include_router(routes, responses=problems.RESPONSES)
    for router in (area_api.router, places_api.router):
        app.include_router(router(area), responses=problems.RESPONSES)
    app.include_router(reach_api.router(area, movers_of(area, system)), responses=problems.RESPONSES)
    offers = None if system is None else offers_of(system)
    app.include_router(
        outings_api.router(area, offers, movers_of(area, system), caps_of(read_fares(area.services))),
        responses=problems.RESPONSES,
    )
    guards = None if system is None else mount_identity(app, system.identity)
    guard = operators_only(system, guards)
    for routes in (
        standing.router(fleet),
        operators.public_router(fleet),
        operators.router(guard, fleet),
        talk.riders_router(fleet),
        talk.operators_router(guard, fleet),
        calls.riders_router(fleet),
        calls.operators_router(guard, fleet),
        foresight.router(guard, fleet),
        stream.router(fleet),
        telemetry.router(system, guard, fleet),
        devices.public_router(personal),
        devices.router(personal),
        devices.operator_router(guard, personal),
        docks.router(personal),
        docks.operator_router(guard, personal),
    ):
        app.include_router(routes, responses=problems.RESPONSES)

    @app.get("/health", tags=["health"])
    def health() -> Health:
        """Answer at once: the area is open."""
        return Health(status="ok", version=__version__, area=area.manifest.id)

    if system is not None:
        app.include_router(open_data.router(system.open_data), responses=problems.RESPONSES)
    if system is not None and guards is not None:
        mount_payments(app, system.paying, system.identity, guards, system.booking.paid)
        mount_feeds(app, system.feeds, guards, system.open_data)
        _bundles(app, area, system, guards)
        zone = ZoneInfo(area.manifest.timezone)
        mount_tickets(
            app, system.tickets, system.identity, guards, guard, zone,
            lambda reader, seen, found: tell_booking(system.booking, reader, seen, found),
        )  # fmt: skip
        app.include_router(codes.router(system.identity.settings.issuer), responses=problems.RESPONSES)
        app.include_router(
            telling_api.router(system.telling, system.identity, guards), responses=problems.RESPONSES
        )
        mount_fares(app, system.fares, system.paying, system.identity, guards)
        _settling(app, area, system, guards)
        rides = ShuttleRides(area.shuttle, system.database)
        administrator = guards.requires(Role.ADMINISTRATOR)
        app.include_router(
            city.router(system.disaster, rides, zone, administrator), responses=problems.RESPONSES
        )
    if system is not None and system.services is not None and guards is not None:
        _services(app, area, system, system.services, guards)
    pages.serve_pages(app, Path(str(files("maas") / "web_static")))
    return app


def _bundles(app: FastAPI, area: Area, system: System, guards: Guards) -> None:
    """Outings booked as one, and the sagas behind them."""
    desk = Desk(
        system.booking, system.identity, system.paying.payers, Resolver(area, fleet_of(system)),
        ZoneInfo(area.manifest.timezone),
    )  # fmt: skip
    for router in (bundles_router, sagas_router, waiting_router):
        app.include_router(router(desk, guards), responses=problems.RESPONSES)


def _settling(app: FastAPI, area: Area, system: System, guards: Guards) -> None:
    """Receipts and statements."""
    providers = () if system.services is None else system.services.providers
    books = Books(
        system.booking, system.paying.payments, system.identity, system.fares.config.issuing,
        account_names(area, system.services), {one.id: one.account for one in providers},
        ZoneInfo(area.manifest.timezone), lambda: category_names(area, "ja"),
    )  # fmt: skip
    mount_settling(app, books, guards)


def _services(app: FastAPI, area: Area, system: System, config: ServicesConfig, guards: Guards) -> None:
    """Local services: what residents find, and what their providers keep."""
    counter = Counter(
        system.database,
        config,
        ZoneInfo(area.manifest.timezone),
        utc_now,
        Consents(system.identity),
        PlannerReach(area, movers_of(area, system)),
    )

    signed_in = Depends(guards.requires(Role.SHOP, Role.ADMINISTRATOR))
    perhaps = Depends(guards.optional_principal)

    def actor(who: Principal = signed_in) -> Actor:
        everything = Role.ADMINISTRATOR in who.roles or "" in who.organisations(Role.SHOP)
        return Actor(who.actor, None if everything else who.organisations(Role.SHOP))

    def visitor(who: Principal | None = perhaps) -> str:
        return who.account_id or "" if who is not None else ""

    app.include_router(residents_router(counter, visitor), responses=problems.RESPONSES)
    for routes in (provider_list_router(counter, actor), providers_router(counter, actor)):
        app.include_router(routes, responses=problems.RESPONSES)
