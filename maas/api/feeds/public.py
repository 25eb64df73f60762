"""What everybody downloads: feeds at addresses that stay, their history, a catalogue."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from html import escape
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import BaseModel

from gtfs.publish.catalogue import Entry, Resource, dcat
from maas.api.feeds.publishing import NoticeView
from maas.api.feeds.shared import FeedId, Number
from maas.feeds import store
from maas.feeds.errors import UnknownFeed
from maas.feeds.house import House
from maas.feeds.model import FeedRecord
from maas.feeds.notices import Notices
from maas.feeds.publish import Publisher, Release

__all__ = ["router"]

_ZIP: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/zip": {}}}, 304: {"description": "what you have is the latest"},
}  # fmt: skip
_SOON = "public, max-age=300"
_FOR_EVER = "public, max-age=31536000, immutable"
_GTFS = "https://gtfs.org/documentation/schedule/reference/"
_JP = "https://www.mlit.go.jp/sogoseisaku/transport/sosei_transport_tk_000112.html"


class PublishedVersion(BaseModel):
    """One version that was published."""

    version: int
    published_at: datetime
    url: str
    sha256: str
    live: bool
    reason: str


class PublishedFeed(BaseModel):
    """A feed that everybody may use."""

    id: str
    title: dict[str, str]
    description: dict[str, str]
    publisher: str
    publisher_url: str
    licence: str
    licence_url: str
    contact: str
    version: int
    feed_version: str
    first_date: str
    last_date: str
    published_at: datetime
    url: str
    sha256: str
    notices_url: str


def router(house: House, publisher: Publisher, notices: Notices, origin: str) -> APIRouter:
    """Public routes; `origin` is where browsers reach us, without a slash at the end."""
    routes = APIRouter(prefix="/feeds", tags=["open data"])
    shelf = _Shelf(house, publisher, origin)
    _lists(routes, shelf)
    _files(routes, shelf, publisher)

    @routes.get("/{feed_id}/notices.json")
    def show_notices(feed_id: FeedId) -> list[NoticeView]:
        """Service changes that riders should know of now."""
        return [NoticeView.of(n) for n in notices.shown(feed_id, house.clock())]

    return routes


class _Shelf:
    """What is published, as the lists tell it."""

    def __init__(self, house: House, publisher: Publisher, origin: str) -> None:
        self._house = house
        self._publisher = publisher
        self.origin = origin

    def feeds(self) -> list[PublishedFeed]:
        with self._house.database.read() as connection:
            records = {f.id: f for f in store.feeds(connection)}
        return [self.feed(records[r.feed_id], r) for r in self._publisher.all_live()]

    def one(self, feed_id: str) -> PublishedFeed:
        with self._house.database.read() as connection:
            record = store.get_feed(connection, feed_id)
        return self.feed(record, self._publisher.live(feed_id))

    def feed(self, record: FeedRecord, release: Release) -> PublishedFeed:
        with self._house.database.read() as connection:
            facts = store.get_version(connection, record.id, release.number).facts
        about = record.about
        return PublishedFeed(
            id=record.id, title=about.title, description=about.description,
            publisher=about.publisher or facts["publisher"], publisher_url=about.publisher_url,
            licence=about.licence, licence_url=about.licence_url, contact=about.contact,
            version=release.number, feed_version=facts["feed_version"], first_date=facts["first_date"],
            last_date=facts["last_date"], published_at=release.at, sha256=release.sha256,
            url=f"{self.origin}/feeds/{record.id}/gtfs.zip",
            notices_url=f"{self.origin}/feeds/{record.id}/notices.json",
        )  # fmt: skip

    def entry(self, feed: PublishedFeed) -> Entry:
        with self._house.database.read() as connection:
            record = store.get_feed(connection, feed.id)
        japanese = record.about.profile.startswith("gtfs-jp")
        resource = Resource(
            feed.url, "GTFS-JP" if japanese else "GTFS", "application/zip", feed.published_at,
            sha256=feed.sha256, conforms_to=_JP if japanese else _GTFS,
        )  # fmt: skip
        return Entry(
            feed.id, f"{self.origin}/feeds/{feed.id}", feed.title, feed.description, feed.publisher,
            feed.publisher_url, feed.licence, feed.licence_url, feed.contact,
            tuple(record.about.keywords or ["GTFS", "公共交通"]), record.created_at, feed.published_at,
            feed.feed_version or str(feed.version), feed.first_date, feed.last_date, (resource,),
        )  # fmt: skip


class _JsonLd(JSONResponse):
    media_type = "application/ld+json"


def _lists(routes: APIRouter, shelf: _Shelf) -> None:
    @routes.get("")
    def list_published() -> list[PublishedFeed]:
        """Every published feed, with its licence and where it is."""
        return shelf.feeds()

    @routes.get("/catalog.jsonld", response_class=_JsonLd)
    def show_catalogue() -> Response:
        """The catalogue as DCAT-AP."""
        entries = [shelf.entry(feed) for feed in shelf.feeds()]
        title = {"ja": "公共交通オープンデータ", "en": "Public transport open data"}
        found = dcat(f"{shelf.origin}/feeds/catalog.jsonld", title, "Makuhari MaaS", entries)
        return _JsonLd(found, headers={"Cache-Control": _SOON})

    @routes.get("/index.html", response_class=HTMLResponse, include_in_schema=False)
    def show_page(lang: Annotated[str, Query(max_length=10)] = "ja") -> HTMLResponse:
        return HTMLResponse(_page(shelf.feeds(), lang), headers={"Cache-Control": _SOON})


def _files(routes: APIRouter, shelf: _Shelf, publisher: Publisher) -> None:
    @routes.get("/{feed_id}")
    def show_published(feed_id: FeedId) -> PublishedFeed:
        """One published feed."""
        return shelf.one(feed_id)

    @routes.get("/{feed_id}/versions")
    def list_history(feed_id: FeedId) -> list[PublishedVersion]:
        """Every version that was ever published, the latest first."""
        return [
            PublishedVersion(
                version=r.number, published_at=r.at, sha256=r.sha256, live=r.state == "live", reason=r.reason,
                url=f"{shelf.origin}/feeds/{feed_id}/versions/{r.number}/gtfs.zip",
            )
            for r in publisher.history(feed_id)
            if r.state in ("live", "past")
        ]  # fmt: skip

    @routes.head("/{feed_id}/gtfs.zip", include_in_schema=False)
    @routes.get("/{feed_id}/gtfs.zip", response_class=Response, responses=_ZIP)
    def download(feed_id: FeedId, request: Request) -> Response:
        """The feed as it is published now."""
        return _sent(publisher, publisher.live(feed_id), request, _SOON)

    @routes.get("/{feed_id}/versions/{number}/gtfs.zip", response_class=Response, responses=_ZIP)
    def download_version(feed_id: FeedId, number: Number, request: Request) -> Response:
        """A version that was published once."""
        found = next(
            (r for r in publisher.history(feed_id) if r.number == number and r.state in ("live", "past")),
            None,
        )
        if found is None:
            raise UnknownFeed(f"version {number} of {feed_id!r} was never published; see its versions")
        return _sent(publisher, found, request, _FOR_EVER)


def _sent(publisher: Publisher, release: Release, request: Request, cache: str) -> Response:
    tag = f'"{release.sha256[:32]}"'
    headers = {
        "ETag": tag, "Last-Modified": format_datetime(release.at.replace(microsecond=0), usegmt=True),
        "Cache-Control": cache, "Access-Control-Allow-Origin": "*",
    }  # fmt: skip
    if _has_it(request, tag, release.at):
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = f'attachment; filename="{release.feed_id}-{release.number}.zip"'
    data = publisher.archive(release)
    if request.method == "HEAD":
        headers["Content-Length"] = str(len(data))
        return Response(media_type="application/zip", headers=headers)
    return Response(data, media_type="application/zip", headers=headers)


def _has_it(request: Request, tag: str, changed: datetime) -> bool:
    """RFC 9110: If-None-Match decides where it is sent; the date only without it."""
    sent = request.headers.get("if-none-match")
    if sent is not None:
        return "*" in sent or tag in (part.strip().removeprefix("W/") for part in sent.split(","))
    since = request.headers.get("if-modified-since")
    try:
        return since is not None and changed.replace(microsecond=0) <= parsedate_to_datetime(since)
    except (ValueError, TypeError):
        return False


def _page(feeds: list[PublishedFeed], lang: str) -> str:
    japanese = lang != "en"
    title = "公共交通オープンデータ" if japanese else "Public transport open data"
    heads = (
        ("フィード", "事業者", "有効期間", "公開日", "ライセンス", "ダウンロード")
        if japanese
        else ("Feed", "Publisher", "Valid", "Published", "Licence", "Download")
    )
    rows = "".join(_row(f, "ja" if japanese else "en") for f in feeds)
    other = "<a href='?lang=en' lang=en>English</a>" if japanese else "<a href='?lang=ja' lang=ja>日本語</a>"
    return (
        f"<!doctype html><html lang={'ja' if japanese else 'en'}><meta charset=utf-8>"
        f"<meta name=viewport content='width=device-width'><title>{title}</title>"
        "<style>:root{color-scheme:light dark}body{font:1rem/1.6 system-ui,sans-serif;margin:2rem auto;"
        "max-width:60rem;padding:0 1rem}table{border-collapse:collapse;display:block;overflow-x:auto}"
        "th,td{border:1px solid #8888;padding:.3rem .7rem;text-align:left}</style>"
        f"<main><h1>{title}</h1><p>{other} · <a href='/feeds/catalog.jsonld'>DCAT-AP</a> · "
        f"<a href='/feeds'>JSON</a></p><table><thead><tr>"
        + "".join(f"<th scope=col>{h}</th>" for h in heads)
        + f"</tr></thead><tbody>{rows}</tbody></table></main></html>"
    )


def _row(feed: PublishedFeed, lang: str) -> str:
    title = feed.title.get(lang) or next(iter(feed.title.values()))
    licence = f"<a href='{escape(feed.licence_url)}'>{escape(feed.licence)}</a>"
    return (
        f"<tr><th scope=row>{escape(title)}</th><td>{escape(feed.publisher)}</td>"
        f"<td>{escape(feed.first_date)}–{escape(feed.last_date)}</td><td>{feed.published_at:%Y-%m-%d}</td>"
        f"<td>{licence}</td><td><a href='{escape(feed.url)}'>gtfs.zip</a></td></tr>"
    )
