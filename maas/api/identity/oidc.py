"""The OpenID provider's endpoints for apps and machines, and the logout that an app begins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from maas.api.identity import cookies, pages
from maas.api.identity.forms import Form, Query
from maas.api.identity.guards import Guards
from maas.api.identity.origin import check_origin
from maas.api.identity.routes import NO_STORE, OAuthRoute, PageRoute, see
from maas.identity import keys
from maas.identity.compose import Identity
from maas.identity.errors import NotSignedIn
from maas.identity.model import language_of
from maas.identity.provider import device, discovery, logout, revocation, token_endpoint, userinfo

__all__ = ["logout_router", "router"]

_KEYS_S = 300  # a client that caches our keys for so long has met the next one before it signs
_PUBLIC = {"Cache-Control": f"public, max-age={_KEYS_S}", "Access-Control-Allow-Origin": "*"}


def router(identity: Identity) -> APIRouter:
    """Endpoints without cookies: a client shows who it is, or a token."""
    routes = APIRouter(tags=["OpenID provider"], route_class=OAuthRoute, include_in_schema=False)
    _published(routes, identity)
    _tokens(routes, identity)
    _cross_origin(routes)
    return routes


def _published(routes: APIRouter, identity: Identity) -> None:
    @routes.get("/.well-known/openid-configuration")
    @routes.get("/.well-known/oauth-authorization-server")
    def describe() -> JSONResponse:
        """What clients read first."""
        return JSONResponse(discovery.document(identity.settings), headers=_PUBLIC)

    @routes.get("/oidc/jwks")
    def list_keys() -> JSONResponse:
        """Public keys: the one that signs, the next, and those whose tokens may still be valid."""
        return JSONResponse(identity.read(keys.key_set), headers=_PUBLIC)


def _tokens(routes: APIRouter, identity: Identity) -> None:
    @routes.post("/oidc/token")
    def give_tokens(request: Request, form: Form) -> JSONResponse:
        """Tokens for a code, refresh token, device code, or a machine's credentials."""
        shown = request.headers.get("authorization")
        return _private(identity.write(lambda work: token_endpoint.answer(work, form, shown)))

    @routes.post("/oidc/device")
    def begin_device(request: Request, form: Form) -> JSONResponse:
        """A code for a device to show."""
        shown = request.headers.get("authorization")
        return _private(identity.write(lambda work: device.begin(work, form, shown)))

    @routes.post("/oidc/revoke")
    def revoke(request: Request, form: Form) -> JSONResponse:
        """Take a token out of use; 200 also for an unknown one."""
        shown = request.headers.get("authorization")
        identity.write(lambda work: revocation.revoke(work, form, shown))
        return _private({})

    @routes.api_route("/oidc/userinfo", methods=["GET", "POST"])
    def tell(request: Request) -> JSONResponse:
        """What the app may know of the person, by scope and consent, at this moment."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise NotSignedIn("send the access token as Authorization: Bearer …")
        return _private(identity.write(lambda work: userinfo.claims(work, token.strip())))


def _private(content: Mapping[str, Any]) -> JSONResponse:
    return JSONResponse(dict(content), headers=NO_STORE)


def _cross_origin(routes: APIRouter) -> None:
    """Let scripts of other origins ask: no cookie counts here, a code with its verifier or a token does."""

    @routes.options("/oidc/token")
    @routes.options("/oidc/revoke")
    @routes.options("/oidc/userinfo")
    def allow() -> Response:
        """The browser's preflight."""
        return Response(
            status_code=204,
            headers={
                "Access-Control-Allow-Origin": "*",
                "Access-Control-Allow-Methods": "GET, POST",
                "Access-Control-Allow-Headers": "Authorization, Content-Type",
                "Access-Control-Max-Age": "86400",
            },
        )


def logout_router(identity: Identity, guards: Guards) -> APIRouter:
    """`/oidc/logout`, a page: the person may be asked."""
    routes = APIRouter(tags=["OpenID provider"], route_class=PageRoute, include_in_schema=False)

    def leave(request: Request, params: Mapping[str, str], *, sure: bool) -> Response:
        session = guards.session(request)
        asked = identity.read(lambda work: logout.parse(work, params, session))
        language = language_of(params.get("ui_locales") or request.headers.get("accept-language"))
        if session is not None and not (sure or asked.certain):
            fields = {name: value for name, value in params.items() if name != "confirm"}
            return pages.question(
                language, "sign_out", "sign_out_ask", "/oidc/logout", fields | {"confirm": "yes"},
                goes_to=asked.then or "",
            )  # fmt: skip
        if session is not None:
            identity.write(lambda work: logout.end(work, session), actor=session.account_id)
        answer = see(asked.then) if asked.then else pages.notice(language, "sign_out", "signed_out")
        cookies.clear(answer, identity.settings)
        return answer

    @routes.get("/oidc/logout")
    def begin(request: Request, query: Query) -> Response:
        """An app, or a person, wants to sign out."""
        return leave(request, query, sure=False)

    @routes.post("/oidc/logout")
    def confirmed(request: Request, form: Form) -> Response:
        """The person said yes on our page; or an app asks by POST, and then the person is asked."""
        if "confirm" in form:
            check_origin(request, identity.settings, with_cookie=True)
        return leave(request, form, sure="confirm" in form)

    return routes
