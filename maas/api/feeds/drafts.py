"""Drafts over HTTP: documents with If-Match, sheets and streets as proposals, release into a version."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from pydantic import BaseModel

from gtfs.authoring.documents import Kind, Pattern
from gtfs.authoring.readings import propose
from maas.api.feeds.draft_views import (
    DocumentView,
    DraftIn,
    DraftView,
    ProposedView,
    ReadingView,
    ReleaseIn,
    ShapeView,
)
from maas.api.feeds.shared import ActorOf, FeedId, IfMatch, also
from maas.api.feeds.views import DifferenceView, StoredView
from maas.errors import BadRequest
from maas.feeds import sheets
from maas.feeds.drafts import Draft, Drafts
from maas.feeds.errors import Refused
from maas.feeds.model import Actor
from maas.feeds.ports import Streets

__all__ = ["router"]

SHEET_BYTES_MAX = 16 * 1024**2
DraftId = Annotated[str, Path(max_length=40, pattern=r"^dr-[0-9a-f]+$")]
Key = Annotated[str, Path(max_length=200, min_length=1)]
Name = Annotated[str, Query(max_length=200)]
IfNoneMatch = Annotated[str | None, Header(description="* for something new", max_length=10)]
_SHEET = {
    "requestBody": {
        "required": True,
        "content": {
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {
                "schema": {"type": "string", "format": "binary"}
            },
            "text/csv": {"schema": {"type": "string"}},
        },
    }
}


class Content(BaseModel):
    """A document's fields; which there are depends on its kind (docs/feeds.md)."""

    model_config = {"extra": "allow"}


def router(drafts: Drafts, actor_of: ActorOf, streets: Streets | None) -> APIRouter:
    """Routes for who edits feeds; `streets` is None where the area has no map."""
    prefix = "/v1/feeds/{feed_id}/drafts"
    routes = APIRouter(prefix=prefix, tags=["feed drafts"], responses=also(401, 403))
    acting = Depends(actor_of)
    _drafts(routes, drafts, acting)
    _documents(routes, drafts, acting)
    _helpers(routes, drafts, acting, streets)
    return routes


def _drafts(routes: APIRouter, drafts: Drafts, acting: Any) -> None:
    @routes.get("")
    def list_drafts(feed_id: FeedId, actor: Actor = acting) -> list[DraftView]:
        """The drafts of a feed, the latest first."""
        return [DraftView.of(d) for d in drafts.all(feed_id, actor)]

    @routes.post("", status_code=201)
    def open_draft(feed_id: FeedId, asked: DraftIn, actor: Actor = acting) -> DraftView:
        """Begin a draft from the latest version, or from another one."""
        return DraftView.of(drafts.open(feed_id, actor, base=asked.base, title=asked.title))

    @routes.get("/{draft_id}")
    def show_draft(feed_id: FeedId, draft_id: DraftId, actor: Actor = acting) -> DraftView:
        """One draft."""
        return DraftView.of(drafts.get(feed_id, draft_id, actor))

    @routes.delete("/{draft_id}", status_code=204, responses=also(412))
    def discard_draft(feed_id: FeedId, draft_id: DraftId, actor: Actor = acting) -> None:
        """Give a draft up."""
        drafts.discard(drafts.get(feed_id, draft_id, actor), actor)

    @routes.get("/{draft_id}/changes")
    def show_changes(
        feed_id: FeedId, draft_id: DraftId, lang: Literal["ja", "en"] = "ja", actor: Actor = acting
    ) -> DifferenceView:
        """What the draft changes against the version it began from."""
        return DifferenceView.of(drafts.difference(drafts.get(feed_id, draft_id, actor)), lang)

    @routes.post("/{draft_id}/rebase", responses=also(412))
    def rebase(feed_id: FeedId, draft_id: DraftId, actor: Actor = acting) -> DraftView:
        """Go on from the feed's latest version."""
        return DraftView.of(drafts.rebase(drafts.get(feed_id, draft_id, actor), actor))

    @routes.post("/{draft_id}/release", responses=also(409, 412))
    def release(feed_id: FeedId, draft_id: DraftId, asked: ReleaseIn, actor: Actor = acting) -> StoredView:
        """Make the draft the feed's next version; publishing it is another step."""
        return StoredView.of(drafts.release(drafts.get(feed_id, draft_id, actor), actor, reason=asked.reason))


