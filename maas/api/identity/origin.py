"""Whether a write comes from one of our own pages.

Every browser says in `Origin` where a POST, PUT, PATCH or DELETE comes from, and pages cannot forge it.
Together with SameSite=Lax this keeps other sites from writing with somebody's cookie.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import Request

from maas.identity.errors import CrossSite
from maas.identity.model import IdentitySettings

__all__ = ["check_origin", "is_write"]

_SAFE = ("GET", "HEAD", "OPTIONS")


def is_write(request: Request) -> bool:
    """Whether the method may change something."""
    return request.method not in _SAFE


def check_origin(request: Request, settings: IdentitySettings, *, with_cookie: bool) -> None:
    """Raises CrossSite for a write from elsewhere; with a cookie also for one that does not say from where.

    On localhost, where the same server has several names, the page must have the name that was asked.
    """
    if not is_write(request):
        return
    origin = request.headers.get("origin")
    if origin is None and not with_cookie:
        return
    ours = origin == settings.issuer
    if not ours and not settings.secure and origin is not None:
        ours = urlsplit(origin).netloc == request.headers.get("host")
    if not ours:
        raise CrossSite(f"Origin: {origin!r}; write from a page of {settings.issuer}, or with a bearer token")
