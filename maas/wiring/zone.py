"""An area's shuttle service opened over its streets."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from fleet.dispatch.hours import service_day_start_s
from fleet.dispatch.ports import Journal
from fleet.dispatch.shuttle import Shuttle
from fleet.dispatch.standing import OrderBook
from fleet.model.service import ShuttleService
from maas.area.open import Area
from maas.bridges.shuttle_ways import StreetWalks, StreetWays
from maas.errors import AreaError

__all__ = ["open_zone", "service_of"]


def service_of(area: Area) -> ShuttleService:
    """The shuttle service of an area. Raises AreaError that says how to give it one."""
    if area.shuttle is None:
        raise AreaError(
            f"area {area.manifest.id} has no shuttle. Write shuttle.toml, name it in area.toml under "
            '[sources] as shuttle = "shuttle.toml", and build the area again'
        )
    return area.shuttle


def open_zone(
    area: Area, now_s: int, *, journal: Journal | None = None, orders: OrderBook | None = None
) -> Shuttle:
    """The dispatcher of an area's shuttles, at an instant; what its journal holds is taken over."""
    service = service_of(area)
    graph = area.planner.network.graph
    if graph is None:
        raise AreaError(f"area {area.manifest.id} was built without streets. Build it again with them")
    today = datetime.fromtimestamp(now_s, ZoneInfo(service.timezone)).date()
    return Shuttle.open(
        service,
        StreetWays(service, graph),
        StreetWalks(service, graph),
        epoch_s=service_day_start_s(today, ZoneInfo(service.timezone)),
        journal=journal,
        orders=orders,
        now_s=now_s,
    )
