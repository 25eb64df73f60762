"""Publishing over HTTP: now or later, and back; notices of service changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from maas.api.feeds.shared import ActorOf, FeedId, IfMatch, also, expected_revision
from maas.feeds.house import House
from maas.feeds.model import Actor
from maas.feeds.notices import Notice, NoticeContent, Notices
from maas.feeds.publish import Publisher, Release

__all__ = ["NoticeView", "ReleaseView", "router"]

NoticeId = Annotated[str, Path(max_length=40, pattern=r"^no-[0-9a-f]+$")]


class PublishIn(BaseModel):
    """Which version, when, why."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(ge=1)
    at: AwareDatetime | None = Field(None, description="at once if left out")
    reason: str = Field("", max_length=1000)
    override: str = Field("", max_length=1000, description="administrators: why, although it has errors")


class ReasonIn(BaseModel):
    """Why."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field("", max_length=1000)


class ReleaseView(BaseModel):
    """A version that is, was or will be published."""

    id: int
    version: int
    state: str
    at: datetime
    author: str
    reason: str
    override: str
    sha256: str
    errors: int
    warnings: int

    @classmethod
    def of(cls, release: Release) -> ReleaseView:
        """The view of it."""
        return cls(
            id=release.id, version=release.number, state=release.state, at=release.at, author=release.author,
            reason=release.reason, override=release.override, sha256=release.sha256,
            errors=release.report.errors, warnings=release.report.warnings,
        )  # fmt: skip


class NoticeView(BaseModel):
    """A notice of a service change."""

    id: str
    version: int
    content: NoticeContent

    @classmethod
    def of(cls, notice: Notice) -> NoticeView:
        """The view of it."""
        return cls(id=notice.id, version=notice.version, content=notice.content)


def router(
    house: House,
    publisher: Publisher,
    notices: Notices,
    actor_of: ActorOf,
    published: Callable[[], None] = lambda: None,
) -> APIRouter:
    """Routes for who publishes; `published` is called when something went live."""
    routes = APIRouter(prefix="/v1/feeds/{feed_id}", tags=["feed publishing"], responses=also(401, 403))
    acting = Depends(actor_of)
    _releases(routes, house, publisher, acting, published)
    _notices(routes, house, notices, acting)
    return routes


def _releases(
    routes: APIRouter, house: House, publisher: Publisher, acting: Any, published: Callable[[], None]
) -> None:
    @routes.get("/releases")
    def list_releases(feed_id: FeedId, actor: Actor = acting) -> list[ReleaseView]:
        """What was, is and will be published, the latest first."""
        house.require(feed_id, actor)
        return [ReleaseView.of(r) for r in publisher.history(feed_id)]

    @routes.post("/releases", status_code=201, responses=also(409))
    def publish(feed_id: FeedId, asked: PublishIn, actor: Actor = acting) -> ReleaseView:
        """Publish a version; 409 with the validator's report if it has errors."""
        made = publisher.publish(
            feed_id, asked.version, actor, reason=asked.reason, at=asked.at, override=asked.override
        )
        published()
        return ReleaseView.of(made)

    @routes.delete("/releases/{release_id}", responses=also(409))
    def cancel(feed_id: FeedId, release_id: int, actor: Actor = acting) -> ReleaseView:
        """Call a scheduled release off."""
        return ReleaseView.of(publisher.cancel(feed_id, release_id, actor))

    @routes.post("/rollback", status_code=201, responses=also(409))
    def roll_back(feed_id: FeedId, asked: ReasonIn, actor: Actor = acting) -> ReleaseView:
        """Publish again what was live before."""
        made = publisher.rollback(feed_id, actor, reason=asked.reason)
        published()
        return ReleaseView.of(made)


def _notices(routes: APIRouter, house: House, notices: Notices, acting: Any) -> None:
    @routes.get("/notices")
    def list_notices(feed_id: FeedId, actor: Actor = acting) -> list[NoticeView]:
        """Every notice of the feed."""
        house.require(feed_id, actor)
        return [NoticeView.of(n) for n in notices.all(feed_id)]

    @routes.post("/notices", status_code=201)
    def announce(
        feed_id: FeedId, content: NoticeContent, response: Response, actor: Actor = acting
    ) -> NoticeView:
        """Announce a service change."""
        made = notices.add(feed_id, content, actor)
        response.headers["ETag"] = f'"{made.version}"'
        return NoticeView.of(made)

    @routes.put("/notices/{notice_id}", responses=also(412, 428))
    def change_notice(
        feed_id: FeedId, notice_id: NoticeId, content: NoticeContent, response: Response,
        if_match: IfMatch = None, actor: Actor = acting,
    ) -> NoticeView:  # fmt: skip
        """Change a notice."""
        done = notices.put(feed_id, notice_id, content, actor, expected=expected_revision(if_match))
        response.headers["ETag"] = f'"{done.version}"'
        return NoticeView.of(done)

    @routes.delete("/notices/{notice_id}", status_code=204)
    def take_back(feed_id: FeedId, notice_id: NoticeId, actor: Actor = acting) -> None:
        """Take a notice back."""
        notices.remove(feed_id, notice_id, actor)
