"""Bundles over HTTP: for riders and those who book for them, and for operators who repair."""

from __future__ import annotations

from maas.api.booking.bundles import router as bundles_router
from maas.api.booking.sagas import router as sagas_router
from maas.api.booking.waiting import router as waiting_router

__all__ = ["bundles_router", "sagas_router", "waiting_router"]
