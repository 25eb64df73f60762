"""Tickets over HTTP: a rider's own, and what readers fetch and tell."""

from __future__ import annotations

from datetime import tzinfo

from fastapi import FastAPI

from maas.api import problems
from maas.api.fleet.live import Guard
from maas.api.identity.guards import Guards
from maas.api.tickets import mine, readers
from maas.identity.compose import Identity
from maas.tickets.service import Tickets

__all__ = ["mount"]


def mount(
    app: FastAPI,
    tickets: Tickets,
    identity: Identity,
    guards: Guards,
    operator: Guard,
    zone: tzinfo,
    used: readers.Used,
) -> None:
    """Include the routes; `operator` lets in whoever runs vehicles, `zone` is the area's clock on paper.

    `used` is told what readers saw.
    """
    app.include_router(mine.router(tickets, identity, guards, zone), responses=problems.RESPONSES)
    app.include_router(
        readers.router(tickets, identity, guards, operator, used), responses=problems.RESPONSES
    )
