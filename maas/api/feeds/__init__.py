"""Feeds over HTTP: what publishers keep, edit, judge and publish; what everybody downloads.

`mount(app, feeds, guards, live)` puts all of it into an application.
"""

from __future__ import annotations

from fastapi import Depends, FastAPI

from maas.api import problems
from maas.api.feeds.drafts import router as drafts_router
from maas.api.feeds.impact import router as impact_router
from maas.api.feeds.judging import router as judging_router
from maas.api.feeds.public import router as public_router
from maas.api.feeds.publishing import router as publishing_router
from maas.api.feeds.usage import router as usage_router
from maas.api.feeds.versions import router as versions_router
from maas.api.identity import Guards
from maas.feeds.model import Actor
from maas.identity.model import Role
from maas.identity.principal import Principal
from maas.wiring.feeds import Feeds
from maas.wiring.live_quality import LiveQuality
from maas.wiring.open_data import OpenData
from maas.wiring.quality_looks import Looks

__all__ = ["SCOPE", "mount", "versions_router"]

SCOPE = "feeds:write"


def mount(app: FastAPI, feeds: Feeds, guards: Guards, live: OpenData) -> None:
    """Publishers sign in with the role, machines send a token with `feeds:write`; downloads are for all."""
    signed_in = Depends(guards.requires(Role.PUBLISHER, Role.ADMINISTRATOR, scope=SCOPE))

    def publisher(who: Principal = signed_in) -> Actor:
        everything = who.scopes is None and Role.ADMINISTRATOR in who.roles
        return Actor(who.actor, None if everything else who.organisations(Role.PUBLISHER))

    house = feeds.house
    quality = LiveQuality(live, house, feeds.publisher)
    feeds.worker.followers.append(Looks(quality, feeds.quality, feeds.area))
    for routes in (
        versions_router(house, publisher),
        drafts_router(feeds.drafts, publisher, feeds.streets),
        publishing_router(house, feeds.publisher, feeds.notices, publisher, feeds.wake),
        judging_router(house, feeds.drafts, feeds.publisher, quality, feeds.quality, publisher),
        impact_router(house, feeds.drafts, feeds.forecast, publisher),
        usage_router(feeds.area, feeds.usage, house.clock),
        public_router(house, feeds.publisher, feeds.notices, feeds.origin),
    ):
        app.include_router(routes, responses=problems.RESPONSES)
