"""What the routers of feeds share: ids in addresses, ETags, refusals for the description."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Header, Path

from maas.api.problems import Problem
from maas.errors import BadRequest
from maas.feeds.errors import VersionMissing

__all__ = ["ActorOf", "FeedId", "IfMatch", "Number", "also", "expected_revision"]

ActorOf = Callable[..., Any]
"""A FastAPI dependency that gives the signed-in `Actor` or refuses."""
FeedId = Annotated[str, Path(max_length=60, pattern=r"^[a-z0-9][a-z0-9-]*$")]
Number = Annotated[int, Path(ge=1, le=10_000_000)]
IfMatch = Annotated[str | None, Header(description="the ETag that was read", max_length=80)]
_ETAG = re.compile(r'^(?:W/)?"(\d{1,9})"$')
_TEXTS = {
    401: "Sign in first",
    403: "Not for this account",
    409: "Its state does not allow this",
    412: "Somebody else changed it in the meantime; `differences` says what",
    413: "Larger than a feed may be",
    428: "Say with If-Match which version you are changing",
}


def also(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What an operation may answer beside the usual, for the OpenAPI document."""
    schema = {"application/problem+json": {"schema": Problem.model_json_schema()}}
    return {status: {"content": schema, "description": _TEXTS[status]} for status in statuses}


def expected_revision(if_match: str | None) -> int:
    """The revision that a change is made from. Raises VersionMissing, BadRequest."""
    if if_match is None:
        raise VersionMissing("send If-Match with the ETag that you read, so that nobody's work is lost")
    found = _ETAG.match(if_match.strip())
    if found is None:
        raise BadRequest(f'If-Match {if_match!r}: send the ETag that was read, such as "3"')
    return int(found[1])
