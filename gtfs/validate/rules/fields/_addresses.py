"""Addresses in the net: how a URI, a URL and an e-mail address are written."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from gtfs.validate.context import Context
from gtfs.validate.rules._common import Typed, fields_of

_FORBIDDEN = re.compile(r"[\s<>\"{}|\\^`]|[^\x20-\x7e\u00a0-\U0010ffff]|%(?![0-9A-Fa-f]{2})")
_HOST = re.compile(r"(?=.{1,253}\.?$)([^\W_]([\w-]{0,61}[^\W_])?)(\.[^\W_]([\w-]{0,61}[^\W_])?)*\.?")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}")


def uri_fault(text: str) -> str:
    """Why a text cannot be parsed as a URI at all; empty if it can."""
    found = _FORBIDDEN.search(text)
    if found:
        return f"{found[0]!r} at {found.start() + 1}"
    try:
        urlsplit(text).port  # noqa: B018
    except ValueError as error:
        return str(error)
    return ""


def is_url(text: str) -> bool:
    """Whether a URI is an http(s) URL with a host in the net."""
    parts = urlsplit(text)
    host = parts.hostname or ""
    named = "." in host or ":" in host or host == "localhost"
    return (
        parts.scheme.lower() in ("http", "https") and named and (":" in host or bool(_HOST.fullmatch(host)))
    )


def is_email(text: str) -> bool:
    """Whether a text is one address of RFC 5321 in its usual form."""
    local, at, domain = text.rpartition("@")
    dots = local.startswith(".") or local.endswith(".") or ".." in local
    top = domain.rpartition(".")[2]
    usual = bool(_LOCAL.fullmatch(local)) and "." in domain and len(top) > 1 and not top.isdigit()
    return bool(at) and usual and not dots and bool(_HOST.fullmatch(domain))


def uris(context: Context) -> list[tuple[Typed, list[str]]]:
    """Columns of URLs, with the fault of each distinct value as a URI (empty if it has none)."""
    return [
        (at, [uri_fault(t) if t else "" for t in at.column.text.to_list()])
        for at in fields_of(context, "url")
    ]
