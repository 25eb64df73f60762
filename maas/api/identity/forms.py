"""Forms and queries of OAuth and of our pages: `application/x-www-form-urlencoded`, every name once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from maas.identity.errors import OAuthRefusal

__all__ = ["Form", "Query", "Values", "parsed"]

BYTES_MAX = 64 * 1024
_TYPE = "application/x-www-form-urlencoded"


class Values(dict[str, str]):
    """Each name with its one value; `many` has those that may come more than once (check boxes)."""

    many: tuple[str, ...] = ()


def parsed(text: str, *, repeated: str | None = None) -> Values:
    """Names and values; RFC 6749 section 3.1 forbids a name twice. Raises OAuthRefusal `invalid_request`."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text), errors="strict",
                          max_num_fields=100)  # fmt: skip
    except ValueError:
        raise OAuthRefusal("invalid_request", "the parameters are not form-encoded UTF-8") from None
    found = Values()
    for name, value in pairs:
        if "\x00" in name or "\x00" in value:
            raise OAuthRefusal("invalid_request", "a parameter has a NUL in it")
        if name == repeated:
            found.many += (value,)
        elif name in found:
            raise OAuthRefusal("invalid_request", f"{name[:40]}: given twice")
        elif value:  # RFC 6749 section 3.1: a parameter without a value is as if left out
            found[name] = value
    return found


async def _form(request: Request) -> Values:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _TYPE:
        raise OAuthRefusal("invalid_request", f"Content-Type: send {_TYPE}")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BYTES_MAX:
            raise OAuthRefusal("invalid_request", f"the form is larger than {BYTES_MAX} bytes", status=413)
    try:
        return parsed(body.decode("ascii"), repeated="data")
    except UnicodeDecodeError:
        raise OAuthRefusal("invalid_request", "the form is not percent-encoded") from None


def _query(request: Request) -> Mapping[str, str]:
    return parsed(request.url.query)


Form = Annotated[Values, Depends(_form)]
Query = Annotated[Mapping[str, str], Depends(_query)]
