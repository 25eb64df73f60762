"""Share-cycle docks over HTTP."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
from fastapi import APIRouter, Depends, Query

from fleet.personal.cycles import DockView
from fleet.personal.fences import metres
from maas.api.fleet.device_views import DockHoldIn, DockHoldView, DockStatus, TourStop
from maas.api.fleet.devices import DevicesOf
from maas.api.fleet.live import Guard

__all__ = ["operator_router", "router"]

_VAN_M_S = 6.0
_DETOUR = 1.35


def router(devices_of: DevicesOf) -> APIRouter:
    """What riders ask of docks."""
    routes = APIRouter(tags=["cycles"])

    @routes.get("/v1/docks")
    def list_docks(in_s: int = Query(default=0, ge=0, le=10_800)) -> list[DockStatus]:
        """Every dock now, and the chance of a bike and of a place in so many seconds."""
        live = devices_of()
        now_s = live.now_s()
        return [_status(live.cycles.view(dock, now_s, in_s)) for dock in live.cycles.docks]

    @routes.get("/v1/docks/{dock_id}")
    def show_dock(dock_id: str, in_s: int = Query(default=0, ge=0, le=10_800)) -> DockStatus:
        """One dock."""
        live = devices_of()
        return _status(live.cycles.view(dock_id, live.now_s(), in_s))

    @routes.post("/v1/docks/{dock_id}/holds", status_code=201)
    def hold(dock_id: str, asked: DockHoldIn) -> DockHoldView:
        """Keep a bike or a place for a rider on the way; 409 if there is none."""
        live = devices_of()
        kept = live.cycles.hold(dock_id, asked.what, live.now_s())
        until = datetime.fromtimestamp(kept.until_s, ZoneInfo(live.service.timezone))
        return DockHoldView(id=kept.id, dock_id=kept.dock_id, what=kept.what, until=until)

    @routes.delete("/v1/dock-holds/{hold_id}", status_code=204)
    def drop(hold_id: str) -> None:
        """Give it back; safe to repeat."""
        devices_of().cycles.drop(hold_id)

    return routes


def operator_router(guard: Guard, devices_of: DevicesOf) -> APIRouter:
    """What dock operators ask."""
    routes = APIRouter(prefix="/v1/fleet", tags=["fleet"], dependencies=[Depends(guard)])

    @routes.get("/docks/tours")
    def plan_tours(
        vans: int = Query(default=1, ge=1, le=10), capacity: int = Query(default=12, ge=1, le=60)
    ) -> list[list[TourStop]]:
        """Tours that take bikes from docks that will run full to those that will run empty."""
        live = devices_of()
        docks = list(live.cycles.docks.values())
        if not docks:
            return []
        spots = [(docks[0].lat, docks[0].lon), *((dock.lat, dock.lon) for dock in docks)]
        seconds = np.array([[metres(*a, *b) * _DETOUR / _VAN_M_S for b in spots] for a in spots], np.int64)
        tours = live.cycles.tours(seconds, live.now_s(), vans=vans, capacity=capacity)
        return [
            [TourStop(dock_id=docks[s.dock - 1].id, bikes=s.bikes, after_s=s.arrive_s) for s in tour]
            for tour in tours
        ]

    return routes


def _status(view: DockView) -> DockStatus:
    dock = view.dock
    return DockStatus(
        id=dock.id, name=dock.name, lat=dock.lat, lon=dock.lon, capacity=dock.capacity, bikes=view.bikes,
        places=view.places, bike_chance=round(view.bike_chance, 3), place_chance=round(view.place_chance, 3),
    )  # fmt: skip
