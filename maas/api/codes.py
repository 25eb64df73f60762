"""A page of ours as a QR code: what was looked at on one screen goes on on another."""

from __future__ import annotations

import io
from typing import Annotated

import segno
from fastapi import APIRouter, Query
from fastapi.responses import Response

from maas.api.identity.fields import LocalPath

__all__ = ["router"]


def router(origin: str) -> APIRouter:
    """Routes of codes; `origin` is where browsers reach this server."""
    routes = APIRouter(tags=["codes"])

    @routes.get(
        "/v1/code.svg",
        response_class=Response,
        responses={200: {"content": {"image/svg+xml": {}}, "description": "The code"}},
    )
    def draw_link(
        path: Annotated[LocalPath, Query(max_length=1200, description="a page of this server: /?from=…")],
    ) -> Response:
        """A QR code that opens a page of this server; never one of anybody else's."""
        out = io.BytesIO()
        segno.make(origin + path, error="l", micro=False).save(out, kind="svg", border=2, scale=4)
        return Response(out.getvalue(), media_type="image/svg+xml")

    return routes
