"""Kinds of routes: those that refuse in OAuth's words, and those that refuse on a page."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.routing import APIRoute

from maas.api.identity import pages
from maas.identity.errors import IdentityError, NotSignedIn, OAuthRefusal, RateLimited
from maas.identity.model import language_of
from maas.identity.provider.authorize import RedirectedRefusal

__all__ = ["NO_STORE", "OAuthRoute", "PageRoute", "see"]

NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


def see(url: str) -> RedirectResponse:
    """Go there with GET, and remember nothing of it. 303: a form's password must not be posted on."""
    return RedirectResponse(url, 303, headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})


class OAuthRoute(APIRoute):
    """Refusals as RFC 6749 section 5.2 and RFC 6750 section 3 have them."""

    def get_route_handler(self) -> Handler:
        """Wrap the usual handler."""
        usual = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                answer = await usual(request)
            except IdentityError as error:
                answer = _oauth(error)
            # No cookie counts at these endpoints, so any origin's script may read the answer it has earned.
            answer.headers.setdefault("Access-Control-Allow-Origin", "*")
            return answer

        return handler


class PageRoute(APIRoute):
    """Refusals as a page for the person, or sent back to the app where that is safe."""

    def get_route_handler(self) -> Handler:
        """Wrap the usual handler."""
        usual = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                return await usual(request)
            except RedirectedRefusal as error:
                return see(error.url)
            except IdentityError as error:
                language = language_of(request.headers.get("accept-language"))
                answer = pages.trouble(language, str(error), status=error.status)
                answer.headers.update(error.headers)
                return answer

        return handler


def _oauth(error: IdentityError) -> JSONResponse:
    code, headers = "invalid_request", {**NO_STORE, **error.headers}
    if isinstance(error, OAuthRefusal):
        code = error.code
        if error.status == 401:
            headers["WWW-Authenticate"] = 'Basic realm="maas"'
    elif isinstance(error, NotSignedIn):
        code = "invalid_token"
        headers["WWW-Authenticate"] = 'Bearer realm="maas", error="invalid_token"'
    elif isinstance(error, RateLimited):
        code = "temporarily_unavailable"
    elif error.status == 403:
        code = "insufficient_scope"
    return JSONResponse({"error": code, "error_description": str(error)}, error.status, headers=headers)