def _documents(routes: APIRouter, drafts: Drafts, acting: Any) -> None:
    @routes.get("/{draft_id}/documents/{kind}")
    def list_documents(feed_id: FeedId, draft_id: DraftId, kind: Kind, actor: Actor = acting) -> list[str]:
        """The keys of everything of a kind."""
        return drafts.keys(drafts.get(feed_id, draft_id, actor), kind)

    @routes.get("/{draft_id}/contents/{kind}")
    def list_contents(
        feed_id: FeedId, draft_id: DraftId, kind: Kind, actor: Actor = acting
    ) -> list[DocumentView]:
        """All documents of a kind, each with its tag: what a list or a map of them begins with."""
        return [DocumentView.of(h) for h in drafts.everything(drafts.get(feed_id, draft_id, actor), kind)]

    @routes.get("/{draft_id}/documents/{kind}/{key:path}")
    def show_document(
        feed_id: FeedId, draft_id: DraftId, kind: Kind, key: Key, response: Response, actor: Actor = acting
    ) -> DocumentView:
        """One document, with its tag as ETag."""
        held = drafts.held(drafts.get(feed_id, draft_id, actor), kind, key)
        response.headers["ETag"] = f'"{held.tag}"'
        return DocumentView.of(held)

    @routes.put("/{draft_id}/documents/{kind}/{key:path}", responses=also(409, 412, 428))
    def put_document(
        feed_id: FeedId, draft_id: DraftId, kind: Kind, key: Key, content: Content, response: Response,
        if_match: IfMatch = None, if_none_match: IfNoneMatch = None, actor: Actor = acting,
    ) -> DocumentView:  # fmt: skip
        """Change a document (If-Match) or add one (If-None-Match: *)."""
        draft = drafts.get(feed_id, draft_id, actor)
        held = drafts.put(
            draft, kind, key, content.model_dump(), actor, if_match=_tag(if_match),
            create=if_none_match is not None and if_none_match.strip() == "*",
        )  # fmt: skip
        response.headers["ETag"] = f'"{held.tag}"'
        return DocumentView.of(held)

    @routes.delete("/{draft_id}/documents/{kind}/{key:path}", status_code=204, responses=also(409, 412, 428))
    def remove_document(
        feed_id: FeedId, draft_id: DraftId, kind: Kind, key: Key, if_match: IfMatch = None,
        actor: Actor = acting,
    ) -> None:  # fmt: skip
        """Take something out of the feed."""
        drafts.remove(drafts.get(feed_id, draft_id, actor), kind, key, actor, if_match=_tag(if_match))


def _helpers(routes: APIRouter, drafts: Drafts, acting: Any, streets: Streets | None) -> None:
    @routes.post("/{draft_id}/sheets/timetable", openapi_extra=_SHEET)
    async def read_timetable(
        feed_id: FeedId, draft_id: DraftId, request: Request, route: Name, pattern: Name,
        calendars: Annotated[str, Query(max_length=500, description="weekday:W,saturday:S,holiday:H")],
        direction: Annotated[int, Query(ge=0, le=1)] = 0, headsign: Name = "", name: Name = "sheet",
        actor: Actor = acting,
    ) -> list[ProposedView]:  # fmt: skip
        """Read a timetable (Excel, CSV, TSV) as documents to be looked at and put."""
        data = await _body(request)

        def read() -> list[sheets.Proposed]:
            draft: Draft = drafts.get(feed_id, draft_id, actor)
            return sheets.timetable_sheet(
                drafts, draft, data, name, route=route, direction=direction, pattern=pattern,
                headsign=headsign, calendars=sheets.day_calendars(calendars),
            )  # fmt: skip

        return [ProposedView.of(p) for p in await asyncio.to_thread(read)]

    @routes.post("/{draft_id}/sheets/fares", openapi_extra=_SHEET)
    async def read_fares(
        feed_id: FeedId, draft_id: DraftId, request: Request, key: Name, routes: Name = "",
        agency: Name = "", name: Name = "sheet", actor: Actor = acting,
    ) -> ProposedView:  # fmt: skip
        """Read a 三角表 as a fare to be looked at and put."""
        data = await _body(request)

        def read() -> sheets.Proposed:
            draft: Draft = drafts.get(feed_id, draft_id, actor)
            chosen = [r for r in routes.split(",") if r]
            return sheets.fare_sheet(drafts, draft, data, name, key=key, routes=chosen, agency=agency)

        return ProposedView.of(await asyncio.to_thread(read))

    @routes.get("/{draft_id}/reading")
    def propose_reading(feed_id: FeedId, draft_id: DraftId, name: Name, actor: Actor = acting) -> ReadingView:
        """Kana, rōmaji and English proposed for a name."""
        feed = drafts.feed(drafts.get(feed_id, draft_id, actor))
        return ReadingView.of(propose(name, sheets.known_readings(feed)))

    @routes.get("/{draft_id}/shape", responses=also(409))
    def draw_shape(feed_id: FeedId, draft_id: DraftId, pattern: Name, actor: Actor = acting) -> ShapeView:
        """The way of a pattern along the streets, to be put into it as `shape`."""
        if streets is None:
            raise Refused("this area has no street map; give the shape's points yourself")
        draft = drafts.get(feed_id, draft_id, actor)
        content = drafts.held(draft, Kind.PATTERN, pattern).content
        drawn = sheets.draw(streets, drafts.feed(draft), Pattern.model_validate(content))
        return ShapeView(points=drawn.points, distance_m=drawn.distance_m, straight=drawn.straight)


def _tag(if_match: str | None) -> str | None:
    return None if if_match is None else if_match.strip().removeprefix("W/").strip('"')


async def _body(request: Request) -> bytes:
    data = b""
    async for chunk in request.stream():
        data += chunk
        if len(data) > SHEET_BYTES_MAX:
            raise BadRequest(f"the sheet is larger than {SHEET_BYTES_MAX:,} bytes; give one timetable a file")
    return data
