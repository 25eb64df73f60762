"""The one ID over HTTP: signing in, my account, the desk, and an OpenID provider for other apps.

`mount(app, identity)` puts all of it into an application and returns the `Guards` for the other routers.
"""

from __future__ import annotations

from fastapi import APIRouter, FastAPI

from maas.api.identity import (
    authorize,
    clients,
    desk,
    device_pages,
    me,
    oidc,
    problems,
    rights,
    signin,
    signin_pages,
)
from maas.api.identity.guards import Guards
from maas.identity.compose import Identity

__all__ = ["Guards", "mount", "routers"]


def routers(identity: Identity, guards: Guards) -> list[APIRouter]:
    """Every router of the one ID."""
    guarded = (signin, me, rights, desk, clients, authorize, signin_pages, device_pages)
    return [
        *(part.router(identity, guards) for part in guarded),
        oidc.router(identity),
        oidc.logout_router(identity, guards),
    ]


def mount(app: FastAPI, identity: Identity) -> Guards:
    """Answer our refusals and include our routes; the guards, for everybody else's."""
    guards = Guards(identity)
    problems.install(app)
    for router in routers(identity, guards):
        app.include_router(router, responses=problems.also(400, 422))
    return guards
