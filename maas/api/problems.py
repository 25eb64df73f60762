"""Every error as `application/problem+json` (RFC 9457)."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException

from fleet.errors import Conflict, FleetError, Invalid, Unknown
from maas.errors import UserError

_TYPE = "https://makuhari-maas.example/problems/"
_log = logging.getLogger(__name__)


class Problem(BaseModel):
    """RFC 9457 problem details."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str


RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {
        "content": {"application/problem+json": {"schema": Problem.model_json_schema()}},
        "description": text,
    }
    for status, text in (
        (400, "The request contradicts itself or the area"),
        (401, "The caller has not shown that they may do this"),
        (403, "The caller may not do this"),
        (404, "Nothing has that name or id"),
        (409, "The state of what is named does not allow this"),
        (422, "The request is malformed, or cannot be planned"),
        (503, "This server cannot do that now"),
    )
}
"""What any operation may answer instead, for the OpenAPI document."""


def install(app: FastAPI) -> None:
    """Answer every error of `app` with problem details; nothing of the inside leaks out."""

    @app.exception_handler(UserError)
    @app.exception_handler(FleetError)
    def refused(_: Request, error: UserError | FleetError) -> JSONResponse:
        return _told(problem_of(error))

    @app.exception_handler(RequestValidationError)
    def malformed(_: Request, error: RequestValidationError) -> JSONResponse:
        found = [
            {"field": ".".join(str(part) for part in e["loc"]), "message": e["msg"]} for e in error.errors()
        ]
        detail = "; ".join(f"{e['field']}: {e['message']}" for e in found)
        return _response(422, "malformed", "The request is malformed", detail, errors=found)

    @app.exception_handler(HTTPException)
    def http_error(_: Request, error: HTTPException) -> JSONResponse:
        response = _response(error.status_code, "http", str(error.detail), str(error.detail))
        response.headers.update(error.headers or {})  # Allow, of a 405
        return response

    @app.exception_handler(Exception)
    def defect(request: Request, error: Exception) -> JSONResponse:
        _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
        return _told(problem_of(error))


def problem_of(error: Exception) -> Problem:
    """What is told of an error, also where the answer's head has already been sent."""
    match error:
        case UserError():
            more = getattr(error, "more", {})  # what differs, what stands in the way
            return _problem(error.status, error.slug, error.title, str(error), **more)
        case FleetError():
            status, slug, title, more = _of_fleet(error)
            return _problem(status, slug, title, str(error), **more)
    return _problem(500, "defect", "Our mistake", "Something went wrong here. It has been logged")


def _of_fleet(error: FleetError) -> tuple[int, str, str, dict[str, Any]]:
    match error:
        case Invalid():
            return 422, "invalid", "The request cannot be meant", {"field": error.field}
        case Unknown():
            return 404, "unknown", "There is no such thing", {"kind": error.kind, "id": error.identity}
        case Conflict():
            return 409, error.code.replace("_", "-"), "Its state does not allow this", {"code": error.code}
    return 503, "zone-elsewhere", "Another dispatcher holds this zone", {}


def _problem(status: int, slug: str, title: str, detail: str, **more: Any) -> Problem:
    return Problem(type=_TYPE + slug, title=title, status=status, detail=detail, **more)


def _response(status: int, slug: str, title: str, detail: str, **more: Any) -> JSONResponse:
    return _told(_problem(status, slug, title, detail, **more))


def _told(problem: Problem) -> JSONResponse:
    return JSONResponse(problem.model_dump(), problem.status, media_type="application/problem+json")
