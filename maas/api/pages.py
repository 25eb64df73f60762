"""The built pages: residents at `/`, a console at the name of its HTML file, and what they load."""

from __future__ import annotations

import os
from mimetypes import guess_type
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse, PlainTextResponse, Response
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response as AnyResponse
from starlette.routing import Match, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

__all__ = ["serve_pages"]

_NO_PAGE = "The page was not built. Run: make setup (or see /docs for the API)\n"
_SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
        "worker-src 'self' blob:; connect-src 'self'; frame-ancestors 'none'"
    ),
}
_SPOKEN = ("/", "/fleet")  # where a rider and a supervisor may speak by voice
_FRESH = {**_SECURITY, "Cache-Control": "no-cache"}
_FOREVER = "public, max-age=31536000, immutable"  # the name of each file holds a hash of what is in it
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
_SHARED = ("/feeds",)  # a console for browsers, an open list for machines
_BESIDE = (".webmanifest", ".js", ".png", ".svg", ".ico")


def serve_pages(app: FastAPI, static: Path) -> None:
    """Serve what the build left in `static`; without a build `/` says how to make one."""
    if not (static / "index.html").is_file():

        @app.get("/", include_in_schema=False)
        def no_page() -> Response:
            return PlainTextResponse(_NO_PAGE, 503)

        return
    for page in sorted(static.glob("*.html")):
        _file(app, "/" if page.stem == "index" else f"/{page.stem}", page)
    for file in sorted(static.iterdir()):
        if file.suffix in _BESIDE:  # manifest, service worker and icons belong beside the page
            _file(app, f"/{file.name}", file)
    icon = static / "icon.svg"
    if icon.is_file():  # where browsers look on pages that name none: payments, signing in
        _file(app, "/favicon.ico", icon)
    if (static / "assets").is_dir():
        app.mount("/assets", _Assets(directory=static / "assets"), name="assets")


def _file(app: FastAPI, path: str, file: Path) -> None:
    kind = "application/manifest+json" if file.suffix == ".webmanifest" else None
    shared = path in _SHARED
    microphone = "microphone=(self)" if path in _SPOKEN else "microphone=()"
    headers = _FRESH | {"Permissions-Policy": microphone} | ({"Vary": "Accept"} if shared else {})

    def show(_: Request) -> Response:
        return FileResponse(file, headers=headers, media_type=kind)

    route = (_ForBrowsers if shared else Route)(
        path, show, methods=["GET"], name=f"page {path}", include_in_schema=False
    )
    if shared:
        app.router.routes.insert(0, route)
    else:
        app.router.routes.append(route)


class _ForBrowsers(Route):
    """A page at an address where machines find data."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Only who asks for HTML; the rest is left to the API."""
        if scope["type"] == "http" and "text/html" not in Headers(scope=scope).get("accept", ""):
            return Match.NONE, {}
        return super().matches(scope)


class _Assets(StaticFiles):
    """Files that never change under one name, sent as the build compressed them."""

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> AnyResponse:
        """The file, or its compressed twin where the browser can read that."""
        path, encoding, suffix = str(full_path), "", ""
        wanted = Headers(scope=scope).get("accept-encoding", "")
        for name, ending in _ENCODINGS:
            if name in wanted and Path(path + ending).is_file():
                encoding, suffix = name, ending
                break
        sent = Path(path + suffix)
        answer = super().file_response(sent, sent.stat() if suffix else stat_result, scope, status_code)
        if suffix:
            answer.headers["content-encoding"] = encoding
            answer.headers["content-type"] = guess_type(path)[0] or "application/octet-stream"
        answer.headers["cache-control"] = _FOREVER
        answer.headers["vary"] = "Accept-Encoding"
        return answer
