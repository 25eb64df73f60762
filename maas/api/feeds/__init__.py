"""Feeds over HTTP: what publishers keep, edit, judge and publish; what everybody downloads.

`mount(app, house, guards)` puts all of it into an application.
"""

from __future__ import annotations

from fastapi import Depends, FastAPI

from maas.api import problems
from maas.api.feeds.versions import router as versions_router
from maas.api.identity import Guards
from maas.feeds.house import House
from maas.feeds.model import Actor
from maas.identity.model import Role
from maas.identity.principal import Principal

__all__ = ["SCOPE", "mount", "versions_router"]

SCOPE = "feeds:write"


def mount(app: FastAPI, house: House, guards: Guards) -> None:
    """Publishers sign in with the role, machines send a token with `feeds:write`."""
    signed_in = Depends(guards.requires(Role.PUBLISHER, Role.ADMINISTRATOR, scope=SCOPE))

    def publisher(who: Principal = signed_in) -> Actor:
        everything = who.scopes is None and Role.ADMINISTRATOR in who.roles
        return Actor(who.actor, None if everything else who.organisations(Role.PUBLISHER))

    app.include_router(versions_router(house, publisher), responses=problems.RESPONSES)
