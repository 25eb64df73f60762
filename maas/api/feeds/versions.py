"""Feeds and versions: create, hand in, fetch, compare, export."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from maas.api.feeds.shared import ActorOf, FeedId, IfMatch, Number, also, expected_revision
from maas.api.feeds.views import (
    DifferenceView,
    EventView,
    FeedChange,
    FeedIn,
    FeedView,
    ImportedUrl,
    ImportUrl,
    StoredView,
    VersionView,
)
from maas.feeds import store
from maas.feeds.errors import FeedHouseError
from maas.feeds.house import House, scratch
from maas.feeds.model import Actor

__all__ = ["router"]

UPLOAD_BYTES_MAX = 512 * 1024**2
Lang = Annotated[Literal["ja", "en"], Query(description="language of the sentences")]
Reason = Annotated[str, Query(max_length=1000, description="why, for the history")]
Encoding = Annotated[str, Query(max_length=20, pattern=r"^[A-Za-z0-9_-]+$")]
_ZIP: dict[int | str, dict[str, Any]] = {200: {"content": {"application/zip": {}}}}


class TooLarge(FeedHouseError):
    """More was sent than a feed may hold."""

    status = 413
    slug = "too-large"
    title = "Larger than a feed may be"


def router(house: House, actor_of: ActorOf) -> APIRouter:
    """Routes for publishers. `actor_of` is a dependency that gives the `Actor` or refuses."""
    routes = APIRouter(prefix="/v1/feeds", tags=["feeds"], responses=also(401, 403))
    acting = Depends(actor_of)
    _feeds(routes, house, acting)
    _versions(routes, house, acting)
    _compare(routes, house, acting)
    return routes


def _feeds(routes: APIRouter, house: House, acting: Any) -> None:
    @routes.get("")
    def list_feeds(actor: Actor = acting) -> list[FeedView]:
        """The feeds that the account publishes."""
        with house.database.read() as connection:
            found = store.feeds(connection)
        return [
            FeedView.of(f)
            for f in found
            if actor.organisations is None or f.organisation in actor.organisations
        ]

    @routes.post("", status_code=201, responses=also(409))
    def create_feed(asked: FeedIn, response: Response, actor: Actor = acting) -> FeedView:
        """Begin a feed; it is empty until something is handed in or a draft is released."""
        actor.require(asked.organisation)
        made = house.database.run(
            lambda c: store.create_feed(
                c, asked.id, asked.organisation, asked.about, in_planner=asked.in_planner, now=house.clock(),
                actor=actor.id,
            )
        )  # fmt: skip
        response.headers["ETag"] = f'"{made.revision}"'
        return FeedView.of(made)

    @routes.get("/{feed_id}")
    def show_feed(feed_id: FeedId, response: Response, actor: Actor = acting) -> FeedView:
        """One feed, with its revision as ETag."""
        found = house.require(feed_id, actor)
        response.headers["ETag"] = f'"{found.revision}"'
        return FeedView.of(found)

    @routes.put("/{feed_id}", responses=also(412, 428))
    def put_feed(
        feed_id: FeedId, asked: FeedChange, response: Response, if_match: IfMatch = None,
        actor: Actor = acting,
    ) -> FeedView:  # fmt: skip
        """Change what is said of a feed."""
        house.require(feed_id, actor)
        expected = expected_revision(if_match)
        done = house.database.run(
            lambda c: store.update_feed(
                c, feed_id, asked.about, in_planner=asked.in_planner, expected=expected, now=house.clock(),
                actor=actor.id,
            )
        )  # fmt: skip
        response.headers["ETag"] = f'"{done.revision}"'
        return FeedView.of(done)

    @routes.get("/{feed_id}/events")
    def list_events(feed_id: FeedId, actor: Actor = acting) -> list[EventView]:
        """Who did what to the feed, the latest first."""
        house.require(feed_id, actor)
        with house.database.read() as connection:
            return [EventView.of(e) for e in store.events(connection, feed_id)]


def _versions(routes: APIRouter, house: House, acting: Any) -> None:
    @routes.get("/{feed_id}/versions")
    def list_versions(feed_id: FeedId, actor: Actor = acting) -> list[VersionView]:
        """Every version, the latest first."""
        house.require(feed_id, actor)
        with house.database.read() as connection:
            return [VersionView.of(v) for v in store.versions(connection, feed_id)]

    @routes.post(
        "/{feed_id}/versions",
        responses=also(413),
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
            }
        },
    )
    async def hand_in(
        feed_id: FeedId, request: Request, response: Response, reason: Reason = "",
        encoding: Encoding = "utf-8", actor: Actor = acting,
    ) -> StoredView:  # fmt: skip
        """Hand in a zip as the next version; the same files again make none (200 instead of 201)."""
        with scratch() as folder:
            path = folder / "handed-in.zip"
            await _receive(request, path)
            stored = await asyncio.to_thread(
                house.import_file, feed_id, path, actor, reason=reason, encoding=encoding
            )
        response.status_code = 201 if stored.new else 200
        return StoredView.of(stored)

    @routes.post("/{feed_id}/fetch")
    def fetch(feed_id: FeedId, asked: ImportUrl, actor: Actor = acting) -> ImportedUrl:
        """Fetch an address and keep what it answers as the next version, if it is news."""
        stored = house.import_url(feed_id, asked.url, actor, reason=asked.reason, encoding=asked.encoding)
        return ImportedUrl(
            changed=stored is not None and stored.new,
            stored=None if stored is None else StoredView.of(stored),
        )

    @routes.get("/{feed_id}/versions/{number}")
    def show_version(feed_id: FeedId, number: Number, actor: Actor = acting) -> VersionView:
        """One version."""
        house.require(feed_id, actor)
        with house.database.read() as connection:
            return VersionView.of(store.get_version(connection, feed_id, number))

    @routes.get("/{feed_id}/versions/{number}/gtfs.zip", response_class=Response, responses=_ZIP)
    def export_version(feed_id: FeedId, number: Number, actor: Actor = acting) -> Response:
        """The files of a version as they came, in a zip that is the same bytes every time."""
        house.require(feed_id, actor)
        headers = {"Content-Disposition": f'attachment; filename="{feed_id}-{number}.zip"'}
        return Response(house.export(feed_id, number), media_type="application/zip", headers=headers)


def _compare(routes: APIRouter, house: House, acting: Any) -> None:
    @routes.get("/{feed_id}/versions/{number}/changes")
    def compare(
        feed_id: FeedId,
        number: Number,
        since: Annotated[int | None, Query(ge=1, description="the one before it if left out")] = None,
        from_day: Annotated[date | None, Query(description="what counts from this day on")] = None,
        lang: Lang = "ja",
        actor: Actor = acting,
    ) -> DifferenceView:
        """What changed, row by row and for riders in words."""
        house.require(feed_id, actor)
        before = number - 1 if since is None else since
        return DifferenceView.of(house.difference(feed_id, before, number, from_day=from_day), lang)


async def _receive(request: Request, path: Path) -> None:
    size = 0
    with path.open("wb") as file:
        async for chunk in request.stream():
            size += len(chunk)
            if size > UPLOAD_BYTES_MAX:
                raise TooLarge(f"more than {UPLOAD_BYTES_MAX:,} bytes were sent; hand in one operator's feed")
            file.write(chunk)
