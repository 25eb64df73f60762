"""Our two cookies: the session, and the browser that began a flow at the broker.

`__Host-` makes a browser refuse the cookie unless it is Secure, for the whole host, and of no other host; a
neighbour's subdomain cannot plant one. Over plain http (localhost only) the prefix is left away.
"""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from maas.identity.model import IdentitySettings
from maas.identity.relying_party import FLOW_S
from maas.identity.sessions import Opened

__all__ = ["SESSION", "broker_of", "clear", "keep_broker", "keep_session", "session_of"]

SESSION = "__Host-maas"
_BROKER = "__Host-maas-broker"


def _name(settings: IdentitySettings, name: str) -> str:
    return name if settings.secure else name.removeprefix("__Host-")


def session_of(request: Request, settings: IdentitySettings) -> str | None:
    """The session cookie that the browser sent."""
    return request.cookies.get(_name(settings, SESSION))


def broker_of(request: Request, settings: IdentitySettings) -> str:
    """What ties a flow at the broker to this browser; empty where there is nothing."""
    return request.cookies.get(_name(settings, _BROKER), "")


def keep_session(response: Response, settings: IdentitySettings, opened: Opened) -> None:
    """Sign the browser in."""
    _keep(response, settings, SESSION, opened.cookie, settings.session_s)


def keep_broker(response: Response, settings: IdentitySettings, browser: str) -> None:
    """Remember the browser until it comes back from the broker."""
    _keep(response, settings, _BROKER, browser, FLOW_S)


def clear(response: Response, settings: IdentitySettings) -> None:
    """Take the session cookie away."""
    response.delete_cookie(
        _name(settings, SESSION), path="/", secure=settings.secure, httponly=True, samesite="lax"
    )


def _keep(response: Response, settings: IdentitySettings, name: str, value: str, lasts_s: int) -> None:
    response.set_cookie(
        _name(settings, name), value, max_age=lasts_s, path="/", secure=settings.secure, httponly=True,
        samesite="lax",
    )  # fmt: skip
