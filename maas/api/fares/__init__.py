"""Fares over HTTP: passes, points, and which employer pays for whom."""

from __future__ import annotations

from fastapi import FastAPI

from maas.api import problems
from maas.api.fares import passes, points
from maas.api.identity.guards import Guards
from maas.identity.compose import Identity
from maas.wiring.fares import Fares
from maas.wiring.payments import Paying

__all__ = ["mount"]


def mount(app: FastAPI, fares: Fares, paying: Paying, identity: Identity, guards: Guards) -> None:
    """Include the routes."""
    for router in (passes.router(fares, paying, identity, guards), points.router(fares, identity, guards)):
        app.include_router(router, responses=problems.RESPONSES)
