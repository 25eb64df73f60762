"""Money over HTTP: saved cards, the sandbox's pages, and what processors tell us.

`mount(app, paying, identity, guards, on_paid)` puts all of it into an application.
"""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI

from maas.api import problems as every
from maas.api.identity.guards import Guards
from maas.api.payments import methods, problems, sandbox_pages, webhooks
from maas.identity.compose import Identity
from maas.wiring.payments import Paying

__all__ = ["mount"]


def mount(
    app: FastAPI, paying: Paying, identity: Identity, guards: Guards, on_paid: Callable[[str], None]
) -> None:
    """Answer the refusals of payments and include the routes; `on_paid` hears of orders by webhook."""
    problems.install(app)
    app.include_router(methods.router(paying, identity, guards), responses=every.RESPONSES)
    app.include_router(webhooks.router(paying, identity.clock, on_paid), responses=every.RESPONSES)
    if paying.sandbox is not None:
        app.include_router(sandbox_pages.router(paying, paying.sandbox, identity, guards))
