"""Open data over HTTP: GTFS-Realtime, GBFS, and the shuttle's static feed. Nobody needs a key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any, Literal

from fastapi import APIRouter, Query, Request, Response

from gtfs.flex.model import Form
from gtfs.gbfs.feeds import STATIC_TTL_S
from gtfs.realtime.produce import as_json
from maas.errors import UserError
from maas.wiring.open_data import REALTIME_TTL_S, OpenData

__all__ = ["NotPublished", "router"]

Kind = Literal["trip-updates", "vehicle-positions", "alerts"]
PROTOBUF = "application/x-protobuf"


class NotPublished(UserError):
    """There is no such document."""

    status = 404
    slug = "not-published"
    title = "Not published here"


def router(data: OpenData) -> APIRouter:
    """Everything under `/feeds/{area}`."""
    area = data.area.manifest.id
    routes = APIRouter(prefix=f"/feeds/{area}", tags=["open data"])

    @routes.get(
        "/realtime/{kind}.pb",
        response_class=Response,
        responses={200: {"content": {PROTOBUF: {}}}, 304: {"description": "unchanged"}},
    )
    def show_realtime(kind: Kind, request: Request, feed: str = Query("", max_length=40)) -> Response:
        """GTFS-Realtime 2.0. `feed=` with a feed of the catalogue, or `shuttle`, keeps to that feed."""
        message, made_s = data.realtime(kind, feed)
        return _answer(request, message, PROTOBUF, made_s, REALTIME_TTL_S)

    @routes.get("/realtime/{kind}.json", response_class=Response, responses={304: {"description": "same"}})
    def show_realtime_json(kind: Kind, request: Request, feed: str = Query("", max_length=40)) -> Response:
        """The same message in the JSON form of Protocol Buffers."""
        message, made_s = data.realtime(kind, feed)
        return _answer(request, _json(as_json(message)), "application/json", made_s, REALTIME_TTL_S)

    @routes.get("/gbfs/manifest.json", response_class=Response, responses={304: {"description": "same"}})
    def show_manifest(request: Request) -> Response:
        """The shared-mobility systems of the area (GBFS 3.0 manifest)."""
        if not data.gbfs_systems():
            raise NotPublished("this area has no shared devices and no cycles")
        document = data.gbfs_manifest(_base(request, f"/feeds/{area}/gbfs"))
        return _answer(request, _json(document), "application/json", None, STATIC_TTL_S)

    @routes.get(
        "/gbfs/{system}/{path:path}", response_class=Response, responses={304: {"description": "same"}}
    )
    def show_gbfs(system: str, path: str, request: Request) -> Response:
        """GBFS: `{version}/gbfs.json` leads to the rest; 2.3 has its files by language."""
        if system not in data.gbfs_systems():
            known = ", ".join(data.gbfs_systems()) or "none"
            raise NotPublished(f"{system!r} is no system of this area. There are: {known}")
        files = data.gbfs(system, _base(request, f"/feeds/{area}/gbfs/{system}"))
        if path not in files:
            raise NotPublished(f"{path!r}: begin at 2.3/gbfs.json or 3.0/gbfs.json")
        return _answer(request, _json(files[path]), "application/json", None, int(files[path]["ttl"]))

    def static(form: Form) -> Callable[[Request], Response]:
        def show(request: Request) -> Response:
            made = data.static(form)
            if made is None:
                raise NotPublished("this area has no on-demand service")
            return _answer(request, made[0], "application/zip", made[1], STATIC_TTL_S)

        return show

    zipped: dict[int | str, dict[str, Any]] = {
        200: {"content": {"application/zip": {}}},
        304: {"description": "unchanged"},
    }
    routes.add_api_route(
        "/shuttle/gtfs.zip",
        static(Form.STOPS),
        operation_id="show_shuttle_feed",
        summary="The on-demand shuttle as GTFS-Flex from stop to stop, with Fares v2 and its loops",
        response_class=Response,
        responses=zipped,
    )
    routes.add_api_route(
        "/shuttle/gtfs-zone.zip",
        static(Form.ZONE),
        operation_id="show_shuttle_zone_feed",
        summary="The same service as a zone (locations.geojson), for readers without location groups",
        response_class=Response,
        responses=zipped,
    )
    return routes


def _base(request: Request, path: str) -> str:
    return str(request.base_url).rstrip("/") + path


def _json(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _answer(request: Request, body: bytes, media: str, made_s: int | None, ttl_s: int) -> Response:
    """The document, or 304 where the asker has it already (RFC 9110: its tag counts before its date)."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    headers = {
        "ETag": tag, "Cache-Control": f"public, max-age={ttl_s}", "Access-Control-Allow-Origin": "*",
    }  # fmt: skip
    if made_s is not None:
        headers["Last-Modified"] = format_datetime(datetime.fromtimestamp(made_s, UTC), usegmt=True)
    if _has(request, tag, made_s):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media, headers=headers)


def _has(request: Request, tag: str, made_s: int | None) -> bool:
    tags = request.headers.get("if-none-match")
    if tags is not None:
        return tags.strip() == "*" or tag in (one.strip().removeprefix("W/") for one in tags.split(","))
    since = request.headers.get("if-modified-since")
    if since is None or made_s is None:
        return False
    try:
        known = parsedate_to_datetime(since)
    except ValueError:
        return False
    return known.tzinfo is not None and made_s <= known.timestamp()
