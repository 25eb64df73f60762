"""The one ID's refusals as problem details, with their headers (WWW-Authenticate, Retry-After)."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from maas.api.problems import Problem
from maas.identity.errors import IdentityError

__all__ = ["also", "install"]

_TYPE = "https://makuhari-maas.example/problems/"
_TEXTS = {
    400: "It does not verify, or is not JSON",
    401: "Nobody is signed in",
    403: "Signed in, but not allowed; or not from our page; or the sign-in is too old",
    404: "Nothing of yours has that id",
    409: "It is taken, or the last one of its kind",
    410: "The code or link does not work any more",
    422: "The request is malformed, or cannot be meant",
    429: "Too many attempts; Retry-After says when to come back",
    502: "The identity broker did not confirm it",
    503: "The mail server did not take the message",
}


def install(app: FastAPI) -> None:
    """Answer every IdentityError of `app`, whoever raised it."""

    @app.exception_handler(IdentityError)
    def refused(_: Request, error: IdentityError) -> JSONResponse:
        problem = Problem(type=_TYPE + error.slug, title=error.title, status=error.status, detail=str(error))
        return JSONResponse(
            problem.model_dump(), error.status, media_type="application/problem+json", headers=error.headers
        )


def also(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What an operation may answer beside the usual, for the OpenAPI document."""
    schema = {"application/problem+json": {"schema": Problem.model_json_schema()}}
    return {status: {"content": schema, "description": _TEXTS[status]} for status in statuses}
